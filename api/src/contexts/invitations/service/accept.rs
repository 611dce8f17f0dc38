//! The invited person's side: what is offered, and taking it.

use diesel_async::AsyncPgConnection;
use shared::ids::{InvitationId, UserId};
use shared::people::InvitationStatus;

use super::super::error::InvitationError;
use super::super::model::{Invitation, Preview};
use super::super::store;
use crate::contexts::audit::{self, Action, By, Entry, Origin, TargetKind};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::crypto::sha256;
use crate::platform::db::Transaction;

/// How a person shows that an invitation is theirs.
#[derive(Clone, Debug)]
pub enum Way {
    /// By the token of its link.
    Token(String),
    /// By their proven address.
    Address(InvitationId),
}

/// An invitation that is locked to be accepted.
#[derive(Clone, Debug)]
pub enum Accepting {
    /// It waits for this person.
    Open(Invitation),
    /// This person has accepted it before.
    Done(Invitation),
}

/// Finds and locks the invitation that a person accepts.
///
/// # Errors
/// Where there is none for this person, it was used by another, or its time is over.
pub async fn lock_for_acceptance(
    tx: &mut Transaction,
    user: UserId,
    way: &Way,
) -> Result<Accepting> {
    let found = match way {
        Way::Token(token) => store::lock_by_token(tx, &sha256(token.as_bytes())).await?,
        Way::Address(id) => store::lock_by_address(tx, *id, user).await?,
    };
    let invitation = found.ok_or(InvitationError::NoSuchInvitation)?;
    match invitation.status(tx.now()) {
        InvitationStatus::Pending => Ok(Accepting::Open(invitation)),
        InvitationStatus::Accepted if invitation.accepted_by == Some(user) => {
            Ok(Accepting::Done(invitation))
        }
        InvitationStatus::Accepted => Err(InvitationError::Used.into()),
        InvitationStatus::Expired => Err(InvitationError::Expired.into()),
        InvitationStatus::Revoked => Err(InvitationError::NoSuchInvitation.into()),
    }
}

/// Settles an invitation that a person accepts; the caller holds its lock.
///
/// # Errors
/// When the database does not answer.
pub async fn mark_accepted(
    tx: &mut Transaction,
    invitation: &Invitation,
    user: UserId,
    origin: Origin,
) -> Result<Invitation> {
    let now = tx.now();
    let status = (InvitationStatus::Accepted, Some(user));
    let accepted = store::settle(tx, invitation.id, status, now).await?;
    let origin = Origin {
        organization_id: Some(invitation.organization_id),
        by: By::Person(user),
        ..origin
    };
    let entry = Entry::new(Action::InvitationAccepted)
        .on(TargetKind::Invitation, invitation.id)
        .with(serde_json::json!({ "role": invitation.role.as_str() }));
    audit::record_from(tx, origin, entry).await?;
    Ok(accepted)
}

/// What the holder of a link is offered; none where the link opens nothing.
///
/// # Errors
/// When the database does not answer.
pub(in super::super) async fn preview(platform: &Platform, token: &str) -> Result<Option<Preview>> {
    let mut conn = platform.db.read().await?;
    Ok(store::find_preview(&mut conn, &sha256(token.as_bytes())).await?)
}

/// The invitations that wait for a person's proven address, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list_pending_of(platform: &Platform, user: UserId) -> Result<Vec<Preview>> {
    let now = platform.clock.now();
    let mut conn = platform.db.read().await?;
    Ok(store::list_pending_of(&mut conn, user, now).await?)
}

/// Whether an address is invited anywhere: it may then sign in where only those who are invited may.
///
/// # Errors
/// When the database does not answer.
pub async fn has_pending(
    conn: &mut AsyncPgConnection,
    email: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<bool> {
    Ok(store::has_pending(conn, email, now).await?)
}
