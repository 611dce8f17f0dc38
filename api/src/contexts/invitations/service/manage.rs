//! Listing, sending again and withdrawing.

use shared::ids::InvitationId;
use shared::people::InvitationStatus;
use shared::permission::Permission;

use super::super::error::InvitationError;
use super::super::model::{GOOD_FOR, Invitation};
use super::super::post::Invitations;
use super::super::store;
use crate::access::OrgScope;
use crate::contexts::audit::{self, Action, Entry, TargetKind};
use crate::contexts::mail;
use crate::error::Result;
use crate::platform::Platform;

/// Which stretch of the list to read: ids in descending order.
#[derive(Clone, Debug)]
pub(in super::super) struct InvitationSlice {
    pub(in super::super) after: Option<InvitationId>,
    pub(in super::super) before: Option<InvitationId>,
    pub(in super::super) limit: i64,
    pub(in super::super) is_backward: bool,
}

/// A page of the organization's invitations, newest first.
///
/// # Errors
/// Forbidden to those who may not manage members.
pub(in super::super) async fn list(
    platform: &Platform,
    scope: &OrgScope,
    status: Option<InvitationStatus>,
    slice: &InvitationSlice,
) -> Result<Vec<Invitation>> {
    scope.require(Permission::ManageMembers)?;
    let now = platform.clock.now();
    let mut conn = platform.db.read().await?;
    Ok(store::list(&mut conn, scope, (status, now), slice).await?)
}

/// How many invitations of a status there are.
///
/// # Errors
/// Forbidden to those who may not manage members.
pub(in super::super) async fn count(
    platform: &Platform,
    scope: &OrgScope,
    status: Option<InvitationStatus>,
) -> Result<i64> {
    scope.require(Permission::ManageMembers)?;
    let now = platform.clock.now();
    let mut conn = platform.db.read().await?;
    Ok(store::count(&mut conn, scope, (status, now)).await?)
}

/// Sends an invitation again, with a new link that is good as long as a first one; the old link stops working.
///
/// # Errors
/// Where the actor may not, there is no such invitation, or it is settled.
pub async fn resend(
    invitations: &Invitations,
    scope: &OrgScope,
    id: InvitationId,
) -> Result<Invitation> {
    scope.require(Permission::ManageMembers)?;
    invitations
        .platform
        .db
        .transaction(async |tx| {
            let known = store::lock(tx, scope, id)
                .await?
                .ok_or(InvitationError::NoSuchInvitation)?;
            if known.stored_status != InvitationStatus::Pending {
                return Err(InvitationError::Settled.into());
            }
            let (token, now) = (invitations.token(id)?, tx.now());
            let sent = store::renew(tx, scope, id, &token, (now + GOOD_FOR, now)).await?;
            let (organization, inviter) = store::find_names(tx, scope, scope.user_id()).await?;
            let mail = invitations.mail(&sent, &token.text, &organization, inviter.as_deref());
            mail::queue(tx, &invitations.platform.crypto, vec![mail]).await?;
            let entry = Entry::new(Action::InvitationResent).on(TargetKind::Invitation, id);
            audit::record(tx, scope, entry).await?;
            Ok(sent)
        })
        .await
}

/// Withdraws an invitation: its link stops working. Withdrawing it again changes nothing.
///
/// # Errors
/// Where the actor may not, there is no such invitation, or it was accepted.
pub async fn revoke(
    invitations: &Invitations,
    scope: &OrgScope,
    id: InvitationId,
) -> Result<Invitation> {
    scope.require(Permission::ManageMembers)?;
    invitations
        .platform
        .db
        .transaction(async |tx| {
            let known = store::lock(tx, scope, id)
                .await?
                .ok_or(InvitationError::NoSuchInvitation)?;
            match known.stored_status {
                InvitationStatus::Revoked => return Ok(known),
                InvitationStatus::Accepted => return Err(InvitationError::Settled.into()),
                InvitationStatus::Pending | InvitationStatus::Expired => {}
            }
            let now = tx.now();
            let revoked = store::settle(tx, id, (InvitationStatus::Revoked, None), now).await?;
            let entry = Entry::new(Action::InvitationRevoked).on(TargetKind::Invitation, id);
            audit::record(tx, scope, entry).await?;
            Ok(revoked)
        })
        .await
}
