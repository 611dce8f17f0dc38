//! What others are told after a commit.

use serde::{Deserialize, Serialize};
use shared::ids::{OrganizationId, UserId};

use crate::platform::bus::Hint;

/// A person's role, status, teams or leads changed: what they may see is to be asked again.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandingChanged {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The person.
    pub user_id: UserId,
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
