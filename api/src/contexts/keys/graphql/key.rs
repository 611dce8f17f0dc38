//! The type `ApiKey`.

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use shared::scope::{ApiKeyOwner, ApiScope};
use uuid::Uuid;

use super::super::model::ApiKey;
use super::super::service::Keys;
use crate::access::OrgScope;
use crate::contexts::identity::graphql::{User, find_user};
use crate::error::Result;
use crate::graphql::{NodeKind, Organization, RequestExt as _, global_id};

/// A key by which a program acts in one organization.
#[derive(Clone)]
pub struct ApiKeyNode {
    scope: OrgScope,
    key: ApiKey,
}

impl ApiKeyNode {
    /// A key as the holder of this standing sees it.
    pub fn new(scope: &OrgScope, key: ApiKey) -> Self {
        Self {
            scope: scope.clone(),
            key,
        }
    }
}

/// A key by which a program acts in one organization. Its secret is shown once, by `createApiKey` and `rotateApiKey`.
#[Object(name = "ApiKey")]
impl ApiKeyNode {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode(NodeKind::ApiKey, self.key.id)
    }

    /// The plain id, for use outside this API.
    async fn database_id(&self) -> Uuid {
        self.key.id.into()
    }

    /// What people call it.
    async fn name(&self) -> &str {
        &self.key.name
    }

    /// The last four characters of its secret, to tell it from others.
    async fn last_four(&self) -> &str {
        &self.key.last_four
    }

    /// What it may do, as far as its owner may.
    async fn scopes(&self) -> &[ApiScope] {
        &self.key.scopes
    }

    /// Cost points of requests that it may spend in a minute.
    async fn rate_limit(&self) -> i32 {
        self.key.rate_limit
    }

    /// When it was used last; null where it never was.
    async fn last_used_at(&self, ctx: &Context<'_>) -> Option<DateTime<Utc>> {
        let unwritten = keys(ctx).unwritten(self.key.id).map(|uses| uses.last_at);
        self.key.last_used_at.max(unwritten)
    }

    /// How many requests were made with it. Other servers' requests of the last minute may still be missing.
    async fn total_requests(&self, ctx: &Context<'_>) -> i64 {
        let unwritten = keys(ctx).unwritten(self.key.id);
        self.key.total_requests + unwritten.map_or(0, |uses| uses.count)
    }

    /// When it ends by itself; null where it does not.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.key.expires_at
    }

    /// When it was revoked; null where it was not.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.key.revoked_at
    }

    /// Whether it works: it is neither revoked nor expired.
    async fn is_active(&self, ctx: &Context<'_>) -> bool {
        self.key.is_active(ctx.platform().clock.now())
    }

    /// Since when it exists.
    async fn created_at(&self) -> DateTime<Utc> {
        self.key.created_at
    }

    /// When it was changed last.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.key.updated_at
    }

    /// Whose it is.
    async fn owner(&self) -> ApiKeyOwner {
        match self.key.user_id {
            Some(_) => ApiKeyOwner::Person,
            None => ApiKeyOwner::Organization,
        }
    }

    /// The person whose rights bound it; null where it belongs to the organization itself, or the caller may not see who the
    /// members are.
    async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        match self.key.user_id {
            Some(user) => find_user(ctx, &self.scope, user).await,
            None => Ok(None),
        }
    }

    /// The organization it works in.
    async fn organization(&self) -> Organization {
        Organization::new(self.scope.clone())
    }
}

fn keys<'a>(ctx: &'a Context<'_>) -> &'a Keys {
    ctx.data_unchecked::<Keys>()
}
