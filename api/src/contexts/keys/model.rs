//! Keys, and what a secret looks like.

use chrono::{DateTime, Utc};
use shared::ids::{ApiKeyId, OrganizationId, UserId};
use shared::scope::{ApiKeyOwner, ApiScope};

use crate::error::Result;
use crate::platform::crypto::{random_token, sha256};

/// What every secret begins with, so that people and scanners know one when they see it.
pub const SECRET_PREFIX: &str = "dm_";

/// A key, without its secret.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// The key.
    pub id: ApiKeyId,
    /// The organization it works in.
    pub organization_id: OrganizationId,
    /// Whose rights bound it; none where it belongs to the organization itself.
    pub user_id: Option<UserId>,
    /// What people call it.
    pub name: String,
    /// The end of its current secret.
    pub last_four: String,
    /// What it may do.
    pub scopes: Vec<ApiScope>,
    /// Cost points of requests a minute.
    pub rate_limit: i32,
    /// When it was used last.
    pub last_used_at: Option<DateTime<Utc>>,
    /// How many requests were made with it.
    pub total_requests: i64,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Since when it exists.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

impl ApiKey {
    /// Whether it works now.
    pub fn is_active(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|at| at > now)
    }
}

/// A key to be made.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<ApiScope>,
    /// Whose it is.
    pub owner: ApiKeyOwner,
    /// Cost points of requests a minute.
    pub rate_limit: i32,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What is to change of a key; `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct KeyChanges {
    /// Another name.
    pub name: Option<String>,
    /// Other scopes.
    pub scopes: Option<Vec<ApiScope>>,
    /// Another limit.
    pub rate_limit: Option<i32>,
    /// Another end, or none any more.
    pub expires_at: Option<Option<DateTime<Utc>>>,
}

/// A secret as it is shown once.
pub(super) struct Secret(pub(super) String);

impl Secret {
    pub(super) fn random() -> Result<Self> {
        Ok(Self(SECRET_PREFIX.to_owned() + &random_token()?))
    }

    pub(super) fn hash(&self) -> [u8; 32] {
        sha256(self.0.as_bytes())
    }

    pub(super) fn last_four(&self) -> String {
        self.0[self.0.len() - 4..].to_owned()
    }
}
