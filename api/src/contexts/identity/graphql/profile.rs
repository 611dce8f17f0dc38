//! What a person says about themself, and by which accounts they sign in.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};

use super::super::model::{SignInIdentity, SignInMethod};
use super::super::providers::Providers;
use super::super::service;
use super::user::User;
use crate::error::{AppError, Result};
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

/// Where the account to link is.
#[derive(InputObject)]
struct LinkIdentityInput {
    /// One of the server's `signInMethods` at a provider: `MICROSOFT`, `GITHUB` or `OIDC`.
    provider: SignInMethod,
    /// The path of the client to go on to; the start page where it is left out. `linked=1` is added to its query, or
    /// `refused` with a word that says why not.
    next: Option<String>,
}

/// How to go on.
#[derive(SimpleObject)]
struct LinkIdentityPayload {
    /// The address on this server that the caller's browser opens within two minutes. It leads to the provider, and back to
    /// `next`. Only the browser of the session that asked gets through.
    url: String,
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

    /// Begins to link a further account at an identity provider, to sign in by it. The account does not need the caller's
    /// address; it must not be another person's. Takes a session that began within the last 10 minutes.
    async fn link_identity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where the account is.")] input: LinkIdentityInput,
    ) -> Result<LinkIdentityPayload> {
        let provider = input.provider.provider().ok_or_else(|| {
            AppError::invalid("provider", "must be one of MICROSOFT, GITHUB and OIDC")
        })?;
        let providers = ctx.data_unchecked::<Providers>();
        let asked = service::ask_for_link(
            ctx.platform(),
            providers,
            ctx.actor()?,
            (provider, input.next),
        );
        let path = asked.await?;
        let url = format!("{}{path}", ctx.platform().public_url);
        Ok(LinkIdentityPayload { url })
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
