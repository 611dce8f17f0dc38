//! The part of `Mutation` that this context answers.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use shared::ids::SessionId;

use super::super::service;
use super::session::Session;
use crate::error::Result;
use crate::graphql::{NodeKind, RequestExt as _, global_id};

/// Ending sessions.
#[derive(Default)]
pub struct IdentityMutation;

/// What to sign out of.
#[derive(InputObject)]
struct SignOutInput {
    /// Ends all of the person's sessions, not only the one of this request.
    #[graphql(default = false)]
    everywhere: bool,
}

/// What was signed out of.
#[derive(SimpleObject)]
struct SignOutPayload {
    /// How many sessions ended.
    signed_out_sessions: u32,
}

/// Which session to end.
#[derive(InputObject)]
struct RevokeSessionInput {
    /// The global id of one of the caller's sessions.
    id: ID,
}

/// The session that ended.
#[derive(SimpleObject)]
struct RevokeSessionPayload {
    /// The session as it was.
    session: Session,
}

/// Ending sessions.
#[Object]
impl IdentityMutation {
    /// Ends the session of this request, or all of the person's. Browsers that keep a session in cookies use
    /// `POST /auth/logout`, which takes the cookies away too.
    async fn sign_out(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to sign out of.")] input: SignOutInput,
    ) -> Result<SignOutPayload> {
        let (platform, actor) = (ctx.platform(), ctx.actor()?);
        let signed_out_sessions = if input.everywhere {
            service::sign_out_everywhere(platform, actor).await?
        } else {
            service::sign_out(platform, actor).await?
        };
        Ok(SignOutPayload {
            signed_out_sessions,
        })
    }

    /// Ends one of the caller's sessions. What is open under it closes at once.
    async fn revoke_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which session to end.")] input: RevokeSessionInput,
    ) -> Result<RevokeSessionPayload> {
        let actor = ctx.actor()?;
        let id = global_id::decode_argument("id", &input.id, NodeKind::Session)?;
        let session = service::revoke_session(ctx.platform(), actor, SessionId(id)).await?;
        Ok(RevokeSessionPayload {
            session: Session {
                session,
                current: actor.session_id(),
            },
        })
    }
}
