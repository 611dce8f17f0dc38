//! Changes of teams and departments.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{DepartmentId, TeamId, UserId};

use super::super::model::{Department, Team, TeamChanges};
use super::department::DepartmentRow;
use super::team::TeamRow;
use crate::access::OrgScope;
use crate::schema::{departments, team_members, teams};

pub(in super::super) async fn lock_team(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: TeamId,
) -> QueryResult<Option<Team>> {
    teams::table
        .filter(teams::organization_id.eq(scope.organization_id()))
        .filter(teams::id.eq(id))
        .select(TeamRow::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()
        .map(|row| row.map(Into::into))
}

/// What is `None` stays.
#[derive(AsChangeset)]
#[diesel(table_name = teams)]
struct Columns {
    name: Option<String>,
    lead_id: Option<Option<UserId>>,
    department_id: Option<Option<DepartmentId>>,
    updated_at: DateTime<Utc>,
}

pub(in super::super) async fn update_team(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: TeamId,
    changes: &TeamChanges,
    now: DateTime<Utc>,
) -> QueryResult<Option<Team>> {
    let columns = Columns {
        name: changes.name.clone(),
        lead_id: changes.lead_id,
        department_id: changes.department_id,
        updated_at: now,
    };
    diesel::update(teams::table)
        .filter(teams::organization_id.eq(scope.organization_id()))
        .filter(teams::id.eq(id))
        .set(columns)
        .returning(TeamRow::as_returning())
        .get_result(conn)
        .await
        .optional()
        .map(|row| row.map(Into::into))
}

pub(in super::super) async fn list_people_of_team(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: TeamId,
) -> QueryResult<Vec<UserId>> {
    team_members::table
        .filter(team_members::organization_id.eq(scope.organization_id()))
        .filter(team_members::team_id.eq(id))
        .select(team_members::user_id)
        .load(conn)
        .await
}

/// The team as it was.
pub(in super::super) async fn delete_team(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: TeamId,
) -> QueryResult<Option<Team>> {
    diesel::delete(teams::table)
        .filter(teams::organization_id.eq(scope.organization_id()))
        .filter(teams::id.eq(id))
        .returning(TeamRow::as_returning())
        .get_result(conn)
        .await
        .optional()
        .map(|row| row.map(Into::into))
}

/// Those of these people who are in teams and have no primary one get the one they joined first.
pub(in super::super) async fn promote_next_teams(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    users: &[UserId],
) -> QueryResult<()> {
    diesel::sql_query(
        "UPDATE team_members SET is_primary = true FROM (
             SELECT DISTINCT ON (user_id) team_id, user_id FROM team_members tm
             WHERE organization_id = $1 AND user_id = ANY($2)
               AND NOT EXISTS (SELECT 1 FROM team_members other
                    WHERE other.organization_id = $1 AND other.user_id = tm.user_id AND other.is_primary)
             ORDER BY user_id, created_at, team_id) AS next
         WHERE team_members.team_id = next.team_id AND team_members.user_id = next.user_id",
    )
    .bind::<SqlUuid, _>(scope.organization_id())
    .bind::<Array<SqlUuid>, _>(users)
    .execute(conn)
    .await?;
    Ok(())
}

pub(in super::super) async fn update_department(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: DepartmentId,
    name: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<Department>> {
    diesel::update(departments::table)
        .filter(departments::organization_id.eq(scope.organization_id()))
        .filter(departments::id.eq(id))
        .set((departments::name.eq(name), departments::updated_at.eq(now)))
        .returning(DepartmentRow::as_returning())
        .get_result(conn)
        .await
        .optional()
        .map(|row| row.map(Into::into))
}

/// The department as it was.
pub(in super::super) async fn delete_department(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: DepartmentId,
) -> QueryResult<Option<Department>> {
    diesel::delete(departments::table)
        .filter(departments::organization_id.eq(scope.organization_id()))
        .filter(departments::id.eq(id))
        .returning(DepartmentRow::as_returning())
        .get_result(conn)
        .await
        .optional()
        .map(|row| row.map(Into::into))
}
