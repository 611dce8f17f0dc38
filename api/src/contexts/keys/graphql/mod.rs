//! API keys in the API.

mod key;
mod mutation;

use async_graphql::{Context, Object};
use shared::ids::ApiKeyId;

pub use key::ApiKeyNode;
pub use mutation::KeysMutation;

use super::service;
use crate::access::OrgScope;
use crate::error::Result;
use crate::graphql::RequestExt as _;

/// The part of `Organization` that is about keys.
pub struct OrganizationKeys(pub OrgScope);

/// The keys of an organization.
#[Object]
impl OrganizationKeys {
    /// The API keys that the caller may manage, the newest first and revoked ones last, at most 500: all of the
    /// organization's to administrators, their own to members. Keys cannot ask it.
    #[graphql(complexity = "1 + 25 * child_complexity")]
    async fn api_keys(&self, ctx: &Context<'_>) -> Result<Vec<ApiKeyNode>> {
        let keys = service::list_keys(ctx.platform(), &self.0).await?;
        Ok(keys
            .into_iter()
            .map(|key| ApiKeyNode::new(&self.0, key))
            .collect())
    }
}

/// The part of `Query` that is about keys.
#[derive(Default)]
pub struct KeysQuery;

/// What a key can ask about itself.
#[Object]
impl KeysQuery {
    /// What the calling key is and may do; null where no key asks.
    async fn api_key_self(&self, ctx: &Context<'_>) -> Result<Option<ApiKeyNode>> {
        if ctx
            .optional_actor()
            .and_then(|actor| actor.api_key())
            .is_none()
        {
            return Ok(None);
        }
        let scope = ctx.scope().await?;
        let key = service::find_key_of_caller(ctx.platform(), &scope).await?;
        Ok(key.map(|key| ApiKeyNode::new(&scope, key)))
    }
}

/// A key by id; none where there is none that the caller may manage.
///
/// # Errors
/// When the database does not answer.
pub async fn find_key(
    ctx: &Context<'_>,
    scope: &OrgScope,
    id: ApiKeyId,
) -> Result<Option<ApiKeyNode>> {
    let key = service::find_key(ctx.platform(), scope, id).await?;
    Ok(key.map(|key| ApiKeyNode::new(scope, key)))
}
