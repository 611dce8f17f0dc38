//! What others are told after a commit.

use shared::ids::ApiKeyId;

/// A key was revoked, rotated or changed: whoever acts by it is asked again who they are, and what is open under it closes
/// where they may not any more, or not as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiKeyEnded {
    /// The key.
    pub api_key_id: ApiKeyId,
}
