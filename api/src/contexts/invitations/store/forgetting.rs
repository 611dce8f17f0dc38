//! Forgetting who was invited.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{InvitationId, OrganizationId};

use crate::schema::invitations;

pub(in super::super) async fn delete_of_address(
    conn: &mut AsyncPgConnection,
    email: &str,
) -> QueryResult<()> {
    diesel::delete(invitations::table.filter(invitations::email.eq(email)))
        .execute(conn)
        .await?;
    Ok(())
}

/// The names that inviters wrote down in these organizations.
pub(in super::super) async fn list_names(
    conn: &mut AsyncPgConnection,
    organizations: &[OrganizationId],
) -> QueryResult<Vec<(InvitationId, String)>> {
    invitations::table
        .filter(invitations::organization_id.eq_any(organizations))
        .filter(invitations::name.is_not_null())
        .select((invitations::id, invitations::name.assume_not_null()))
        .load(conn)
        .await
}

pub(in super::super) async fn update_name(
    conn: &mut AsyncPgConnection,
    id: InvitationId,
    name: &str,
) -> QueryResult<()> {
    diesel::update(invitations::table.filter(invitations::id.eq(id)))
        .set(invitations::name.eq(name))
        .execute(conn)
        .await?;
    Ok(())
}
