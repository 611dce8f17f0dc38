//! A person's points.

use async_graphql::{Context, Object, SimpleObject};
use shared::ids::UserId;
use shared::vocabulary::LeaderboardPeriod;
use tokio::sync::OnceCell;

use super::super::{self as points, BoardKind, Boards, Stretch, Summary};
use super::PointsEntry;
use super::person;
use crate::access::OrgScope;
use crate::contexts::identity::graphql::User;
use crate::error::{AppError, Result};
use crate::graphql::{Connection, Date, Page, RequestExt as _, Total, cost};

/// A person's points, whoever asks for them has been permitted to see them.
pub struct PointsSummary {
    scope: OrgScope,
    user_id: UserId,
    sums: OnceCell<Summary>,
}

impl PointsSummary {
    pub(super) fn new(scope: OrgScope, user_id: UserId) -> Self {
        Self {
            scope,
            user_id,
            sums: OnceCell::new(),
        }
    }

    /// Read when the first sum is selected, and once.
    async fn sums(&self, ctx: &Context<'_>) -> Result<&Summary> {
        self.sums
            .get_or_try_init(|| points::summary(ctx.platform(), &self.scope, self.user_id))
            .await
    }

    /// Ranks of this week and the one before.
    async fn ranks(&self, ctx: &Context<'_>) -> Result<Option<(u32, Option<u32>)>> {
        let boards = ctx.data_unchecked::<Boards>();
        let organization = self.scope.organization_id();
        let week = boards.view(organization, LeaderboardPeriod::Week).await?;
        let ranking = week.ranking(BoardKind::People);
        let row = ranking.row_of(self.user_id.into());
        Ok(row.map(|row| (row.rank, row.previous_rank)))
    }
}

/// A person's points. Days, weeks, months and quarters are those of the organization's time zone.
#[Object]
impl PointsSummary {
    /// Whose points.
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        person::find_user(ctx, &self.scope, self.user_id)
            .await?
            .ok_or_else(|| AppError::not_found("member"))
    }

    /// All points.
    async fn balance(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(self.sums(ctx).await?.balance)
    }

    /// Points of today.
    async fn today(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(self.sums(ctx).await?.today)
    }

    /// Points of this week, which began on Monday.
    async fn week(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(self.sums(ctx).await?.week)
    }

    /// Points of this month.
    async fn month(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(self.sums(ctx).await?.month)
    }

    /// Points of this quarter.
    async fn quarter(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(self.sums(ctx).await?.quarter)
    }

    /// Change of this week against the whole week before, in percent; null when that week had no points.
    async fn trend_percent(&self, ctx: &Context<'_>) -> Result<Option<f64>> {
        Ok(self.sums(ctx).await?.trend_percent)
    }

    /// Rank of this week among all members; null when the person does not stand on boards.
    async fn rank(&self, ctx: &Context<'_>) -> Result<Option<u32>> {
        Ok(self.ranks(ctx).await?.map(|(rank, _)| rank))
    }

    /// Rank of the week before among all members; null when the person had nothing to be ranked by.
    async fn previous_rank(&self, ctx: &Context<'_>) -> Result<Option<u32>> {
        Ok(self.ranks(ctx).await?.and_then(|(_, previous)| previous))
    }

    /// One row a day, the oldest first and today last, days without points included as 0.
    #[graphql(complexity = "usize::try_from(days).unwrap_or(0).min(366) / 10 + child_complexity")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 30, desc = "How many days, today included; at most 366.")] days: i32,
    ) -> Result<Vec<PointsDay>> {
        let history = points::history(ctx.platform(), &self.scope, self.user_id, days).await?;
        Ok(history
            .into_iter()
            .map(|day| PointsDay {
                date: Date(day.date),
                points: day.points,
                entries: day.entries,
            })
            .collect())
    }

    /// Every change of the balance, the newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn ledger(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many entries, from the beginning or behind `after`; at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Only entries behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many entries, from the end or before `before`; at most 100.")]
        last: Option<i32>,
        #[graphql(desc = "Only entries before this cursor.")] before: Option<String>,
    ) -> Result<Connection<PointsEntry>> {
        let page = Page::<i64>::new(first, after.as_deref(), last, before.as_deref())?;
        // The list runs from the newest back: behind a cursor are smaller sequences.
        let stretch = Stretch {
            below: page.after,
            above: page.before,
            limit: page.limit_plus_one(),
            oldest_first: page.is_backward,
        };
        let entries = points::entries(ctx.platform(), &self.scope, self.user_id, stretch).await?;
        let (platform, scope, user) = (ctx.platform().clone(), self.scope.clone(), self.user_id);
        let total = Total::counted(move || {
            let (platform, scope) = (platform.clone(), scope.clone());
            async move { Ok(points::summary(&platform, &scope, user).await?.entries) }
        });
        let scope = &self.scope;
        Ok(Connection::new(
            &page,
            entries,
            total,
            |entry| entry.sequence,
            |entry| PointsEntry::new(scope.clone(), entry),
        ))
    }
}

/// One day of a person's history.
#[derive(SimpleObject)]
pub struct PointsDay {
    /// The day, in the organization's time zone.
    date: Date,
    /// Points that belong to the day.
    points: i64,
    /// How many entries made them.
    entries: i64,
}
