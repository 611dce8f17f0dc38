//! The part of `Organization` that this context knows.

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use shared::calendar::Weekday;
use shared::ids::{MembershipId, TeamId, UserId};
use shared::period::day_in_zone;
use shared::role::{MembershipStatus, PlanType, Role};
use shared::vocabulary::LeaderboardVisibility;
use uuid::Uuid;

use super::super::model::{self, MemberCursor, MemberFilter, MemberSlice};
use super::super::service;
use super::batches::{MembershipsByUser, TheOrganization};
use super::department::Department;
use super::membership::Membership;
use super::team::{self, Team};
use crate::access::OrgScope;
use crate::error::{AppError, Result};
use crate::graphql::{
    Connection, Date, NodeKind, Page, RequestExt as _, Total, cost, global_id, search_argument,
};

/// A day on which nobody of an organization works.
pub struct Holiday(pub(super) model::Holiday);

/// A day on which nobody of an organization works.
#[Object]
impl Holiday {
    /// The day.
    async fn day(&self) -> Date {
        self.0.day.into()
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }
}

/// What a plan allows; null is without limit.
#[derive(SimpleObject)]
struct PlanLimits {
    /// Active members.
    members: Option<u32>,
    /// Connected repositories.
    repositories: Option<u32>,
    /// Cost points that one person or key may spend here in a minute. Null: the limits of the instance are all.
    requests_per_minute: Option<u32>,
    /// Reviews by a model in a calendar month; the built-in reviewer's do not count.
    ai_reviews_per_month: Option<u32>,
}

impl From<shared::plan::PlanLimits> for PlanLimits {
    fn from(limits: shared::plan::PlanLimits) -> Self {
        Self {
            members: limits.members,
            repositories: limits.repositories,
            requests_per_minute: limits.requests_per_minute,
            ai_reviews_per_month: limits.ai_reviews_per_month,
        }
    }
}

/// How much of its plan an organization uses.
#[derive(SimpleObject)]
struct OrganizationUsage {
    /// Active members.
    members: i64,
}

/// What an organization is, and who belongs to it.
pub struct OrganizationDirectory(pub OrgScope);

impl OrganizationDirectory {
    async fn row(&self, ctx: &Context<'_>) -> Result<model::Organization> {
        let found = ctx.loader::<TheOrganization>(&self.0).load(()).await?;
        found.ok_or_else(|| AppError::not_found("organization"))
    }

    async fn find_membership(&self, ctx: &Context<'_>, user: UserId) -> Result<Option<Membership>> {
        let found = ctx.loader::<MembershipsByUser>(&self.0).load(user).await?;
        Ok(found.map(|membership| Membership::new(self.0.clone(), membership)))
    }
}

/// What an organization is, and who belongs to it.
#[Object]
impl OrganizationDirectory {
    /// Its name.
    async fn name(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(self.row(ctx).await?.name)
    }

    /// Its part of the client's addresses.
    async fn slug(&self) -> &str {
        &self.0.tenant().slug
    }

    /// The IANA name of the zone that its days, weeks, months and quarters are cut in.
    async fn time_zone(&self) -> &str {
        self.0.tenant().time_zone.name()
    }

    /// What it has booked.
    async fn plan_type(&self) -> PlanType {
        self.0.tenant().plan
    }

    /// Who sees whom on boards of individuals.
    async fn leaderboard_visibility(&self) -> LeaderboardVisibility {
        self.0.tenant().leaderboard_visibility
    }

    /// Today in the organization's time zone.
    async fn today(&self, ctx: &Context<'_>) -> Date {
        day_in_zone(ctx.platform().clock.now(), self.0.tenant().time_zone).into()
    }

    /// What the plan allows.
    async fn plan_limits(&self) -> PlanLimits {
        self.0.tenant().plan.limits().into()
    }

    /// How much of the plan is used. Viewers may not see it.
    async fn usage(&self, ctx: &Context<'_>) -> Result<OrganizationUsage> {
        let members = service::count_active_members(ctx.platform(), &self.0).await?;
        Ok(OrganizationUsage { members })
    }

    /// The days of a week on which its people work, from Monday on.
    async fn working_days(&self, ctx: &Context<'_>) -> Result<Vec<Weekday>> {
        Ok(self.row(ctx).await?.working_days.iter().collect())
    }

    /// After how many days entries of its audit log go; null where they stay for ever.
    async fn audit_retention_days(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        Ok(self.row(ctx).await?.audit_retention_days)
    }

