//! Teams, and who is in them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{DepartmentId, OrganizationId, TeamId, UserId};
use shared::role::MembershipStatus;

use super::super::model::{Assignment, NewTeam, Team, TeamOfMember};
use crate::access::OrgScope;
use crate::schema::{memberships, team_members, teams};

#[derive(Queryable, Selectable)]
#[diesel(table_name = teams)]
pub(super) struct TeamRow {
    id: TeamId,
    organization_id: OrganizationId,
    name: String,
    lead_id: Option<UserId>,
    department_id: Option<DepartmentId>,
    created_at: DateTime<Utc>,
}

impl From<TeamRow> for Team {
    fn from(row: TeamRow) -> Self {
        Self {
            id: row.id,
            organization_id: row.organization_id,
            name: row.name,
            lead_id: row.lead_id,
            department_id: row.department_id,
            created_at: row.created_at,
        }
    }
}

/// Nothing where the name is taken.
pub(in super::super) async fn insert_team(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: TeamId,
    new: &NewTeam,
    now: DateTime<Utc>,
) -> QueryResult<Option<Team>> {
    diesel::insert_into(teams::table)
        .values((
            teams::id.eq(id),
            teams::organization_id.eq(scope.organization_id()),
            teams::name.eq(&new.name),
            teams::lead_id.eq(new.lead_id),
            teams::department_id.eq(new.department_id),
            teams::created_at.eq(now),
            teams::updated_at.eq(now),
        ))
        .on_conflict((teams::organization_id, teams::name))
        .do_nothing()
        .returning(TeamRow::as_returning())
        .get_result(conn)
        .await
        .optional()
        .map(|row| row.map(Into::into))
}

pub(in super::super) async fn list_teams(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
) -> QueryResult<Vec<Team>> {
    let rows: Vec<TeamRow> = teams::table
        .filter(teams::organization_id.eq(scope.organization_id()))
        .order((teams::name, teams::id))
        .select(TeamRow::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Those of these teams that are in the organization.
pub(in super::super) async fn list_teams_by_id(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    ids: &[TeamId],
) -> QueryResult<Vec<Team>> {
    let rows: Vec<TeamRow> = teams::table
        .filter(teams::organization_id.eq(scope.organization_id()))
        .filter(teams::id.eq_any(ids))
        .select(TeamRow::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Active members of each team; teams without any are left out.
pub(in super::super) async fn count_team_members(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    teams: &[TeamId],
) -> QueryResult<Vec<(TeamId, i64)>> {
    team_members::table
        .inner_join(
            memberships::table.on(memberships::organization_id
                .eq(team_members::organization_id)
                .and(memberships::user_id.eq(team_members::user_id))),
        )
        .filter(team_members::organization_id.eq(scope.organization_id()))
        .filter(team_members::team_id.eq_any(teams))
        .filter(memberships::status.eq(MembershipStatus::Active))
        .group_by(team_members::team_id)
        .select((team_members::team_id, diesel::dsl::count_star()))
        .load(conn)
        .await
}

/// The teams of each member, the primary one first, then by name.
pub(in super::super) async fn list_teams_of_members(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    users: &[UserId],
) -> QueryResult<Vec<(UserId, TeamOfMember)>> {
    let rows: Vec<(UserId, bool, TeamRow)> = team_members::table
        .inner_join(teams::table.on(teams::id.eq(team_members::team_id)))
        .filter(team_members::organization_id.eq(scope.organization_id()))
        .filter(team_members::user_id.eq_any(users))
        .order((team_members::is_primary.desc(), teams::name, teams::id))
        .select((
            team_members::user_id,
            team_members::is_primary,
            TeamRow::as_select(),
        ))
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(user, is_primary, team)| {
            (
                user,
                TeamOfMember {
                    team: team.into(),
                    is_primary,
                },
            )
        })
        .collect())
}

/// Locks the memberships of these people in the order of their ids: the lock under which their teams change.
///
/// Returns those who are members.
pub(in super::super) async fn lock_members(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    users: &[UserId],
) -> QueryResult<Vec<UserId>> {
    memberships::table
        .filter(memberships::organization_id.eq(scope.organization_id()))
        .filter(memberships::user_id.eq_any(users))
        .filter(memberships::removed_at.is_null())
        .order(memberships::user_id)
        .select(memberships::user_id)
        .for_update()
        .load(conn)
        .await
}

/// People of the organization who have a primary team.
pub(in super::super) async fn list_primary_teams(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    users: &[UserId],
) -> QueryResult<Vec<UserId>> {
    team_members::table
        .filter(team_members::organization_id.eq(scope.organization_id()))
        .filter(team_members::user_id.eq_any(users))
        .filter(team_members::is_primary)
        .select(team_members::user_id)
        .load(conn)
        .await
}

/// Takes the mark of the primary team from these people, before others get it.
pub(in super::super) async fn clear_primary_teams(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    users: &[UserId],
) -> QueryResult<()> {
    diesel::update(team_members::table)
        .filter(team_members::organization_id.eq(scope.organization_id()))
        .filter(team_members::user_id.eq_any(users))
        .filter(team_members::is_primary)
        .set(team_members::is_primary.eq(false))
        .execute(conn)
        .await?;
    Ok(())
}

/// Puts members into teams; the team must be in the organization, which the composite key sees to.
pub(in super::super) async fn upsert_assignments(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    assignments: &[Assignment],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let teams: Vec<TeamId> = assignments
        .iter()
        .map(|assignment| assignment.team_id)
        .collect();
    let users: Vec<UserId> = assignments
        .iter()
        .map(|assignment| assignment.user_id)
        .collect();
    let primary: Vec<bool> = assignments
        .iter()
        .map(|assignment| assignment.is_primary)
        .collect();
    diesel::sql_query(
        "INSERT INTO team_members (organization_id, team_id, user_id, is_primary, created_at)
         SELECT $1, team_id, user_id, is_primary, $5 FROM unnest($2::uuid[], $3::uuid[], $4::boolean[]) AS a (team_id, user_id, is_primary)
         ON CONFLICT (team_id, user_id) DO UPDATE SET is_primary = team_members.is_primary OR excluded.is_primary",
    )
    .bind::<SqlUuid, _>(scope.organization_id())
    .bind::<Array<SqlUuid>, _>(teams)
    .bind::<Array<SqlUuid>, _>(users)
    .bind::<Array<Bool>, _>(primary)
    .bind::<Timestamptz, _>(now)
    .execute(conn)
    .await?;
    Ok(())
}
