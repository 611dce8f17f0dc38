//! What others are told after a commit.

use serde::{Deserialize, Serialize};
use shared::ids::ApiKeyId;

use crate::platform::bus::Hint;

/// A key was revoked, rotated or changed: whoever acts by it is asked again who they are, and what is open under it closes
/// where they may not any more, or not as before.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiKeyEnded {
    /// The key.
    pub api_key_id: ApiKeyId,
}

impl Hint for ApiKeyEnded {
    const TOPIC: Option<&'static str> = Some("api-key-ended");
    const IS_AWAITED: bool = true;
}
