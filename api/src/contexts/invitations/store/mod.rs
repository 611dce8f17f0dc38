//! SQL of invitations.

mod forgetting;
mod locking;

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{InvitationId, OrganizationId, TeamId, UserId};
use shared::people::InvitationStatus;
use shared::role::{MembershipStatus, Role};

use super::model::{Invitation, Preview};
use super::post::Token;
use super::service::InvitationSlice;
use crate::access::OrgScope;
use crate::schema::{invitations, memberships, organizations, users};

pub(super) use forgetting::{delete_of_address, list_names, update_name};
pub(super) use locking::{lock, lock_by_address, lock_by_token};

#[derive(Insertable)]
#[diesel(table_name = invitations)]
pub(super) struct NewInvitationRow {
    pub(super) id: InvitationId,
    pub(super) organization_id: OrganizationId,
    pub(super) email: String,
    pub(super) role: Role,
    pub(super) name: Option<String>,
    pub(super) employee_id: Option<String>,
    pub(super) team_id: Option<TeamId>,
    pub(super) invited_by: Option<UserId>,
    pub(super) token_hash: Vec<u8>,
    pub(super) token_sealed: Vec<u8>,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations)]
struct InvitationRow {
    id: InvitationId,
    organization_id: OrganizationId,
    email: String,
    role: Role,
    name: Option<String>,
    employee_id: Option<String>,
    team_id: Option<TeamId>,
    invited_by: Option<UserId>,
    token_sealed: Vec<u8>,
    status: InvitationStatus,
    sendings: i32,
    expires_at: DateTime<Utc>,
    accepted_by: Option<UserId>,
    created_at: DateTime<Utc>,
}

impl From<InvitationRow> for Invitation {
    fn from(row: InvitationRow) -> Self {
        Self {
            id: row.id,
            organization_id: row.organization_id,
            email: row.email,
            role: row.role,
            name: row.name,
            employee_id: row.employee_id,
            team_id: row.team_id,
            invited_by: row.invited_by,
            token_sealed: row.token_sealed,
            stored_status: row.status,
            sendings: row.sendings,
            expires_at: row.expires_at,
            accepted_by: row.accepted_by,
            created_at: row.created_at,
        }
    }
}

fn all(rows: Vec<InvitationRow>) -> Vec<Invitation> {
    rows.into_iter().map(Into::into).collect()
}

/// Those addresses that belong to members, with their status; members who were removed are none.
pub(super) async fn list_members_of_addresses(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    emails: &[String],
) -> QueryResult<Vec<(String, MembershipStatus)>> {
    let rows: Vec<(String, MembershipStatus)> = memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .filter(memberships::organization_id.eq(scope.organization_id()))
        .filter(memberships::removed_at.is_null())
        .filter(users::email.eq_any(emails))
        .select((users::email, memberships::status))
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(email, status)| (email.to_lowercase(), status))
        .collect())
}

