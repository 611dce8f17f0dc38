//! SQL of absences.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{AbsenceId, UserId};
use shared::people::AbsenceKind;

use super::model::{Absence, AbsenceFilter, AbsenceSlice, NewAbsence};
use crate::access::OrgScope;
use crate::schema::{absences, team_members};

#[derive(Queryable, Selectable)]
#[diesel(table_name = absences)]
struct AbsenceRow {
    id: AbsenceId,
    user_id: UserId,
    kind: AbsenceKind,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    entered_by: Option<UserId>,
    created_at: DateTime<Utc>,
}

impl From<AbsenceRow> for Absence {
    fn from(row: AbsenceRow) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            kind: row.kind,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            entered_by: row.entered_by,
            created_at: row.created_at,
        }
    }
}

pub(super) async fn insert(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: AbsenceId,
    new: &NewAbsence,
    (entered_by, now): (Option<UserId>, DateTime<Utc>),
) -> QueryResult<Absence> {
    diesel::insert_into(absences::table)
        .values((
            absences::id.eq(id),
            absences::organization_id.eq(scope.organization_id()),
            absences::user_id.eq(new.user_id),
            absences::kind.eq(new.kind),
            absences::starts_on.eq(new.starts_on),
            absences::ends_on.eq(new.ends_on),
            absences::entered_by.eq(entered_by),
            absences::created_at.eq(now),
            absences::updated_at.eq(now),
        ))
        .returning(AbsenceRow::as_returning())
        .get_result(conn)
        .await
        .map(Into::into)
}

pub(super) async fn update(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: AbsenceId,
    new: &NewAbsence,
    now: DateTime<Utc>,
) -> QueryResult<Absence> {
    diesel::update(absences::table)
        .filter(absences::organization_id.eq(scope.organization_id()))
        .filter(absences::id.eq(id))
        .set((
            absences::kind.eq(new.kind),
            absences::starts_on.eq(new.starts_on),
            absences::ends_on.eq(new.ends_on),
            absences::updated_at.eq(now),
        ))
        .returning(AbsenceRow::as_returning())
        .get_result(conn)
        .await
        .map(Into::into)
}

pub(super) async fn lock(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: AbsenceId,
) -> QueryResult<Option<Absence>> {
    absences::table
        .filter(absences::organization_id.eq(scope.organization_id()))
        .filter(absences::id.eq(id))
        .select(AbsenceRow::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()
        .map(|row| row.map(Into::into))
}

pub(super) async fn delete(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: AbsenceId,
) -> QueryResult<()> {
    diesel::delete(absences::table)
        .filter(absences::organization_id.eq(scope.organization_id()))
        .filter(absences::id.eq(id))
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn delete_of_person(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<()> {
    diesel::delete(absences::table.filter(absences::user_id.eq(user)))
        .execute(conn)
        .await?;
    Ok(())
}

/// What a filter lets through, of these people where some are named.
fn matching<'a>(
    scope: &OrgScope,
    (filter, visible): (&AbsenceFilter, Option<&'a [UserId]>),
) -> absences::BoxedQuery<'a, Pg> {
    let mut query = absences::table
        .filter(absences::organization_id.eq(scope.organization_id()))
        .into_boxed();
    if let Some(visible) = visible {
        query = query.filter(absences::user_id.eq_any(visible));
    }
    if let Some(user) = filter.user_id {
        query = query.filter(absences::user_id.eq(user));
    }
    if let Some(team) = filter.team_id {
        let people = team_members::table
            .filter(team_members::organization_id.eq(scope.organization_id()))
            .filter(team_members::team_id.eq(team))
            .select(team_members::user_id);
        query = query.filter(absences::user_id.eq_any(people));
    }
    if let Some(from) = filter.from {
        query = query.filter(absences::ends_on.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(absences::starts_on.le(to));
    }
    query
}

/// The latest first; the earliest first where the slice counts from the end.
pub(super) async fn list(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    of: (&AbsenceFilter, Option<&[UserId]>),
    slice: &AbsenceSlice,
) -> QueryResult<Vec<Absence>> {
    let mut query = matching(scope, of).limit(slice.limit);
    if let Some((day, id)) = slice.after {
        let same = absences::starts_on.eq(day).and(absences::id.lt(id));
        query = query.filter(absences::starts_on.lt(day).or(same));
    }
    if let Some((day, id)) = slice.before {
        let same = absences::starts_on.eq(day).and(absences::id.gt(id));
        query = query.filter(absences::starts_on.gt(day).or(same));
    }
    let query = if slice.is_backward {
        query.order((absences::starts_on.asc(), absences::id.asc()))
    } else {
        query.order((absences::starts_on.desc(), absences::id.desc()))
    };
    let rows: Vec<AbsenceRow> = query.select(AbsenceRow::as_select()).load(conn).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(super) async fn count(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    of: (&AbsenceFilter, Option<&[UserId]>),
) -> QueryResult<i64> {
    matching(scope, of).count().get_result(conn).await
}

/// The absences of a person that touch a stretch of days.
pub(super) async fn list_touching(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    user: UserId,
    (from, to): (NaiveDate, NaiveDate),
) -> QueryResult<Vec<Absence>> {
    let rows: Vec<AbsenceRow> = absences::table
        .filter(absences::organization_id.eq(scope.organization_id()))
        .filter(absences::user_id.eq(user))
        .filter(absences::starts_on.le(to))
        .filter(absences::ends_on.ge(from))
        .order(absences::starts_on)
        .select(AbsenceRow::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
