//! Organizations that are deleted, restored, and removed for good.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{OrganizationId, UserId};
use shared::role::{MembershipStatus, Role};

use super::super::model::DeletedOrganization;
use crate::access::OrgScope;
use crate::schema::{memberships, organizations, users};

type Row = (OrganizationId, String, String, DateTime<Utc>);

fn deleted((id, name, slug, deleted_at): Row) -> DeletedOrganization {
    DeletedOrganization {
        id,
        name,
        slug,
        deleted_at,
    }
}

/// Nothing where somebody else was faster.
pub(in super::super) async fn delete_organization(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    now: DateTime<Utc>,
) -> QueryResult<Option<DeletedOrganization>> {
    let open = organizations::table
        .filter(organizations::id.eq(scope.organization_id()))
        .filter(organizations::deleted_at.is_null());
    diesel::update(open)
        .set((
            organizations::deleted_at.eq(now),
            organizations::updated_at.eq(now),
        ))
        .returning((organizations::id, organizations::name, organizations::slug))
        .get_result::<(OrganizationId, String, String)>(conn)
        .await
        .optional()
        .map(|row| row.map(|(id, name, slug)| deleted((id, name, slug, now))))
}

/// Deleted organizations that a person is an active member of, the last deleted first, and as what.
pub(in super::super) async fn list_deleted_of(
    conn: &mut AsyncPgConnection,
    user: UserId,
    since: DateTime<Utc>,
) -> QueryResult<Vec<(DeletedOrganization, Role)>> {
    let rows: Vec<(Row, Role)> = organizations::table
        .inner_join(memberships::table.on(memberships::organization_id.eq(organizations::id)))
        .filter(memberships::user_id.eq(user))
        .filter(memberships::status.eq(MembershipStatus::Active))
        .filter(organizations::deleted_at.ge(since))
        .order(organizations::deleted_at.desc())
        .select((
            (
                organizations::id,
                organizations::name,
                organizations::slug,
                organizations::deleted_at.assume_not_null(),
            ),
            memberships::role,
        ))
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(row, role)| (deleted(row), role))
        .collect())
}

/// Nothing where it is not deleted, or not any more.
pub(in super::super) async fn restore_organization(
    conn: &mut AsyncPgConnection,
    id: OrganizationId,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let closed = organizations::table
        .filter(organizations::id.eq(id))
        .filter(organizations::deleted_at.ge(since));
    let restored = diesel::update(closed)
        .set((
            organizations::deleted_at.eq(None::<DateTime<Utc>>),
            organizations::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(restored == 1)
}

/// Where its active members read mail.
pub(in super::super) async fn list_addresses(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
) -> QueryResult<Vec<String>> {
    memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .filter(memberships::organization_id.eq(scope.organization_id()))
        .filter(memberships::status.eq(MembershipStatus::Active))
        .order(memberships::user_id)
        .select(users::email)
        .load(conn)
        .await
}

/// The organization that was deleted longest ago of those that were deleted before an instant; it stays locked. Another
/// server's is left to it.
pub(in super::super) async fn lock_due_for_removal(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
) -> QueryResult<Option<OrganizationId>> {
    organizations::table
        .filter(organizations::deleted_at.lt(before))
        .order(organizations::deleted_at)
        .select(organizations::id)
        .for_update()
        .skip_locked()
        .first(conn)
        .await
        .optional()
}

/// With everything that hangs on it.
pub(in super::super) async fn remove_organization(
    conn: &mut AsyncPgConnection,
    id: OrganizationId,
) -> QueryResult<()> {
    diesel::delete(organizations::table.filter(organizations::id.eq(id)))
        .execute(conn)
        .await?;
    Ok(())
}
