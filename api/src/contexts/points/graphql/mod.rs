//! Points in the API: a person's summary and ledger, leaderboards, adjustments, and what can be watched.

mod entry;
mod leaderboard;
mod mutation;
mod page;
mod person;
mod subscription;
mod summary;

pub use entry::{PointsEntry, PointsEntrySource, find_entry};
pub use leaderboard::{Leaderboard, LeaderboardEntry};
pub use mutation::{AdjustPointsInput, AdjustPointsPayload, PointsMutation};
pub use subscription::PointsSubscription;
pub use summary::{PointsDay, PointsSummary};

use async_graphql::{Context, ID, Object};
use shared::ids::UserId;
use shared::vocabulary::{LeaderboardPeriod, LeaderboardScope};

use crate::access::OrgScope;
use crate::error::Result;
use crate::graphql::{NodeKind, RequestExt as _, cost, global_id};

/// The part of `Organization` that is about points.
pub struct OrganizationPoints(pub OrgScope);

/// Points and leaderboards of an organization.
#[Object]
impl OrganizationPoints {
    /// A person's points: the caller's own, or another's, which administrators and the lead of the person's team may see.
    async fn points(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose; the caller's own where nobody is named.")] user_id: Option<ID>,
    ) -> Result<PointsSummary> {
        let user = match user_id {
            Some(id) => UserId(global_id::decode_argument("userId", &id, NodeKind::User)?),
            None => ctx.actor()?.require_user()?,
        };
        super::require_points_of(ctx.platform(), &self.0, user).await?;
        Ok(PointsSummary::new(self.0.clone(), user))
    }

    /// A leaderboard as it is at this moment. Who may not see people is refused boards of people.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[expect(
        clippy::too_many_arguments,
        reason = "one argument each, as the contract with clients names them"
    )]
    async fn leaderboard(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to rank.")] scope: LeaderboardScope,
        #[graphql(
            desc = "The stretch of time that counts; today is in the organization's time zone."
        )]
        period: LeaderboardPeriod,
        #[graphql(desc = "With `INDIVIDUAL`: only the members of this team.")] team_id: Option<ID>,
        #[graphql(
            desc = "With `DEPARTMENT`: the members of this department instead of the list of departments."
        )]
        department_id: Option<ID>,
        #[graphql(
            desc = "Only rows whose name contains this, ranked as they are on the whole board."
        )]
        search: Option<String>,
        #[graphql(desc = "How many rows, from the beginning or behind `after`; at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many rows, from the end or before `before`; at most 100.")]
        last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Result<Leaderboard> {
        let asked = leaderboard::Asked {
            scope,
            period,
            team_id,
            department_id,
            search,
            page: page::page(first, after.as_deref(), last, before.as_deref())?,
        };
        leaderboard::leaderboard(ctx.data_unchecked(), &self.0, asked).await
    }
}
