//! Changes of one membership.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{DepartmentId, OrganizationId, TeamId, UserId};
use shared::role::MembershipStatus;

use super::super::model::{MemberChanges, Membership};
use super::membership::MembershipRow;
use crate::access::OrgScope;
use crate::schema::{memberships, team_members, teams};

/// Who was removed is none.
pub(in super::super) async fn lock_membership(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    user: UserId,
) -> QueryResult<Option<Membership>> {
    memberships::table
        .filter(memberships::organization_id.eq(scope.organization_id()))
        .filter(memberships::user_id.eq(user))
        .filter(memberships::removed_at.is_null())
        .select(MembershipRow::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()
        .map(|row| row.map(Into::into))
}

/// What is `None` stays.
#[derive(AsChangeset)]
#[diesel(table_name = memberships)]
struct Details {
    employee_id: Option<Option<String>>,
    department_id: Option<Option<DepartmentId>>,
    updated_at: DateTime<Utc>,
}

pub(in super::super) async fn update_details(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    user: UserId,
    changes: &MemberChanges,
    now: DateTime<Utc>,
) -> QueryResult<Option<Membership>> {
    let details = Details {
        employee_id: changes.employee_id.clone(),
        department_id: changes.department_id,
        updated_at: now,
    };
    diesel::update(memberships::table)
        .filter(memberships::organization_id.eq(scope.organization_id()))
        .filter(memberships::user_id.eq(user))
        .filter(memberships::removed_at.is_null())
        .set(details)
        .returning(MembershipRow::as_returning())
        .get_result(conn)
        .await
        .optional()
        .map(|row| row.map(Into::into))
}

/// The number becomes free for somebody else.
pub(in super::super) async fn set_removed(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    user: UserId,
    now: DateTime<Utc>,
) -> QueryResult<Option<Membership>> {
    diesel::update(memberships::table)
        .filter(memberships::organization_id.eq(scope.organization_id()))
        .filter(memberships::user_id.eq(user))
        .filter(memberships::removed_at.is_null())
        .set((
            memberships::status.eq(MembershipStatus::Inactive),
            memberships::employee_id.eq(None::<String>),
            memberships::removed_at.eq(now),
            memberships::updated_at.eq(now),
        ))
        .returning(MembershipRow::as_returning())
        .get_result(conn)
        .await
        .optional()
        .map(|row| row.map(Into::into))
}

pub(in super::super) async fn delete_assignments_of(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    user: UserId,
) -> QueryResult<()> {
    diesel::delete(team_members::table)
        .filter(team_members::organization_id.eq(scope.organization_id()))
        .filter(team_members::user_id.eq(user))
        .execute(conn)
        .await?;
    Ok(())
}

/// The teams that a person leads have no lead then.
pub(in super::super) async fn clear_lead(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    user: UserId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(teams::table)
        .filter(teams::organization_id.eq(scope.organization_id()))
        .filter(teams::lead_id.eq(user))
        .set((teams::lead_id.eq(None::<UserId>), teams::updated_at.eq(now)))
        .execute(conn)
        .await?;
    Ok(())
}

/// How many were taken out: one or none.
pub(in super::super) async fn delete_assignment(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    team: TeamId,
    user: UserId,
) -> QueryResult<usize> {
    diesel::delete(team_members::table)
        .filter(team_members::organization_id.eq(scope.organization_id()))
        .filter(team_members::team_id.eq(team))
        .filter(team_members::user_id.eq(user))
        .execute(conn)
        .await
}

/// The organization that a person has chosen to start in.
pub(in super::super) async fn find_chosen_default(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<Option<OrganizationId>> {
    memberships::table
        .filter(memberships::user_id.eq(user))
        .filter(memberships::is_default)
        .filter(memberships::status.eq(MembershipStatus::Active))
        .select(memberships::organization_id)
        .first(conn)
        .await
        .optional()
}

/// Makes one of a person's memberships the one they start in; none where nothing is chosen any more.
pub(in super::super) async fn update_default(
    conn: &mut AsyncPgConnection,
    user: UserId,
    organization: Option<OrganizationId>,
) -> QueryResult<()> {
    diesel::update(memberships::table)
        .filter(memberships::user_id.eq(user))
        .filter(memberships::is_default)
        .set(memberships::is_default.eq(false))
        .execute(conn)
        .await?;
    if let Some(organization) = organization {
        diesel::update(memberships::table)
            .filter(memberships::user_id.eq(user))
            .filter(memberships::organization_id.eq(organization))
            .set(memberships::is_default.eq(true))
            .execute(conn)
            .await?;
    }
    Ok(())
}
