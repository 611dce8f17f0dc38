//! Absences, as the rest of the product speaks of them.

use chrono::{DateTime, NaiveDate, Utc};
use shared::ids::{AbsenceId, TeamId, UserId};
use shared::people::AbsenceKind;

/// A stretch of days on which somebody is away.
#[derive(Clone, Debug)]
pub struct Absence {
    /// The absence.
    pub id: AbsenceId,
    /// Who is away.
    pub user_id: UserId,
    /// Why.
    pub kind: AbsenceKind,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day, included.
    pub ends_on: NaiveDate,
    /// Who entered it.
    pub entered_by: Option<UserId>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
}

/// An absence to enter.
#[derive(Clone, Copy, Debug)]
pub struct NewAbsence {
    /// Who is away.
    pub user_id: UserId,
    /// Why.
    pub kind: AbsenceKind,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day, included.
    pub ends_on: NaiveDate,
}

/// Which absences to list.
#[derive(Clone, Debug, Default)]
pub(super) struct AbsenceFilter {
    /// Only of this person.
    pub(super) user_id: Option<UserId>,
    /// Only of this team's people.
    pub(super) team_id: Option<TeamId>,
    /// Only those that end on this day or later.
    pub(super) from: Option<NaiveDate>,
    /// Only those that begin on this day or earlier.
    pub(super) to: Option<NaiveDate>,
}

/// Which stretch of the list to read, the latest first.
#[derive(Clone, Debug)]
pub(super) struct AbsenceSlice {
    pub(super) after: Option<(NaiveDate, AbsenceId)>,
    pub(super) before: Option<(NaiveDate, AbsenceId)>,
    pub(super) limit: i64,
    pub(super) is_backward: bool,
}
