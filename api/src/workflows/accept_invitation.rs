//! An invited person joins: the invitation is settled, the membership made, the team assigned, all or nothing.

use shared::ids::{OrganizationId, UserId};
use shared::role::MembershipStatus;

use super::join_member;
use crate::access::{Actor, RequestInfo, system_scope};
use crate::contexts::audit::Origin;
use crate::contexts::invitations::{self, Accepting, Invitation, InvitationError, Way};
use crate::contexts::orgs::{self, Assignment, NewMember};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// Accepts an invitation for the person who acts; who has accepted it before is told the same. Answers where they joined.
///
/// # Errors
/// Where there is no such invitation for the person, its time is over, or their membership is suspended.
pub async fn accept_invitation(
    platform: &Platform,
    actor: &Actor,
    way: &Way,
) -> Result<OrganizationId> {
    let (user, _) = actor.signed_in()?;
    let request = actor.request.clone();
    platform
        .db
        .transaction(
            async |tx| match invitations::lock_for_acceptance(tx, user, way).await? {
                Accepting::Done(invitation) => Ok(invitation.organization_id),
                Accepting::Open(invitation) => accept_within(tx, &invitation, user, request).await,
            },
        )
        .await
}

async fn accept_within(
    tx: &mut Transaction,
    invitation: &Invitation,
    user: UserId,
    request: RequestInfo,
) -> Result<OrganizationId> {
    let organization_id = invitation.organization_id;
    let scope = system_scope(tx, organization_id)
        .await?
        .ok_or(InvitationError::NoSuchInvitation)?;
    match orgs::find_standing_of(tx, &scope, user).await? {
        Some(MembershipStatus::Active) => {}
        Some(_) => return Err(InvitationError::Suspended.into()),
        None => {
            let new = NewMember {
                employee_id: invitation.employee_id.clone(),
                ..NewMember::active(user, invitation.role)
            };
            join_member(tx, &scope, new).await?;
            if let Some(team_id) = invitation.team_id {
                let assignment = Assignment {
                    team_id,
                    user_id: user,
                    is_primary: true,
                };
                orgs::assign_member(tx, &scope, assignment).await?;
            }
        }
    }
    let origin = Origin::person(user, request);
    invitations::mark_accepted(tx, invitation, user, origin).await?;
    Ok(organization_id)
}
