//! One invitation, locked until the end of the transaction: it is settled once.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{InvitationId, UserId};

use super::{Invitation, InvitationRow};
use crate::access::OrgScope;
use crate::schema::{invitations, users};

pub(in super::super) async fn lock(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: InvitationId,
) -> QueryResult<Option<Invitation>> {
    let row: Option<InvitationRow> = invitations::table
        .filter(invitations::organization_id.eq(scope.organization_id()))
        .filter(invitations::id.eq(id))
        .select(InvitationRow::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(Into::into))
}

/// The one invitation of a token, whichever organization it leads into.
pub(in super::super) async fn lock_by_token(
    conn: &mut AsyncPgConnection,
    token_hash: &[u8],
) -> QueryResult<Option<Invitation>> {
    let row: Option<InvitationRow> = invitations::table
        .filter(invitations::token_hash.eq(token_hash))
        .select(InvitationRow::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(Into::into))
}

/// An invitation of a person's own proven address.
pub(in super::super) async fn lock_by_address(
    conn: &mut AsyncPgConnection,
    id: InvitationId,
    user: UserId,
) -> QueryResult<Option<Invitation>> {
    let address = users::table
        .filter(users::id.eq(user))
        .filter(users::email_verified_at.is_not_null())
        .select(users::email)
        .single_value();
    let row: Option<InvitationRow> = invitations::table
        .filter(invitations::id.eq(id))
        .filter(invitations::email.nullable().eq(address))
        .select(InvitationRow::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(Into::into))
}
