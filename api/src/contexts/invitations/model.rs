//! Invitations, as the rest of the product speaks of them.

use chrono::{DateTime, TimeDelta, Utc};
use shared::ids::{InvitationId, OrganizationId, TeamId, UserId};
use shared::people::{InvitationStatus, InviteOutcome};
use shared::role::Role;

/// How long a link is good for.
pub(super) const GOOD_FOR: TimeDelta = TimeDelta::days(7);

/// An invitation.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// The invitation.
    pub id: InvitationId,
    /// Into which organization.
    pub organization_id: OrganizationId,
    /// Whom.
    pub email: String,
    /// As what.
    pub role: Role,
    /// The person's name, as the inviter knows it.
    pub name: Option<String>,
    /// The number the organization will know the person by.
    pub employee_id: Option<String>,
    /// The team the person will be in.
    pub team_id: Option<TeamId>,
    /// By whom.
    pub invited_by: Option<UserId>,
    /// The token of its link, sealed.
    pub token_sealed: Vec<u8>,
    /// As stored: time alone makes it expire.
    pub stored_status: InvitationStatus,
    /// How often it was mailed.
    pub sendings: i32,
    /// Until when the link is good.
    pub expires_at: DateTime<Utc>,
    /// Who accepted it.
    pub accepted_by: Option<UserId>,
    /// Since when it exists.
    pub created_at: DateTime<Utc>,
}

impl Invitation {
    /// What became of it by now.
    pub fn status(&self, now: DateTime<Utc>) -> InvitationStatus {
        if self.stored_status == InvitationStatus::Pending && self.expires_at <= now {
            InvitationStatus::Expired
        } else {
            self.stored_status
        }
    }
}

/// What became of one line of those to invite.
#[derive(Clone, Debug)]
pub struct Invited {
    /// Where it stands in what was entered, from 1.
    pub line: usize,
    /// The address as entered.
    pub email: String,
    /// What became of it.
    pub outcome: InviteOutcome,
    /// The field that is wrong, as the API names it.
    pub field: Option<&'static str>,
    /// What is wrong, in words.
    pub message: Option<String>,
    /// The invitation, new or there before.
    pub invitation: Option<Invitation>,
}

/// An invitation as the one who holds its link sees it.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The invitation.
    pub invitation: Invitation,
    /// The organization's name.
    pub organization_name: String,
    /// The inviter's name.
    pub inviter_name: Option<String>,
}
