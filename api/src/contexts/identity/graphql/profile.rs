//! What a person says about themself, and by which accounts they sign in.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};

use super::super::model::SignInIdentity;
use super::super::service;
use super::user::User;
use crate::error::Result;
use crate::graphql::{NodeKind, RequestExt as _, global_id};

/// An account at an identity provider by which the caller signs in.
pub struct SignInAccount(pub(super) SignInIdentity);

/// An account at an identity provider by which the caller signs in.
#[Object]
impl SignInAccount {
    /// The account's id, for `unlinkIdentity`.
    async fn id(&self) -> ID {
        global_id::encode(NodeKind::SignInAccount, self.0.id)
    }

    /// Where: `MICROSOFT`, `GITHUB` or `OIDC`.
    async fn method(&self) -> &str {
        &self.0.method
    }

    /// The login name or address there.
    async fn label(&self) -> Option<&str> {
        self.0.label.as_deref()
    }

    /// Since when it is linked.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last used.
    async fn last_used_at(&self) -> DateTime<Utc> {
        self.0.last_used_at
    }
}

/// What changes of the caller's profile.
#[derive(InputObject)]
struct UpdateProfileInput {
    /// The name by which others know the caller; at most 200 characters.
    name: String,
}

/// A changed profile.
#[derive(SimpleObject)]
struct UpdateProfilePayload {
    /// The caller as others see them now.
    user: User,
}

/// Which account to remove.
#[derive(InputObject)]
struct UnlinkIdentityInput {
    /// One of the caller's `signInAccounts`.
    id: ID,
}

/// The account that was removed.
#[derive(SimpleObject)]
struct UnlinkIdentityPayload {
    /// The id that it had.
    id: ID,
}

/// Changes of the caller's profile.
#[derive(Default)]
pub struct ProfileMutation;

/// Changes of the caller's profile.
#[Object]
impl ProfileMutation {
    /// Changes the caller's name, in every organization. Boards follow at once.
    async fn update_profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes.")] input: UpdateProfileInput,
    ) -> Result<UpdateProfilePayload> {
        let profile = service::update_profile(ctx.platform(), ctx.actor()?, &input.name).await?;
        Ok(UpdateProfilePayload {
            user: profile.into(),
        })
    }

    /// Removes an account by which the caller signs in; the last one stays. Sessions that began by it go on.
    async fn unlink_identity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account.")] input: UnlinkIdentityInput,
    ) -> Result<UnlinkIdentityPayload> {
        let id = global_id::decode_argument("id", &input.id, NodeKind::SignInAccount)?;
        service::unlink_sign_in_account(ctx.platform(), ctx.actor()?, id.into()).await?;
        Ok(UnlinkIdentityPayload { id: input.id })
    }
}
