//! What boards are built from: everyone's totals of a period, and who everyone is.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{DepartmentId, MembershipId, OrganizationId, TeamId, UserId};
use shared::period::Period;
use shared::role::Role;
use shared::vocabulary::LeaderboardVisibility;

use crate::schema::{departments, organizations, team_members, teams};

/// The board of one period, best first: `$1` organization, `$2` period, `$3` its first day.
pub const PERIOD_BOARD_SQL: &str = "SELECT user_id, points, entries FROM point_totals \
     WHERE organization_id = $1 AND period = $2 AND starts_on = $3 ORDER BY points DESC, user_id";

/// The board of all time, best first: `$1` organization.
pub const ALL_TIME_BOARD_SQL: &str = "SELECT user_id, balance AS points, entries FROM point_balances \
     WHERE organization_id = $1 ORDER BY balance DESC, user_id";

/// One member's sum.
#[derive(QueryableByName)]
pub(in super::super) struct SumRow {
    #[diesel(sql_type = SqlUuid)]
    pub(in super::super) user_id: UserId,
    #[diesel(sql_type = BigInt)]
    pub(in super::super) points: i64,
    #[diesel(sql_type = BigInt)]
    pub(in super::super) entries: i64,
}

/// Everyone's sum of a period; of all time where there is none.
pub(in super::super) async fn list_sums(
    conn: &mut AsyncPgConnection,
    organization: OrganizationId,
    period: Option<Period>,
) -> QueryResult<Vec<SumRow>> {
    match period {
        Some(Period { kind, starts_on }) => {
            diesel::sql_query(PERIOD_BOARD_SQL)
                .bind::<SqlUuid, _>(organization)
                .bind::<Text, _>(kind)
                .bind::<Date, _>(starts_on)
                .load(conn)
                .await
        }
        None => {
            diesel::sql_query(ALL_TIME_BOARD_SQL)
                .bind::<SqlUuid, _>(organization)
                .load(conn)
                .await
        }
    }
}

/// A member with what a row of a board shows of them.
#[derive(QueryableByName)]
pub(in super::super) struct PersonRow {
    #[diesel(sql_type = SqlUuid)]
    pub(in super::super) user_id: UserId,
    #[diesel(sql_type = SqlUuid)]
    pub(in super::super) membership_id: MembershipId,
    #[diesel(sql_type = Text)]
    pub(in super::super) name: String,
    #[diesel(sql_type = Text)]
    pub(in super::super) email: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(in super::super) avatar_url: Option<String>,
    #[diesel(sql_type = Bool)]
    pub(in super::super) privacy_mode: bool,
    #[diesel(sql_type = Text)]
    pub(in super::super) role: Role,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(in super::super) department_id: Option<DepartmentId>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(in super::super) primary_team: Option<TeamId>,
    #[diesel(sql_type = Timestamptz)]
    pub(in super::super) created_at: DateTime<Utc>,
}

/// The active members. A person without a department of their own belongs to that of their primary team.
pub(in super::super) async fn list_people(
    conn: &mut AsyncPgConnection,
    organization: OrganizationId,
) -> QueryResult<Vec<PersonRow>> {
    diesel::sql_query(
        "SELECT u.id AS user_id, m.id AS membership_id, u.name, u.email::text AS email, u.avatar_url, u.privacy_mode, \
                m.role, COALESCE(m.department_id, t.department_id) AS department_id, t.id AS primary_team, u.created_at \
         FROM memberships m \
         JOIN users u ON u.id = m.user_id \
         LEFT JOIN team_members tm ON tm.organization_id = m.organization_id AND tm.user_id = m.user_id AND tm.is_primary \
         LEFT JOIN teams t ON t.id = tm.team_id \
         WHERE m.organization_id = $1 AND m.status = 'ACTIVE'",
    )
    .bind::<SqlUuid, _>(organization)
    .load(conn)
    .await
}

/// A team as the database has it: id, name, lead, department, time of creation.
pub(in super::super) type TeamRow = (
    TeamId,
    String,
    Option<UserId>,
    Option<DepartmentId>,
    DateTime<Utc>,
);

/// The teams.
pub(in super::super) async fn list_teams(
    conn: &mut AsyncPgConnection,
    organization: OrganizationId,
) -> QueryResult<Vec<TeamRow>> {
    teams::table
        .filter(teams::organization_id.eq(organization))
        .select((
            teams::id,
            teams::name,
            teams::lead_id,
            teams::department_id,
            teams::created_at,
        ))
        .load(conn)
        .await
}

/// Who is in which team, as the primary one or not.
pub(in super::super) async fn list_team_members(
    conn: &mut AsyncPgConnection,
    organization: OrganizationId,
) -> QueryResult<Vec<(TeamId, UserId)>> {
    team_members::table
        .filter(team_members::organization_id.eq(organization))
        .select((team_members::team_id, team_members::user_id))
        .load(conn)
        .await
}

/// The departments by id and name.
pub(in super::super) async fn list_departments(
    conn: &mut AsyncPgConnection,
    organization: OrganizationId,
) -> QueryResult<Vec<(DepartmentId, String)>> {
    departments::table
        .filter(departments::organization_id.eq(organization))
        .select((departments::id, departments::name))
        .load(conn)
        .await
}

/// The organization's time zone and who sees whom; none where it is gone.
pub(in super::super) async fn find_rules(
    conn: &mut AsyncPgConnection,
    organization: OrganizationId,
) -> QueryResult<Option<(String, LeaderboardVisibility)>> {
    organizations::table
        .filter(
            organizations::id
                .eq(organization)
                .and(organizations::deleted_at.is_null()),
        )
        .select((
            organizations::time_zone,
            organizations::leaderboard_visibility,
        ))
        .first(conn)
        .await
        .optional()
}

/// Whether a person is a member in any standing.
pub(in super::super) async fn is_member(
    conn: &mut AsyncPgConnection,
    organization: OrganizationId,
    user: UserId,
) -> QueryResult<bool> {
    use crate::schema::memberships;
    diesel::select(diesel::dsl::exists(
        memberships::table.filter(
            memberships::organization_id
                .eq(organization)
                .and(memberships::user_id.eq(user)),
        ),
    ))
    .get_result(conn)
    .await
}
