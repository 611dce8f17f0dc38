//! Memberships.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::upsert::excluded;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{DepartmentId, MembershipId, OrganizationId, UserId};
use shared::permission::Permission;
use shared::role::{MembershipStatus, Role};

use super::super::model::{MemberCursor, MemberFilter, MemberSlice, Membership};
use crate::access::OrgScope;
use crate::schema::{memberships, organizations};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = memberships)]
pub(in super::super) struct MembershipRow {
    pub(in super::super) id: MembershipId,
    pub(in super::super) organization_id: OrganizationId,
    pub(in super::super) user_id: UserId,
    pub(in super::super) role: Role,
    pub(in super::super) status: MembershipStatus,
    pub(in super::super) employee_id: Option<String>,
    pub(in super::super) department_id: Option<DepartmentId>,
    pub(in super::super) created_at: DateTime<Utc>,
    pub(in super::super) updated_at: DateTime<Utc>,
}

impl From<MembershipRow> for Membership {
    fn from(row: MembershipRow) -> Self {
        Self {
            id: row.id,
            organization_id: row.organization_id,
            user_id: row.user_id,
            role: row.role,
            status: row.status,
            employee_id: row.employee_id,
            department_id: row.department_id,
            created_at: row.created_at,
        }
    }
}

/// Those that were not there before, or were removed: those come back as they are given here.
pub(in super::super) async fn insert_memberships(
    conn: &mut AsyncPgConnection,
    rows: &[MembershipRow],
) -> QueryResult<Vec<Membership>> {
    let upsert = diesel::insert_into(memberships::table)
        .values(rows)
        .on_conflict((memberships::organization_id, memberships::user_id))
        .do_update()
        .set((
            memberships::role.eq(excluded(memberships::role)),
            memberships::status.eq(excluded(memberships::status)),
            memberships::employee_id.eq(excluded(memberships::employee_id)),
            memberships::department_id.eq(excluded(memberships::department_id)),
            memberships::updated_at.eq(excluded(memberships::updated_at)),
            memberships::removed_at.eq(None::<DateTime<Utc>>),
        ));
    let rows: Vec<MembershipRow> = diesel::query_dsl::methods::FilterDsl::filter(
        upsert,
        memberships::removed_at.is_not_null(),
    )
    .returning(MembershipRow::as_returning())
    .get_results(conn)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// A person's active memberships, the default organization first.
pub(in super::super) async fn list_memberships_of(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<Vec<Membership>> {
    let rows: Vec<MembershipRow> = memberships::table
        .inner_join(organizations::table.on(organizations::id.eq(memberships::organization_id)))
        .filter(memberships::user_id.eq(user))
        .filter(memberships::status.eq(MembershipStatus::Active))
        .filter(organizations::deleted_at.is_null())
        .order((
            memberships::is_default.desc(),
            memberships::created_at,
            memberships::id,
        ))
        .select(MembershipRow::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The memberships of those people who have one in the organization.
pub(in super::super) async fn list_memberships_by_user(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    users: &[UserId],
) -> QueryResult<Vec<Membership>> {
    let rows: Vec<MembershipRow> = memberships::table
        .filter(memberships::organization_id.eq(scope.organization_id()))
        .filter(memberships::user_id.eq_any(users))
        .filter(memberships::removed_at.is_null())
        .select(MembershipRow::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// By the membership's own id.
pub(in super::super) async fn find_membership_by_id(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: MembershipId,
) -> QueryResult<Option<Membership>> {
    memberships::table
        .filter(memberships::organization_id.eq(scope.organization_id()))
        .filter(memberships::id.eq(id))
        .filter(memberships::removed_at.is_null())
        .select(MembershipRow::as_select())
        .first(conn)
        .await
        .optional()
        .map(|row| row.map(Into::into))
}

/// Locks an organization's administrators, so that two cannot leave at once and take the last one with them.
pub(in super::super) async fn lock_administrators(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
) -> QueryResult<Vec<UserId>> {
    memberships::table
        .filter(memberships::organization_id.eq(scope.organization_id()))
        .filter(memberships::role.eq(Role::Admin))
        .filter(memberships::status.eq(MembershipStatus::Active))
        .order(memberships::user_id)
        .select(memberships::user_id)
        .for_update()
        .load(conn)
        .await
}

pub(in super::super) async fn update_standing(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    user: UserId,
    (role, status): (Role, MembershipStatus),
    now: DateTime<Utc>,
) -> QueryResult<Option<Membership>> {
    diesel::update(memberships::table)
        .filter(memberships::organization_id.eq(scope.organization_id()))
        .filter(memberships::user_id.eq(user))
        .filter(memberships::removed_at.is_null())
        .set((
            memberships::role.eq(role),
            memberships::status.eq(status),
            memberships::updated_at.eq(now),
        ))
        .returning(MembershipRow::as_returning())
        .get_result(conn)
        .await
        .optional()
        .map(|row| row.map(Into::into))
}

/// The status of a person's membership; who was removed has none.
pub(in super::super) async fn find_status(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    user: UserId,
) -> QueryResult<Option<MembershipStatus>> {
    memberships::table
        .filter(memberships::organization_id.eq(scope.organization_id()))
        .filter(memberships::user_id.eq(user))
        .filter(memberships::removed_at.is_null())
        .select(memberships::status)
        .first(conn)
        .await
        .optional()
}

#[derive(QueryableByName)]
struct ListedRow {
    #[diesel(sql_type = SqlUuid)]
    id: MembershipId,
    #[diesel(sql_type = SqlUuid)]
    user_id: UserId,
    #[diesel(sql_type = Text)]
    role: Role,
    #[diesel(sql_type = Text)]
    status: MembershipStatus,
    #[diesel(sql_type = Nullable<Text>)]
    employee_id: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    department_id: Option<DepartmentId>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    sort_name: String,
}

/// The members a filter lets through; an argument that is null lets everybody through.
const MATCHING: &str = "FROM memberships m JOIN users u ON u.id = m.user_id
     WHERE m.organization_id = $1 AND m.removed_at IS NULL
       AND ($2::text IS NULL OR m.role = $2)
       AND ($3::text IS NULL OR m.status = $3)
       AND ($4::uuid IS NULL OR EXISTS (SELECT 1 FROM team_members tm
                WHERE tm.organization_id = m.organization_id AND tm.team_id = $4 AND tm.user_id = m.user_id))
       AND ($5::text IS NULL OR strpos(lower(u.name), lower($5)) > 0
                OR ($6 AND starts_with(lower(u.email::text), lower($5))))";

/// Sorted by name, backwards where the slice says so; a search for an address finds it only for those who may read addresses.
pub(in super::super) async fn list_members(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    filter: &MemberFilter,
    slice: &MemberSlice,
) -> QueryResult<Vec<(MemberCursor, Membership)>> {
    let direction = if slice.is_backward { "DESC" } else { "ASC" };
    let split = |cursor: &Option<MemberCursor>| {
        cursor
            .clone()
            .map_or((None, None), |cursor| (Some(cursor.name), Some(cursor.id)))
    };
    let (after_name, after_id) = split(&slice.after);
    let (before_name, before_id) = split(&slice.before);
    let rows: Vec<ListedRow> = diesel::sql_query(format!(
        "SELECT m.id, m.user_id, m.role, m.status, m.employee_id, m.department_id, m.created_at, lower(u.name) AS sort_name
         {MATCHING}
           AND ($7::text IS NULL OR (lower(u.name), m.id) > ($7, $8))
           AND ($9::text IS NULL OR (lower(u.name), m.id) < ($9, $10))
         ORDER BY lower(u.name) {direction}, m.id {direction} LIMIT $11"
    ))
    .bind::<SqlUuid, _>(scope.organization_id())
    .bind::<Nullable<Text>, _>(filter.role)
    .bind::<Nullable<Text>, _>(filter.status)
    .bind::<Nullable<SqlUuid>, _>(filter.team_id)
    .bind::<Nullable<Text>, _>(filter.search.clone())
    .bind::<Bool, _>(scope.allows(Permission::ViewEmailAddress))
    .bind::<Nullable<Text>, _>(after_name)
    .bind::<Nullable<SqlUuid>, _>(after_id)
    .bind::<Nullable<Text>, _>(before_name)
    .bind::<Nullable<SqlUuid>, _>(before_id)
    .bind::<BigInt, _>(slice.limit)
    .load(conn)
    .await?;
    let organization_id = scope.organization_id();
    Ok(rows
        .into_iter()
        .map(|row| {
            let cursor = MemberCursor {
                name: row.sort_name,
                id: row.id,
            };
            let membership = Membership {
                id: row.id,
                organization_id,
                user_id: row.user_id,
                role: row.role,
                status: row.status,
                employee_id: row.employee_id,
                department_id: row.department_id,
                created_at: row.created_at,
            };
            (cursor, membership)
        })
        .collect())
}

pub(in super::super) async fn count_members(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    filter: &MemberFilter,
) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let row: Count = diesel::sql_query(format!("SELECT count(*) AS count {MATCHING}"))
        .bind::<SqlUuid, _>(scope.organization_id())
        .bind::<Nullable<Text>, _>(filter.role)
        .bind::<Nullable<Text>, _>(filter.status)
        .bind::<Nullable<SqlUuid>, _>(filter.team_id)
        .bind::<Nullable<Text>, _>(filter.search.clone())
        .bind::<Bool, _>(scope.allows(Permission::ViewEmailAddress))
        .get_result(conn)
        .await?;
    Ok(row.count)
}
