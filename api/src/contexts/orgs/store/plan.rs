//! Plans, and what counts against them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::OrganizationId;
use shared::role::{MembershipStatus, PlanType};

use crate::access::OrgScope;
use crate::schema::{memberships, organizations};

/// What the organization has booked. Who asks holds the answer until their transaction ends: nobody joins meanwhile, and
/// the plan stays.
pub(in super::super) async fn lock_plan(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
) -> QueryResult<PlanType> {
    organizations::table
        .filter(organizations::id.eq(scope.organization_id()))
        .select(organizations::plan_type)
        .for_no_key_update()
        .first(conn)
        .await
}

pub(in super::super) async fn count_active_members(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
) -> QueryResult<i64> {
    memberships::table
        .filter(memberships::organization_id.eq(scope.organization_id()))
        .filter(memberships::status.eq(MembershipStatus::Active))
        .count()
        .get_result(conn)
        .await
}

/// Whether there is such an organization.
pub(in super::super) async fn update_plan(
    conn: &mut AsyncPgConnection,
    id: OrganizationId,
    plan: PlanType,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let updated = diesel::update(organizations::table.filter(organizations::id.eq(id)))
        .set((
            organizations::plan_type.eq(plan),
            organizations::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(updated == 1)
}
