//! Changing points by hand.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use shared::ids::UserId;

use super::super::{self as points, Adjustment};
use super::{PointsEntry, PointsSummary};
use crate::error::Result;
use crate::graphql::{NodeKind, RequestExt as _, global_id};

/// The part of `Mutation` that is about points.
#[derive(Default)]
pub struct PointsMutation;

/// Changes of points.
#[Object]
impl PointsMutation {
    /// Changes a member's points by hand, as an entry with a reason and an author. Administrators only.
    async fn adjust_points(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose points, how many, and why.")] input: AdjustPointsInput,
    ) -> Result<AdjustPointsPayload> {
        let scope = ctx.scope().await?;
        let user_id = UserId(global_id::decode_argument(
            "userId",
            &input.user_id,
            NodeKind::User,
        )?);
        let adjustment = Adjustment {
            user_id,
            points_change: input.points_change,
            reason: input.reason,
            idempotency_key: input.idempotency_key,
        };
        let entry = points::adjust_points(ctx.platform(), &scope, adjustment).await?;
        Ok(AdjustPointsPayload {
            entry: PointsEntry::new(scope.clone(), entry),
            points: PointsSummary::new(scope, user_id),
        })
    }
}

/// A change of points by hand.
#[derive(InputObject)]
pub struct AdjustPointsInput {
    /// Whose points.
    user_id: ID,
    /// How many more or, below 0, fewer; not 0.
    points_change: i32,
    /// Why, for the person to read.
    reason: String,
    /// A word of the caller's own: a repeat with the same word answers the first entry and changes nothing.
    idempotency_key: Option<String>,
}

/// What a change of points by hand did.
#[derive(SimpleObject)]
pub struct AdjustPointsPayload {
    /// The entry that was made.
    entry: PointsEntry,
    /// The person's points with it.
    points: PointsSummary,
}
