//! Ending sessions. Requests and open sockets under them end at once.

use shared::ids::SessionId;

use super::super::error::IdentityError;
use super::super::model::{RevokedFor, Session};
use super::super::{SessionEnded, store};
use super::sessions::{CsrfPair, Sessions};
use crate::access::{Actor, RequestInfo};
use crate::contexts::audit::{self, Action, Entry, TargetKind};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::crypto::sha256;
use crate::platform::db::Transaction;

/// Ends the session that somebody acts in; how many sessions ended.
///
/// # Errors
/// When the database does not answer.
pub async fn sign_out(platform: &Platform, actor: &Actor) -> Result<u32> {
    let (_, session) = actor.signed_in()?;
    platform
        .db
        .transaction(async |tx| {
            let now = tx.now();
            let ended = store::end_session(tx, session, RevokedFor::SignOut, now).await?;
            if ended {
                close(tx, actor, Action::SignedOut, session).await?;
            }
            Ok(u32::from(ended))
        })
        .await
}

/// Ends every session of a person; how many sessions ended.
///
/// # Errors
/// When the database does not answer.
pub async fn sign_out_everywhere(platform: &Platform, actor: &Actor) -> Result<u32> {
    let (user, _) = actor.signed_in()?;
    platform
        .db
        .transaction(async |tx| {
            let now = tx.now();
            let ended = store::end_sessions_of(tx, user, RevokedFor::SignOut, now).await?;
            for session in &ended {
                close(tx, actor, Action::SignedOut, *session).await?;
            }
            Ok(u32::try_from(ended.len()).unwrap_or(u32::MAX))
        })
        .await
}

/// Ends one session of the actor's own.
///
/// # Errors
/// Not found where it is somebody else's, or has ended.
pub async fn revoke_session(platform: &Platform, actor: &Actor, id: SessionId) -> Result<Session> {
    let (user, _) = actor.signed_in()?;
    platform
        .db
        .transaction(async |tx| {
            let now = tx.now();
            let session = store::lock_session(tx, id)
                .await?
                .filter(|session| session.user_id == user && session.is_live(now))
                .ok_or(IdentityError::NoSuchSession)?;
            store::end_session(tx, id, RevokedFor::Revoked, now).await?;
            close(tx, actor, Action::SessionRevoked, id).await?;
            Ok(session.into())
        })
        .await
}

async fn close(tx: &mut Transaction, actor: &Actor, action: Action, id: SessionId) -> Result<()> {
    audit::record_from(tx, actor, Entry::new(action).on(TargetKind::Session, id)).await?;
    let (user_id, _) = actor.signed_in()?;
    tx.after_commit(SessionEnded {
        session_id: id,
        user_id,
    });
    Ok(())
}

/// Ends the session of a refresh token whose access token has run out; how many sessions ended.
///
/// # Errors
/// Forbidden where the CSRF token is not the session's.
pub async fn sign_out_by_refresh_token(
    sessions: &Sessions,
    token: &str,
    csrf: CsrfPair<'_>,
    request: RequestInfo,
) -> Result<u32> {
    let hash = sha256(token.as_bytes());
    let platform = sessions.platform();
    let mut conn = platform.db.primary().await?;
    let Some(known) = store::find_refresh_token(&mut conn, &hash).await? else {
        return Ok(0);
    };
    let session = store::find_session(&mut conn, known.session_id).await?;
    drop(conn);
    sessions.check_csrf(known.session_id, csrf)?;
    match session {
        Some(session) if session.is_live(platform.clock.now()) => {
            let actor = Actor::person(session.user_id, session.id, request);
            sign_out(platform, &actor).await
        }
        _ => Ok(0),
    }
}
