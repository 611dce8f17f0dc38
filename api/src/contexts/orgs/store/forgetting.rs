//! Where a person ever belonged, and what goes with them.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{OrganizationId, UserId};
use shared::role::MembershipStatus;

use crate::access::OrgScope;
use crate::schema::{memberships, organizations};

/// Every organization that a person belongs or belonged to, and whether they do still, in an order that is the same for everybody.
pub(in super::super) async fn list_organizations_ever_of(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<Vec<(OrganizationId, bool)>> {
    memberships::table
        .filter(memberships::user_id.eq(user))
        .order(memberships::organization_id)
        .select((
            memberships::organization_id,
            memberships::removed_at.is_null(),
        ))
        .load(conn)
        .await
}

/// Whether everybody else has gone.
pub(in super::super) async fn has_nobody_but(
    conn: &mut AsyncPgConnection,
    id: OrganizationId,
    user: UserId,
) -> QueryResult<bool> {
    let others = memberships::table
        .filter(memberships::organization_id.eq(id))
        .filter(memberships::user_id.ne(user))
        .filter(memberships::removed_at.is_null());
    let has_others: bool = diesel::select(exists(others)).get_result(conn).await?;
    Ok(!has_others)
}

pub(in super::super) async fn name_of(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
) -> QueryResult<String> {
    organizations::table
        .filter(organizations::id.eq(scope.organization_id()))
        .select(organizations::name)
        .first(conn)
        .await
}

/// Deletes an organization that was one person's, with its name, which may be theirs.
pub(in super::super) async fn close_organization(
    conn: &mut AsyncPgConnection,
    id: OrganizationId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(organizations::table.filter(organizations::id.eq(id)))
        .set((
            organizations::name.eq("Erased organization"),
            organizations::slug.eq(format!("erased-{}", id.0.simple())),
            organizations::deleted_at.eq(now),
            organizations::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends a membership of an organization that was deleted: should it come back, then without the person.
pub(in super::super) async fn set_removed_from_deleted(
    conn: &mut AsyncPgConnection,
    id: OrganizationId,
    user: UserId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(memberships::table)
        .filter(memberships::organization_id.eq(id))
        .filter(memberships::user_id.eq(user))
        .set((
            memberships::status.eq(MembershipStatus::Inactive),
            memberships::employee_id.eq(None::<String>),
            memberships::removed_at.eq(now),
            memberships::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
