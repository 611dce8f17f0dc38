//! What others are told after a commit.

use serde::{Deserialize, Serialize};
use shared::ids::{OrganizationId, UserId};

use crate::platform::bus::Hint;

/// A person's role, status, teams or leads changed, or those of everybody at once: what they may see is to be asked again.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandingChanged {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The person; none where it is everybody there, keys of the organization included.
    pub user_id: Option<UserId>,
}

impl StandingChanged {
    /// Whether it may change what somebody sees in an organization; nobody's name is that of a key of the organization.
    pub fn concerns(&self, organization: OrganizationId, user: Option<UserId>) -> bool {
        self.organization_id == organization && self.concerns_person(user)
    }

    /// The same where it is not known which organization they look at.
    pub fn concerns_person(&self, user: Option<UserId>) -> bool {
        self.user_id.is_none() || self.user_id == user
    }
}

impl Hint for StandingChanged {
    const TOPIC: Option<&'static str> = Some("standing-changed");
    const IS_AWAITED: bool = true;
}

/// Members, teams, departments or their names changed: whoever keeps a copy reads it again.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirectoryChanged {
    /// The organization.
    pub organization_id: OrganizationId,
}

impl Hint for DirectoryChanged {
    const TOPIC: Option<&'static str> = Some("directory-changed");
}
