//! Balances: the row of a member is the lock under which the member's ledger grows.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{OrganizationId, UserId};

use crate::access::OrgScope;

/// A member's balance and the sequence of the last entry, locked until the transaction ends.
#[derive(Clone, Copy, Debug, Queryable)]
pub(in super::super) struct LockedBalance {
    pub(in super::super) balance: i64,
    pub(in super::super) entries: i64,
}

/// Locks the balance of a member who earns points, starting it at nothing where there is none; none for other people.
///
/// Who takes several takes them by user id, so that two of them cannot wait for each other.
pub(in super::super) async fn lock_balance(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    user_id: UserId,
) -> QueryResult<Option<LockedBalance>> {
    LockBalance {
        organization_id: scope.organization_id(),
        user_id,
    }
    .get_result(conn)
    .await
    .optional()
}

/// Written as one statement whose plan is kept: the row appears and is locked in one step, so that two first credits
/// of a person meet on it. Setting a column to itself is what takes the lock.
#[derive(QueryId)]
struct LockBalance {
    organization_id: OrganizationId,
    user_id: UserId,
}

impl Query for LockBalance {
    type SqlType = (BigInt, BigInt);
}

impl QueryFragment<Pg> for LockBalance {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO point_balances (organization_id, user_id) \
             SELECT m.organization_id, m.user_id FROM memberships m WHERE m.organization_id = ",
        );
        out.push_bind_param::<SqlUuid, _>(&self.organization_id)?;
        out.push_sql(" AND m.user_id = ");
        out.push_bind_param::<SqlUuid, _>(&self.user_id)?;
        out.push_sql(
            " AND m.status = 'ACTIVE' AND m.role IN ('ADMIN', 'MEMBER') \
             ON CONFLICT (organization_id, user_id) DO UPDATE SET entries = point_balances.entries \
             RETURNING balance, entries",
        );
        Ok(())
    }
}
