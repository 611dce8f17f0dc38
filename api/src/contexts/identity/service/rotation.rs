//! Refreshing a session: each refresh token is good once.

use super::super::error::IdentityError;
use super::super::model::{IssuedSession, RevokedFor};
use super::super::{SessionEnded, store};
use super::sessions::{CsrfPair, Sessions};
use crate::access::RequestInfo;
use crate::contexts::audit::{self, Action, Entry, Origin, TargetKind};
use crate::error::Result;
use crate::platform::crypto::sha256;
use crate::platform::db::Transaction;

/// Spends a refresh token and issues its successor. A token that was spent before ends the whole session.
///
/// `csrf` is there where the token came in a cookie.
///
/// # Errors
/// Unauthenticated where the token is not good any more; forbidden where the CSRF token is not the session's.
pub async fn refresh(
    sessions: &Sessions,
    token: &str,
    csrf: Option<CsrfPair<'_>>,
    request: RequestInfo,
) -> Result<IssuedSession> {
    let hash = sha256(token.as_bytes());
    // Read before the lock: whether the token was spent when this request began tells a thief from a second tab, which began
    // while the first was still at it.
    let mut conn = sessions.platform().db.primary().await?;
    let seen = store::find_refresh_token(&mut conn, &hash)
        .await?
        .ok_or(IdentityError::SessionOver)?;
    drop(conn);
    if let Some(pair) = csrf {
        sessions.check_csrf(seen.session_id, pair)?;
    }
    let outcome = sessions
        .platform()
        .db
        .transaction(async |tx| {
            if seen.used_at.is_some() {
                end_family(tx, &seen, request).await?;
                return Ok(None);
            }
            rotate(tx, sessions, &seen, &hash, request).await
        })
        .await?;
    outcome.ok_or_else(|| IdentityError::SessionOver.into())
}

/// Nothing where the session has ended or the token has run out.
async fn rotate(
    tx: &mut Transaction,
    sessions: &Sessions,
    token: &store::RefreshTokenRow,
    hash: &[u8; 32],
    request: RequestInfo,
) -> Result<Option<IssuedSession>> {
    let now = tx.now();
    let session = store::lock_session(tx, token.session_id).await?;
    let Some(session) = session.filter(|session| session.is_live(now) && token.expires_at > now)
    else {
        return Ok(None);
    };
    store::spend_refresh_token(tx, hash, now).await?;
    store::delete_expired_tokens(tx, session.id, now).await?;
    let issued = sessions
        .issue(tx, session.user_id, session.id, session.is_remembered)
        .await?;
    store::extend_session(tx, session.id, issued.refresh_expires_at, now).await?;
    let entry = Entry::new(Action::SessionRefreshed).on(TargetKind::Session, session.id);
    audit::record_from(tx, Origin::person(session.user_id, request), entry).await?;
    Ok(Some(issued))
}

async fn end_family(
    tx: &mut Transaction,
    token: &store::RefreshTokenRow,
    request: RequestInfo,
) -> Result<()> {
    let now = tx.now();
    let Some(session) = store::lock_session(tx, token.session_id).await? else {
        return Ok(());
    };
    if !store::end_session(tx, session.id, RevokedFor::RefreshTokenReused, now).await? {
        return Ok(());
    }
    tracing::warn!(session.id = %session.id, "a spent refresh token was presented; session {} was ended", session.id);
    // Who presented it is not known: the entry names the session, not its owner, as the one who acted.
    let origin = Origin {
        request,
        ..Origin::default()
    };
    let entry = Entry::new(Action::RefreshTokenReused).on(TargetKind::Session, session.id);
    audit::record_from(tx, origin, entry).await?;
    tx.after_commit(SessionEnded {
        session_id: session.id,
        user_id: session.user_id,
    });
    Ok(())
}
