//! Organizations.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::calendar::Weekday;
use shared::ids::{OrganizationId, UserId};
use shared::role::{MembershipStatus, PlanType};
use shared::vocabulary::LeaderboardVisibility;

use super::super::model::Organization;
use crate::access::OrgScope;
use crate::schema::{memberships, organizations};

#[derive(Queryable, Selectable)]
#[diesel(table_name = organizations)]
struct OrganizationRow {
    id: OrganizationId,
    name: String,
    slug: String,
    time_zone: String,
    plan_type: PlanType,
    leaderboard_visibility: LeaderboardVisibility,
    working_days: Vec<i16>,
    audit_retention_days: Option<i32>,
    created_at: DateTime<Utc>,
}

impl From<OrganizationRow> for Organization {
    fn from(row: OrganizationRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            slug: row.slug,
            // A zone that a newer table of zones has dropped reads as UTC rather than failing.
            time_zone: row.time_zone.parse().unwrap_or(Tz::UTC),
            plan_type: row.plan_type,
            leaderboard_visibility: row.leaderboard_visibility,
            working_days: (row.working_days.into_iter())
                .filter_map(Weekday::from_number)
                .collect(),
            audit_retention_days: row.audit_retention_days,
            created_at: row.created_at,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = organizations)]
pub(in super::super) struct NewOrganizationRow {
    pub(in super::super) id: OrganizationId,
    pub(in super::super) name: String,
    pub(in super::super) slug: String,
    pub(in super::super) is_personal: bool,
    pub(in super::super) plan_type: PlanType,
    pub(in super::super) time_zone: &'static str,
    pub(in super::super) created_at: DateTime<Utc>,
    pub(in super::super) updated_at: DateTime<Utc>,
}

/// Nothing where the slug is taken.
pub(in super::super) async fn insert_organization(
    conn: &mut AsyncPgConnection,
    row: &NewOrganizationRow,
) -> QueryResult<Option<Organization>> {
    diesel::insert_into(organizations::table)
        .values(row)
        .on_conflict(organizations::slug)
        .do_nothing()
        .returning(OrganizationRow::as_returning())
        .get_result(conn)
        .await
        .optional()
        .map(|row| row.map(Into::into))
}

pub(in super::super) async fn find_organization(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
) -> QueryResult<Option<Organization>> {
    organizations::table
        .filter(organizations::id.eq(scope.organization_id()))
        .filter(organizations::deleted_at.is_null())
        .select(OrganizationRow::as_select())
        .first(conn)
        .await
        .optional()
        .map(|row| row.map(Into::into))
}

/// What changes of an organization; what is none stays.
#[derive(AsChangeset, Default)]
#[diesel(table_name = organizations)]
pub(in super::super) struct OrganizationChangeset {
    pub(in super::super) name: Option<String>,
    pub(in super::super) slug: Option<String>,
    pub(in super::super) time_zone: Option<String>,
    pub(in super::super) leaderboard_visibility: Option<LeaderboardVisibility>,
    /// Monday is 1.
    pub(in super::super) working_days: Option<Vec<i16>>,
    pub(in super::super) audit_retention_days: Option<Option<i32>>,
}

/// Changes it. Nothing where the organization was deleted meanwhile.
pub(in super::super) async fn update_organization(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    changes: &OrganizationChangeset,
    now: DateTime<Utc>,
) -> QueryResult<Option<Organization>> {
    let target = organizations::table
        .filter(organizations::id.eq(scope.organization_id()))
        .filter(organizations::deleted_at.is_null());
    diesel::update(target)
        .set((changes, organizations::updated_at.eq(now)))
        .returning(OrganizationRow::as_returning())
        .get_result(conn)
        .await
        .optional()
        .map(|row| row.map(Into::into))
}

/// The organization that a person starts in: the chosen one, else the one joined first, while they are active in it.
pub(in super::super) async fn find_default_organization(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<Option<OrganizationId>> {
    memberships::table
        .inner_join(organizations::table.on(organizations::id.eq(memberships::organization_id)))
        .filter(memberships::user_id.eq(user))
        .filter(memberships::status.eq(MembershipStatus::Active))
        .filter(organizations::deleted_at.is_null())
        .order((
            memberships::is_default.desc(),
            memberships::created_at,
            memberships::id,
        ))
        .select(memberships::organization_id)
        .first(conn)
        .await
        .optional()
}