/// Settles those of these addresses whose time is over.
pub(super) async fn revoke_expired(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    emails: &[String],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(invitations::table)
        .filter(invitations::organization_id.eq(scope.organization_id()))
        .filter(invitations::email.eq_any(emails))
        .filter(invitations::status.eq(InvitationStatus::Pending))
        .filter(invitations::expires_at.le(now))
        .set((
            invitations::status.eq(InvitationStatus::Revoked),
            invitations::settled_at.eq(now),
            invitations::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Those that were not pending already.
pub(super) async fn insert(
    conn: &mut AsyncPgConnection,
    rows: &[NewInvitationRow],
) -> QueryResult<Vec<Invitation>> {
    let rows: Vec<InvitationRow> = diesel::insert_into(invitations::table)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(InvitationRow::as_returning())
        .get_results(conn)
        .await?;
    Ok(all(rows))
}

pub(super) async fn list_pending_by_email(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    emails: &[String],
) -> QueryResult<Vec<Invitation>> {
    let rows: Vec<InvitationRow> = invitations::table
        .filter(invitations::organization_id.eq(scope.organization_id()))
        .filter(invitations::email.eq_any(emails))
        .filter(invitations::status.eq(InvitationStatus::Pending))
        .select(InvitationRow::as_select())
        .load(conn)
        .await?;
    Ok(all(rows))
}

/// The names of the organization and of a person, for a mail.
pub(super) async fn find_names(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    user: Option<UserId>,
) -> QueryResult<(String, Option<String>)> {
    let organization = organizations::table
        .filter(organizations::id.eq(scope.organization_id()))
        .select(organizations::name)
        .first(conn)
        .await?;
    let person = match user {
        None => None,
        Some(user) => users::table
            .filter(users::id.eq(user))
            .select(users::name)
            .first(conn)
            .await
            .optional()?,
    };
    Ok((organization, person))
}

pub(super) async fn renew(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: InvitationId,
    token: &Token,
    (expires_at, now): (DateTime<Utc>, DateTime<Utc>),
) -> QueryResult<Invitation> {
    diesel::update(invitations::table)
        .filter(invitations::organization_id.eq(scope.organization_id()))
        .filter(invitations::id.eq(id))
        .set((
            invitations::token_hash.eq(token.hash.to_vec()),
            invitations::token_sealed.eq(&token.sealed),
            invitations::sendings.eq(invitations::sendings + 1),
            invitations::expires_at.eq(expires_at),
            invitations::updated_at.eq(now),
        ))
        .returning(InvitationRow::as_returning())
        .get_result(conn)
        .await
        .map(Into::into)
}

/// The row is locked by the caller.
pub(super) async fn settle(
    conn: &mut AsyncPgConnection,
    id: InvitationId,
    (status, accepted_by): (InvitationStatus, Option<UserId>),
    now: DateTime<Utc>,
) -> QueryResult<Invitation> {
    diesel::update(invitations::table.filter(invitations::id.eq(id)))
        .set((
            invitations::status.eq(status),
            invitations::accepted_by.eq(accepted_by),
            invitations::settled_at.eq(now),
            invitations::updated_at.eq(now),
        ))
        .returning(InvitationRow::as_returning())
        .get_result(conn)
        .await
        .map(Into::into)
}

type Filtered<'a> = invitations::BoxedQuery<'a, Pg>;

/// Invitations of a status at a time: one is expired by time alone.
fn of_status<'a>(
    scope: &OrgScope,
    (status, now): (Option<InvitationStatus>, DateTime<Utc>),
) -> Filtered<'a> {
    let query = invitations::table
        .filter(invitations::organization_id.eq(scope.organization_id()))
        .into_boxed();
    let pending = invitations::status.eq(InvitationStatus::Pending);
    match status {
        None => query,
        Some(InvitationStatus::Pending) => {
            query.filter(pending.and(invitations::expires_at.gt(now)))
        }
        Some(InvitationStatus::Expired) => {
            query.filter(pending.and(invitations::expires_at.le(now)))
        }
        Some(status) => query.filter(invitations::status.eq(status)),
    }
}

/// Newest first; oldest first where the slice counts from the end.
pub(super) async fn list(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    status: (Option<InvitationStatus>, DateTime<Utc>),
    slice: &InvitationSlice,
) -> QueryResult<Vec<Invitation>> {
    let mut query = of_status(scope, status).limit(slice.limit);
    if let Some(after) = slice.after {
        query = query.filter(invitations::id.lt(after));
    }
    if let Some(before) = slice.before {
        query = query.filter(invitations::id.gt(before));
    }
    let query = if slice.is_backward {
        query.order(invitations::id.asc())
    } else {
        query.order(invitations::id.desc())
    };
    let rows: Vec<InvitationRow> = query.select(InvitationRow::as_select()).load(conn).await?;
    Ok(all(rows))
}

pub(super) async fn count(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    status: (Option<InvitationStatus>, DateTime<Utc>),
) -> QueryResult<i64> {
    of_status(scope, status).count().get_result(conn).await
}

fn previews(rows: Vec<(InvitationRow, String, Option<String>)>) -> Vec<Preview> {
    rows.into_iter()
        .map(|(invitation, organization_name, inviter_name)| Preview {
            invitation: invitation.into(),
            organization_name,
            inviter_name,
        })
        .collect()
}

pub(super) async fn find_preview(
    conn: &mut AsyncPgConnection,
    token_hash: &[u8],
) -> QueryResult<Option<Preview>> {
    let rows: Vec<(InvitationRow, String, Option<String>)> = invitations::table
        .inner_join(organizations::table.on(organizations::id.eq(invitations::organization_id)))
        .left_join(users::table.on(users::id.nullable().eq(invitations::invited_by)))
        .filter(invitations::token_hash.eq(token_hash))
        .filter(organizations::deleted_at.is_null())
        .select((
            InvitationRow::as_select(),
            organizations::name,
            users::name.nullable(),
        ))
        .load(conn)
        .await?;
    Ok(previews(rows).pop())
}

pub(super) async fn list_pending_of(
    conn: &mut AsyncPgConnection,
    user: UserId,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Preview>> {
    let address = users::table
        .filter(users::id.eq(user))
        .filter(users::email_verified_at.is_not_null())
        .select(users::email)
        .first::<String>(conn)
        .await
        .optional()?;
    let Some(address) = address else {
        return Ok(Vec::new());
    };
    let rows: Vec<(InvitationRow, String, Option<String>)> = invitations::table
        .inner_join(organizations::table.on(organizations::id.eq(invitations::organization_id)))
        .left_join(users::table.on(users::id.nullable().eq(invitations::invited_by)))
        .filter(invitations::email.eq(address))
        .filter(invitations::status.eq(InvitationStatus::Pending))
        .filter(invitations::expires_at.gt(now))
        .filter(organizations::deleted_at.is_null())
        .order(invitations::id.desc())
        .limit(50)
        .select((
            InvitationRow::as_select(),
            organizations::name,
            users::name.nullable(),
        ))
        .load(conn)
        .await?;
    Ok(previews(rows))
}

pub(super) async fn has_pending(
    conn: &mut AsyncPgConnection,
    email: &str,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let pending = invitations::table
        .inner_join(organizations::table.on(organizations::id.eq(invitations::organization_id)))
        .filter(invitations::email.eq(email))
        .filter(invitations::status.eq(InvitationStatus::Pending))
        .filter(invitations::expires_at.gt(now))
        .filter(organizations::deleted_at.is_null());
    diesel::select(diesel::dsl::exists(pending))
        .get_result(conn)
        .await
}

/// The addresses of all invitations that wait for their people.
pub(super) async fn list_pending_addresses(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    now: DateTime<Utc>,
) -> QueryResult<Vec<String>> {
    invitations::table
        .filter(invitations::organization_id.eq(scope.organization_id()))
        .filter(invitations::status.eq(InvitationStatus::Pending))
        .filter(invitations::expires_at.gt(now))
        .select(invitations::email)
        .load(conn)
        .await
}
