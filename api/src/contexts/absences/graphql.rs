//! Absences in the API.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use shared::calendar::DayOff;
use shared::ids::{AbsenceId, TeamId, UserId};
use shared::people::AbsenceKind;
use shared::permission::Permission;
use uuid::Uuid;

use super::model::{self, AbsenceFilter, AbsenceSlice, NewAbsence};
use super::service;
use crate::access::OrgScope;
use crate::contexts::identity::graphql::{User, find_user};
use crate::error::{AppError, Result};
use crate::graphql::{Connection, Date, NodeKind, Page, RequestExt as _, Total, cost, global_id};

/// Most days of a calendar that is asked for.
const CALENDAR_DAYS_MAX: i64 = 366;

/// A stretch of days on which somebody is away.
pub struct Absence {
    scope: OrgScope,
    absence: model::Absence,
}

/// A stretch of days on which somebody is away: nobody is reminded of, or penalized for, such a day.
#[Object]
impl Absence {
    /// The global id.
    async fn id(&self) -> ID {
        global_id::encode(NodeKind::Absence, self.absence.id)
    }

    /// The plain id, for use outside this API.
    async fn database_id(&self) -> Uuid {
        self.absence.id.into()
    }

    /// Who is away.
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        find_user(ctx, &self.scope, self.absence.user_id)
            .await?
            .ok_or_else(|| AppError::not_found("user"))
    }

    /// Why.
    async fn kind(&self) -> AbsenceKind {
        self.absence.kind
    }

    /// The first day.
    async fn starts_on(&self) -> Date {
        self.absence.starts_on.into()
    }

    /// The last day, included.
    async fn ends_on(&self) -> Date {
        self.absence.ends_on.into()
    }

    /// Who entered it.
    async fn entered_by(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        match self.absence.entered_by {
            Some(id) => find_user(ctx, &self.scope, id).await,
            None => Ok(None),
        }
    }

    /// Whether the caller may change and remove it.
    async fn viewer_can_change(&self) -> bool {
        let user = self.absence.user_id;
        self.scope.allows_for(Permission::ManageAbsences, user)
    }

    /// When it was entered.
    async fn created_at(&self) -> DateTime<Utc> {
        self.absence.created_at
    }
}

/// A day of the calendar.
#[derive(SimpleObject)]
struct CalendarDay {
    /// The day.
    day: Date,
    /// Whether work is expected on it.
    is_working_day: bool,
    /// Why not; null on a working day.
    day_off: Option<DayOff>,
    /// The holiday's name, where it is one.
    holiday: Option<String>,
    /// Why the person is away, where they are.
    absence: Option<AbsenceKind>,
}

/// The part of `Organization` about absences.
pub struct OrganizationAbsences(pub OrgScope);

/// Absences of the organization's members.
#[Object]
impl OrganizationAbsences {
    /// Day by day, whether work is expected: by the organization's week and holidays and, where a person is named, by the
    /// person's absences.
    #[graphql(complexity = "1 + 30 * child_complexity")]
    async fn calendar(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first day.")] from: Date,
        #[graphql(desc = "The last day, included; at most 366 days from the first.")] to: Date,
        #[graphql(desc = "For this person; for everybody where nobody is named.")] user_id: Option<
            ID,
        >,
    ) -> Result<Vec<CalendarDay>> {
        let (from, to) = (from.0, to.0);
        if !(0..CALENDAR_DAYS_MAX).contains(&(to - from).num_days()) {
            let message = format!("is from the first day to {CALENDAR_DAYS_MAX} days after it");
            return Err(AppError::invalid("to", message));
        }
        let user = user_id
            .map(|id| global_id::decode_argument("userId", &id, NodeKind::User))
            .transpose()?
            .map(UserId);
        let calendar = service::calendar(ctx.platform(), &self.0, user, (from, to)).await?;
        let days = from.iter_days().take_while(|day| *day <= to);
        Ok(days
            .map(|day| {
                let day_off = calendar.day_off(day);
                CalendarDay {
                    day: day.into(),
                    is_working_day: day_off.is_none(),
                    day_off,
                    holiday: calendar.holidays.get(&day).cloned(),
                    absence: calendar.away(day).map(|away| away.kind),
                }
            })
            .collect())
    }

