//! One person's points: sums, history, ledger.

use chrono::{Days, NaiveDate};
use shared::ids::{LedgerEntryId, UserId};
use shared::period::{Period, PeriodKind, day_in_zone};
use shared::permission::Permission;

use super::super::error::PointsError;
use super::super::model::{LedgerEntry, periods_of, trend_percent};
use super::super::store::ledger::{self, Stretch};
use super::super::store::{boards, totals};
use crate::access::OrgScope;
use crate::error::{AppError, Result};
use crate::platform::Platform;

/// Most days a history goes back.
const HISTORY_DAYS_MAX: i32 = 366;

/// A person's sums as of now.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// All points.
    pub balance: i64,
    /// Entries in the ledger.
    pub entries: i64,
    /// Points of today.
    pub today: i64,
    /// Points of this week.
    pub week: i64,
    /// Points of this month.
    pub month: i64,
    /// Points of this quarter.
    pub quarter: i64,
    /// This week against the whole week before.
    pub trend_percent: Option<f64>,
}

/// One day of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayTotal {
    /// The day.
    pub date: NaiveDate,
    /// Its points.
    pub points: i64,
    /// How many entries made them.
    pub entries: i64,
}

/// Refuses whoever may not see a person's points; who may not even know the person is told that there is none.
///
/// # Errors
/// Not found, or forbidden.
pub async fn require_points_of(platform: &Platform, scope: &OrgScope, user: UserId) -> Result<()> {
    let is_own = scope.user_id() == Some(user);
    if !is_own {
        // A key that may read points need not be one that may read who the members are.
        let may_know =
            scope.allows(Permission::ViewMembers) || scope.allows_for(Permission::ViewPoints, user);
        let is_visible = may_know && {
            let mut conn = platform.db.read().await?;
            boards::is_member(&mut conn, scope.organization_id(), user).await?
        };
        if !is_visible {
            return Err(PointsError::NoMember.into());
        }
    }
    scope.require_for(Permission::ViewPoints, user)
}

/// A person's sums. The caller has asked [`require_points_of`].
///
/// # Errors
/// When the database does not answer.
pub async fn summary(platform: &Platform, scope: &OrgScope, user: UserId) -> Result<Summary> {
    let today = day_in_zone(platform.clock.now(), scope.tenant().time_zone);
    let [day, week, month, quarter] = periods_of(today);
    let week_before = week.previous();
    let mut conn = platform.db.primary().await?;
    let sums = totals::find_sums(
        &mut conn,
        scope,
        user,
        [day, week, week_before, month, quarter],
    );
    let sums = sums.await?;
    let of = |period: Period| {
        (sums.periods.iter())
            .find(|total| total.period == period)
            .map_or(0, |total| total.points)
    };
    Ok(Summary {
        balance: sums.balance,
        entries: sums.entries,
        today: of(day),
        week: of(week),
        month: of(month),
        quarter: of(quarter),
        trend_percent: trend_percent(of(week_before), of(week)),
    })
}

/// A person's points day by day, the oldest first, today last; days without points included.
///
/// # Errors
/// When more or fewer days are asked for than there may be.
pub async fn history(
    platform: &Platform,
    scope: &OrgScope,
    user: UserId,
    days: i32,
) -> Result<Vec<DayTotal>> {
    let count = u64::try_from(days)
        .ok()
        .filter(|_| (1..=HISTORY_DAYS_MAX).contains(&days))
        .ok_or_else(|| {
            AppError::invalid("days", format!("must be between 1 and {HISTORY_DAYS_MAX}"))
        })?;
    let today = day_in_zone(platform.clock.now(), scope.tenant().time_zone);
    let first = today - Days::new(count - 1);
    let mut conn = platform.db.primary().await?;
    let totals =
        totals::list_totals(&mut conn, scope, user, &[PeriodKind::Day], first, today).await?;
    drop(conn);
    let mut totals = totals.into_iter().peekable();
    Ok(first
        .iter_days()
        .take_while(|day| *day <= today)
        .map(|date| {
            let total = totals.next_if(|total| total.period.starts_on == date);
            DayTotal {
                date,
                points: total.map_or(0, |total| total.points),
                entries: total.map_or(0, |total| total.entries),
            }
        })
        .collect())
}

/// A stretch of a person's ledger. The caller has asked [`require_points_of`].
///
/// # Errors
/// When the database does not answer.
pub async fn entries(
    platform: &Platform,
    scope: &OrgScope,
    user: UserId,
    stretch: Stretch,
) -> Result<Vec<LedgerEntry>> {
    let mut conn = platform.db.primary().await?;
    Ok(ledger::list_entries(&mut conn, scope, user, stretch).await?)
}

/// One entry of the ledger, where the caller may see the person's points; none where not.
///
/// # Errors
/// When the database does not answer.
pub async fn entry(
    platform: &Platform,
    scope: &OrgScope,
    id: LedgerEntryId,
) -> Result<Option<LedgerEntry>> {
    let mut conn = platform.db.primary().await?;
    let entry = ledger::find_entry(&mut conn, scope, id).await?;
    Ok(entry.filter(|entry| scope.allows_for(Permission::ViewPoints, entry.user_id)))
}
