//! What others are told after a commit.

use serde::{Deserialize, Serialize};
use shared::ids::{SessionId, UserId};

use crate::platform::bus::Hint;

/// A session ended: requests are refused, and what is open under it closes.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionEnded {
    /// The session.
    pub session_id: SessionId,
    /// Whose it was.
    pub user_id: UserId,
}

impl Hint for SessionEnded {
    const TOPIC: Option<&'static str> = Some("session-ended");
    const IS_AWAITED: bool = true;
}
