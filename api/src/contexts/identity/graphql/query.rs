//! The part of `Query` that this context answers.

use async_graphql::{Context, Object};

use super::server_info::ServerInfo;
use super::viewer::Viewer;
use crate::graphql::RequestExt as _;

/// Who asks, and whom they ask.
#[derive(Default)]
pub struct IdentityQuery;

/// Who asks, and whom they ask.
#[Object]
impl IdentityQuery {
    /// The signed-in person's own things; null where nobody is signed in, or an organization's own key asks.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        let actor = ctx.optional_actor()?.clone();
        let user_id = actor.user_id()?;
        Some(Viewer { actor, user_id })
    }

    /// What the server says about itself, to everyone.
    async fn server_info(&self) -> ServerInfo {
        ServerInfo
    }
}
