//! `Viewer`: the signed-in person's own things.

use async_graphql::{Context, Object};

use shared::ids::UserId;

use super::super::service;
use super::preferences::Preferences;
use super::profile::SignInAccount;
use super::session::Session;
use super::user::User;
use crate::access::{Actor, WhichOrganization};
use crate::contexts::orgs;
use crate::contexts::orgs::graphql::{DeletedOrganization, Membership, deleted_organizations};
use crate::contexts::privacy::graphql::{DataExport, data_exports};
use crate::error::{ErrorCode, Result};
use crate::graphql::RequestExt as _;

/// The signed-in person.
pub(super) struct Viewer {
    pub(super) actor: Actor,
    pub(super) user_id: UserId,
}

/// The signed-in person's own things.
#[Object]
impl Viewer {
    /// The person.
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        let profile = service::find_own_profile(ctx.platform(), self.user_id).await?;
        Ok(profile.into())
    }

    /// The organizations the person is active in, the default one first.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn memberships(&self, ctx: &Context<'_>) -> Result<Vec<Membership>> {
        let own = orgs::list_memberships_of(ctx.platform(), self.user_id).await?;
        let mut memberships = Vec::with_capacity(own.len());
        for membership in own {
            let which = WhichOrganization::Id(membership.organization_id);
            match ctx.scope_of(&which).await {
                Ok(scope) => memberships.push(Membership::new(scope, membership)),
                // Left between the two questions.
                Err(error) if error.code() == ErrorCode::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(memberships)
    }

    /// Whether the person runs this instance.
    async fn is_operator(&self, ctx: &Context<'_>) -> Result<bool> {
        service::is_operator(ctx.platform(), self.user_id).await
    }

    /// Deleted organizations that the person may restore, the last deleted first.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn deleted_organizations(&self, ctx: &Context<'_>) -> Result<Vec<DeletedOrganization>> {
        deleted_organizations(ctx).await
    }

    /// Exports of data that the person asked for and can have, or waits for; the newest first.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn data_exports(&self, ctx: &Context<'_>) -> Result<Vec<DataExport>> {
        data_exports(ctx).await
    }

    /// The accounts at identity providers by which the person signs in, the last used first.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn sign_in_accounts(&self, ctx: &Context<'_>) -> Result<Vec<SignInAccount>> {
        let accounts = service::list_sign_in_accounts(ctx.platform(), &self.actor).await?;
        Ok(accounts.into_iter().map(SignInAccount).collect())
    }

    /// What the person prefers.
    async fn preferences(&self, ctx: &Context<'_>) -> Result<Preferences> {
        Preferences::of(ctx, self.user_id).await
    }

    /// The person's live sessions, the last used first; at most 50.
    #[graphql(complexity = "1 + 50 * child_complexity")]
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<Session>> {
        let sessions = service::list_sessions(ctx.platform(), &self.actor).await?;
        Ok(sessions
            .into_iter()
            .map(|session| Session {
                session,
                current: self.actor.session_id(),
            })
            .collect())
    }
}