    /// Days on which nobody of it works, in their order; at most ten years of them.
    #[graphql(complexity = "1 + 20 * child_complexity")]
    async fn holidays(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only from this day on; the first of January where nothing is said.")]
        from: Option<Date>,
        #[graphql(desc = "Only up to this day; three years from the first where nothing is said.")]
        to: Option<Date>,
    ) -> Result<Vec<Holiday>> {
        let today = day_in_zone(ctx.platform().clock.now(), self.0.tenant().time_zone);
        let from = from.map_or_else(|| first_of_year(today), |day| day.0);
        let to = to.map_or_else(|| last_of_years(from, 3), |day| day.0);
        if to > last_of_years(from, 10) {
            return Err(AppError::invalid(
                "to",
                "is at most ten years from the first day",
            ));
        }
        let holidays = service::list_holidays(ctx.platform(), &self.0, (from, to)).await?;
        Ok(holidays.into_iter().map(Holiday).collect())
    }

    /// Since when it exists.
    async fn created_at(&self, ctx: &Context<'_>) -> Result<DateTime<Utc>> {
        Ok(self.row(ctx).await?.created_at)
    }

    /// The caller's own membership.
    async fn viewer_membership(&self, ctx: &Context<'_>) -> Result<Membership> {
        let user = ctx.actor()?.require_user()?;
        self.find_membership(ctx, user)
            .await?
            .ok_or_else(|| AppError::not_found("membership"))
    }

    /// The members by name. Viewers may not see who they are.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[expect(
        clippy::too_many_arguments,
        reason = "arguments of a field are the contract's, one each"
    )]
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Part of the name; for administrators also the start of the address.")]
        search: Option<String>,
        #[graphql(desc = "Only members of this role.")] role: Option<Role>,
        #[graphql(desc = "Only members of this team.")] team_id: Option<ID>,
        #[graphql(desc = "Only members of this status.")] status: Option<MembershipStatus>,
        #[graphql(
            desc = "At most so many from the beginning; up to 100, 25 where nothing is said."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Membership>> {
        let page = Page::<(String, Uuid)>::new(first, after.as_deref(), last, before.as_deref())?;
        let team_id = team_id
            .map(|id| global_id::decode_argument("teamId", &id, NodeKind::Team))
            .transpose()?
            .map(TeamId);
        let filter = MemberFilter {
            search: search_argument(search)?,
            role,
            team_id,
            status,
        };
        let platform = ctx.platform();
        let rows = service::list_members(platform, &self.0, &filter, &slice_of(&page)).await?;
        let (platform, scope) = (platform.clone(), self.0.clone());
        let total = Total::counted(move || {
            let (platform, scope, filter) = (platform.clone(), scope.clone(), filter.clone());
            async move { service::count_members(&platform, &scope, &filter).await }
        });
        let key = |(cursor, _): &(MemberCursor, _)| (cursor.name.clone(), Uuid::from(cursor.id));
        Ok(Connection::new(
            &page,
            rows,
            total,
            key,
            |(_, membership)| Membership::new(self.0.clone(), membership),
        ))
    }

    /// A person's membership; null where they are no member, or the caller may not know of them.
    async fn membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the person.")] user_id: ID,
    ) -> Result<Option<Membership>> {
        let user = global_id::decode_argument("userId", &user_id, NodeKind::User)?;
        self.find_membership(ctx, UserId(user)).await
    }

    /// The teams by name.
    #[graphql(complexity = "1 + 20 * child_complexity")]
    async fn teams(&self, ctx: &Context<'_>) -> Result<Vec<Team>> {
        let teams = service::list_teams(ctx.platform(), &self.0).await?;
        Ok(teams
            .into_iter()
            .map(|team| Team::new(self.0.clone(), team))
            .collect())
    }

    /// A team; null where there is none of this id in the organization.
    async fn team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the team.")] id: ID,
    ) -> Result<Option<Team>> {
        let id = global_id::decode_argument("id", &id, NodeKind::Team)?;
        team::find_team(ctx, &self.0, TeamId(id)).await
    }

    /// The departments by name.
    #[graphql(complexity = "1 + 20 * child_complexity")]
    async fn departments(&self, ctx: &Context<'_>) -> Result<Vec<Department>> {
        let departments = service::list_departments(ctx.platform(), &self.0).await?;
        Ok(departments
            .into_iter()
            .map(|department| Department::new(self.0.clone(), department))
            .collect())
    }
}

fn first_of_year(day: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(day.year(), 1, 1).unwrap_or(day)
}

/// The last day of so many calendar years, that of the day included.
fn last_of_years(day: NaiveDate, years: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(day.year().saturating_add(years - 1), 12, 31).unwrap_or(NaiveDate::MAX)
}

fn slice_of(page: &Page<(String, Uuid)>) -> MemberSlice {
    let cursor = |key: &Option<(String, Uuid)>| {
        key.clone().map(|(name, id)| MemberCursor {
            name,
            id: MembershipId(id),
        })
    };
    MemberSlice {
        after: cursor(&page.after),
        before: cursor(&page.before),
        limit: page.limit_plus_one(),
        is_backward: page.is_backward,
    }
}
