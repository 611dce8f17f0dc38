//! What others are told after a commit.

use shared::ids::{SessionId, UserId};

/// A session ended: requests are refused, and what is open under it closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionEnded {
    /// The session.
    pub session_id: SessionId,
    /// Whose it was.
    pub user_id: UserId,
}