    /// Absences, the latest first: everybody's for administrators, else one's own and those of the people one leads.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[expect(
        clippy::too_many_arguments,
        reason = "arguments of a field are the contract's, one each"
    )]
    async fn absences(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of this person.")] user_id: Option<ID>,
        #[graphql(desc = "Only of this team's people.")] team_id: Option<ID>,
        #[graphql(desc = "Only those that end on this day or later.")] from: Option<Date>,
        #[graphql(desc = "Only those that begin on this day or earlier.")] to: Option<Date>,
        #[graphql(
            desc = "At most so many from the beginning; up to 100, 25 where nothing is said."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Absence>> {
        let page =
            Page::<(NaiveDate, Uuid)>::new(first, after.as_deref(), last, before.as_deref())?;
        let user_id = user_id
            .map(|id| global_id::decode_argument("userId", &id, NodeKind::User))
            .transpose()?;
        let team_id = team_id
            .map(|id| global_id::decode_argument("teamId", &id, NodeKind::Team))
            .transpose()?;
        let filter = AbsenceFilter {
            user_id: user_id.map(UserId),
            team_id: team_id.map(TeamId),
            from: from.map(|day| day.0),
            to: to.map(|day| day.0),
        };
        let cursor = |key: Option<(NaiveDate, Uuid)>| key.map(|(day, id)| (day, AbsenceId(id)));
        let slice = AbsenceSlice {
            after: cursor(page.after),
            before: cursor(page.before),
            limit: page.limit_plus_one(),
            is_backward: page.is_backward,
        };
        let platform = ctx.platform();
        let rows = service::list(platform, &self.0, &filter, &slice).await?;
        let (platform, scope) = (platform.clone(), self.0.clone());
        let total = Total::counted(move || {
            let (platform, scope, filter) = (platform.clone(), scope.clone(), filter.clone());
            async move { service::count(&platform, &scope, &filter).await }
        });
        let key = |one: &model::Absence| (one.starts_on, Uuid::from(one.id));
        Ok(Connection::new(&page, rows, total, key, |absence| {
            node(&self.0, absence)
        }))
    }
}

fn node(scope: &OrgScope, absence: model::Absence) -> Absence {
    Absence {
        scope: scope.clone(),
        absence,
    }
}

/// Days on which somebody is away.
#[derive(InputObject)]
struct SetAbsenceInput {
    /// The absence to change; a new one where none is given.
    id: Option<ID>,
    /// The global id of the person; the caller where none is given.
    user_id: Option<ID>,
    /// Why.
    #[graphql(default_with = "AbsenceKind::Vacation")]
    kind: AbsenceKind,
    /// The first day.
    starts_on: Date,
    /// The last day, included; at most 366 days from the first.
    ends_on: Date,
}

/// The absence that was entered or changed.
#[derive(SimpleObject)]
struct SetAbsencePayload {
    /// The absence as it is now.
    absence: Absence,
}

/// Which absence to remove.
#[derive(InputObject)]
struct DeleteAbsenceInput {
    /// The absence.
    id: ID,
}

/// The absence that was removed.
#[derive(SimpleObject)]
struct DeleteAbsencePayload {
    /// The global id that it had.
    id: ID,
}

/// Changes of absences.
#[derive(Default)]
pub struct AbsenceMutation;

/// Changes of absences, in the request's current organization.
#[Object]
impl AbsenceMutation {
    /// Enters days on which somebody is away, or changes them: one's own, those of people one leads, anybody's for
    /// administrators.
    async fn set_absence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is away, and when.")] input: SetAbsenceInput,
    ) -> Result<SetAbsencePayload> {
        let scope = ctx.scope().await?;
        let id = input
            .id
            .map(|id| global_id::decode(&id, NodeKind::Absence))
            .transpose()?;
        let user_id = match input.user_id {
            Some(id) => UserId(global_id::decode_argument("userId", &id, NodeKind::User)?),
            None => ctx.actor()?.require_user()?,
        };
        let new = NewAbsence {
            user_id,
            kind: input.kind,
            starts_on: input.starts_on.0,
            ends_on: input.ends_on.0,
        };
        let absence = ctx
            .platform()
            .db
            .transaction(async |tx| service::set_absence(tx, &scope, id.map(AbsenceId), new).await)
            .await?;
        Ok(SetAbsencePayload {
            absence: node(&scope, absence),
        })
    }

    /// Removes an absence.
    async fn delete_absence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: DeleteAbsenceInput,
    ) -> Result<DeleteAbsencePayload> {
        let scope = ctx.scope().await?;
        let id = AbsenceId(global_id::decode(&input.id, NodeKind::Absence)?);
        ctx.platform()
            .db
            .transaction(async |tx| service::delete_absence(tx, &scope, id).await)
            .await?;
        Ok(DeleteAbsencePayload { id: input.id })
    }
}
