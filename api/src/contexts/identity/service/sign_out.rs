//! Ending sessions. Requests and open sockets under them end at once.

use shared::ids::{SessionId, UserId};

use super::super::error::IdentityError;
use super::super::model::{RevokedFor, Session};
use super::super::{SessionEnded, store};
use crate::access::Actor;
use crate::contexts::audit::{self, Action, Entry, TargetKind};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// Ends the session that somebody acts in; how many sessions ended.
///
/// # Errors
/// When the database does not answer.
pub async fn sign_out(platform: &Platform, actor: &Actor) -> Result<u32> {
    platform
        .db
        .transaction(async |tx| {
            let now = tx.now();
            let ended = store::end_session(tx, actor.session_id, RevokedFor::SignOut, now).await?;
            if ended {
                close(tx, actor, Action::SignedOut, actor.session_id).await?;
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
    platform
        .db
        .transaction(async |tx| {
            let now = tx.now();
            let ended = store::end_sessions_of(tx, actor.user_id, RevokedFor::SignOut, now).await?;
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
    platform
        .db
        .transaction(async |tx| {
            let now = tx.now();
            let session = store::lock_session(tx, id)
                .await?
                .filter(|session| session.user_id == actor.user_id && session.is_live(now))
                .ok_or(IdentityError::NoSuchSession)?;
            store::end_session(tx, id, RevokedFor::Revoked, now).await?;
            close(tx, actor, Action::SessionRevoked, id).await?;
            Ok(session.into())
        })
        .await
}

async fn close(tx: &mut Transaction, actor: &Actor, action: Action, id: SessionId) -> Result<()> {
    audit::record_from(tx, actor, Entry::new(action).on(TargetKind::Session, id)).await?;
    let user_id: UserId = actor.user_id;
    tx.after_commit(SessionEnded {
        session_id: id,
        user_id,
    });
    Ok(())
}
