//! Changes of API keys.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use chrono::{DateTime, Utc};
use shared::ids::ApiKeyId;
use shared::scope::{ApiKeyOwner, ApiScope};
use shared::validation::api_key::{OVERLAP_DEFAULT_HOURS, RATE_DEFAULT};

use super::super::model::{KeyChanges, NewKey};
use super::super::service;
use super::key::ApiKeyNode;
use crate::error::Result;
use crate::graphql::{NodeKind, RequestExt as _, global_id};

/// A key to be made.
#[derive(InputObject)]
pub struct CreateApiKeyInput {
    /// What people call it; at most 100 characters.
    name: String,
    /// What it may do; at least one.
    scopes: Vec<ApiScope>,
    /// Whose it is: the caller's own, or the organization's, which only administrators make.
    #[graphql(default_with = "ApiKeyOwner::Person")]
    owner: ApiKeyOwner,
    /// Cost points of requests that it may spend in a minute; 1 to 10,000.
    #[graphql(default_with = "RATE_DEFAULT")]
    rate_limit: i32,
    /// When it ends by itself; never where nothing is said.
    expires_at: Option<DateTime<Utc>>,
}

/// A key that was made.
#[derive(SimpleObject)]
pub struct CreateApiKeyPayload {
    /// The key.
    api_key: ApiKeyNode,
    /// Its secret. It is shown here and never again.
    secret: String,
}

/// What is to change of a key; what is left out stays.
#[derive(InputObject)]
pub struct UpdateApiKeyInput {
    /// The key.
    id: ID,
    /// Another name.
    name: Option<String>,
    /// Other scopes.
    scopes: Option<Vec<ApiScope>>,
    /// Another limit.
    rate_limit: Option<i32>,
    /// Another end; null for none any more.
    expires_at: MaybeUndefined<DateTime<Utc>>,
}

/// A changed key.
#[derive(SimpleObject)]
pub struct UpdateApiKeyPayload {
    /// The key.
    api_key: ApiKeyNode,
}

/// The key that gets a new secret.
#[derive(InputObject)]
pub struct RotateApiKeyInput {
    /// The key.
    id: ID,
    /// For how many hours the old secret works beside the new one; 0 ends it at once, 720 are the most.
    #[graphql(default_with = "OVERLAP_DEFAULT_HOURS")]
    overlap_hours: i32,
}

/// A key with a new secret.
#[derive(SimpleObject)]
pub struct RotateApiKeyPayload {
    /// The key.
    api_key: ApiKeyNode,
    /// Its new secret. It is shown here and never again.
    secret: String,
}

/// The key to end.
#[derive(InputObject)]
pub struct RevokeApiKeyInput {
    /// The key.
    id: ID,
}

/// A revoked key.
#[derive(SimpleObject)]
pub struct RevokeApiKeyPayload {
    /// The key, which works no more.
    api_key: ApiKeyNode,
}

/// Changes of API keys, in the request's current organization.
#[derive(Default)]
pub struct KeysMutation;

/// Changes of API keys, in the request's current organization.
#[Object]
impl KeysMutation {
    /// Makes an API key and tells its secret. Members make keys of their own; administrators also the organization's.
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key to be made.")] input: CreateApiKeyInput,
    ) -> Result<CreateApiKeyPayload> {
        ctx.actor()?.signed_in()?;
        let scope = ctx.scope().await?;
        let new = NewKey {
            name: input.name,
            scopes: input.scopes,
            owner: input.owner,
            rate_limit: input.rate_limit,
            expires_at: input.expires_at,
        };
        let (key, secret) = service::create_key(ctx.platform(), &scope, &new).await?;
        Ok(CreateApiKeyPayload {
            api_key: ApiKeyNode::new(&scope, key),
            secret,
        })
    }

    /// Changes the name, scopes, limit or end of an API key: one's own, or to administrators any of the organization.
    async fn update_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to change.")] input: UpdateApiKeyInput,
    ) -> Result<UpdateApiKeyPayload> {
        let scope = ctx.scope().await?;
        let changes = KeyChanges {
            name: input.name,
            scopes: input.scopes,
            rate_limit: input.rate_limit,
            expires_at: match input.expires_at {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(None),
                MaybeUndefined::Value(at) => Some(Some(at)),
            },
        };
        let id = key_id(&input.id)?;
        let key = service::update_key(ctx.platform(), &scope, id, &changes).await?;
        Ok(UpdateApiKeyPayload {
            api_key: ApiKeyNode::new(&scope, key),
        })
    }

    /// Gives an API key a new secret; the old one works beside it for as long as the caller chooses. One's own keys, and to
    /// administrators those of the organization itself.
    async fn rotate_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key.")] input: RotateApiKeyInput,
    ) -> Result<RotateApiKeyPayload> {
        let scope = ctx.scope().await?;
        let id = key_id(&input.id)?;
        let (key, secret) =
            service::rotate_key(ctx.platform(), &scope, id, input.overlap_hours).await?;
        Ok(RotateApiKeyPayload {
            api_key: ApiKeyNode::new(&scope, key),
            secret,
        })
    }

    /// Ends an API key at once: one's own, or to administrators any of the organization. It stays in view.
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key.")] input: RevokeApiKeyInput,
    ) -> Result<RevokeApiKeyPayload> {
        let scope = ctx.scope().await?;
        let key = service::revoke_key(ctx.platform(), &scope, key_id(&input.id)?).await?;
        Ok(RevokeApiKeyPayload {
            api_key: ApiKeyNode::new(&scope, key),
        })
    }
}

fn key_id(id: &ID) -> Result<ApiKeyId> {
    global_id::decode(id, NodeKind::ApiKey).map(ApiKeyId)
}
