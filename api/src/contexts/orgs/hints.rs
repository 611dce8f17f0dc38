//! What others are told after a commit.

use shared::ids::{OrganizationId, UserId};

/// A person's role, status, teams or leads changed: what they may see is to be asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandingChanged {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The person.
    pub user_id: UserId,
}

/// Members, teams, departments or their names changed: whoever keeps a copy reads it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirectoryChanged {
    /// The organization.
    pub organization_id: OrganizationId,
}
