//! SQL of the outbox.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{MailId, OrganizationId};
use shared::people::{MailKind, MailStatus};

use super::model::Mail;
use super::service::MailSlice;
use crate::access::OrgScope;
use crate::schema::mails;

#[derive(Insertable)]
#[diesel(table_name = mails)]
pub(super) struct NewMailRow {
    pub(super) id: MailId,
    pub(super) organization_id: Option<OrganizationId>,
    pub(super) kind: MailKind,
    pub(super) idempotency_key: String,
    pub(super) recipient: String,
    pub(super) subject: String,
    pub(super) body_sealed: Vec<u8>,
    pub(super) available_at: DateTime<Utc>,
    pub(super) created_at: DateTime<Utc>,
}

/// Keys that are there already stay as they are.
pub(super) async fn insert(conn: &mut AsyncPgConnection, rows: &[NewMailRow]) -> QueryResult<()> {
    diesel::insert_into(mails::table)
        .values(rows)
        .on_conflict(mails::idempotency_key)
        .do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

/// A mail that is due.
#[derive(Queryable, Selectable)]
#[diesel(table_name = mails)]
pub(super) struct DueRow {
    pub(super) id: MailId,
    pub(super) recipient: String,
    pub(super) subject: String,
    pub(super) body_sealed: Option<Vec<u8>>,
    pub(super) attempts: i16,
    pub(super) created_at: DateTime<Utc>,
}

/// Claims the mail that is due longest; others look past it.
pub(super) async fn lock_next(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
) -> QueryResult<Option<DueRow>> {
    mails::table
        .filter(mails::status.eq(MailStatus::Pending))
        .filter(mails::available_at.le(now))
        .order(mails::available_at)
        .select(DueRow::as_select())
        .for_update()
        .skip_locked()
        .first(conn)
        .await
        .optional()
}

/// The body goes with the sending.
pub(super) async fn set_sent(
    conn: &mut AsyncPgConnection,
    id: MailId,
    attempts: i16,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(mails::table.filter(mails::id.eq(id)))
        .set((
            mails::status.eq(MailStatus::Sent),
            mails::attempts.eq(attempts),
            mails::last_error.eq(None::<String>),
            mails::body_sealed.eq(None::<Vec<u8>>),
            mails::sent_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn set_failed(
    conn: &mut AsyncPgConnection,
    id: MailId,
    (status, attempts): (MailStatus, i16),
    reason: &str,
    available_at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(mails::table.filter(mails::id.eq(id)))
        .set((
            mails::status.eq(status),
            mails::attempts.eq(attempts),
            mails::last_error.eq(reason),
            mails::available_at.eq(available_at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn delete_before(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::delete(mails::table.filter(mails::created_at.lt(before)))
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn delete_of_recipient(
    conn: &mut AsyncPgConnection,
    email: &str,
) -> QueryResult<()> {
    diesel::delete(mails::table.filter(mails::recipient.eq(email)))
        .execute(conn)
        .await?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = mails)]
struct MailRow {
    id: MailId,
    kind: MailKind,
    recipient: String,
    subject: String,
    body_sealed: Option<Vec<u8>>,
    status: MailStatus,
    attempts: i16,
    last_error: Option<String>,
    created_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
}

impl From<MailRow> for Mail {
    fn from(row: MailRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            recipient: row.recipient,
            subject: row.subject,
            body_sealed: row.body_sealed,
            status: row.status,
            attempts: row.attempts,
            last_error: row.last_error,
            created_at: row.created_at,
            sent_at: row.sent_at,
        }
    }
}

/// Newest first; oldest first where the slice counts from the end.
pub(super) async fn list(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    slice: &MailSlice,
) -> QueryResult<Vec<Mail>> {
    let mut query = mails::table
        .filter(mails::organization_id.eq(scope.organization_id()))
        .select(MailRow::as_select())
        .limit(slice.limit)
        .into_boxed();
    if let Some(status) = slice.status {
        query = query.filter(mails::status.eq(status));
    }
    if let Some(after) = slice.after {
        query = query.filter(mails::id.lt(after));
    }
    if let Some(before) = slice.before {
        query = query.filter(mails::id.gt(before));
    }
    let query = if slice.is_backward {
        query.order(mails::id.asc())
    } else {
        query.order(mails::id.desc())
    };
    let rows: Vec<MailRow> = query.load(conn).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(super) async fn count(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    status: Option<MailStatus>,
) -> QueryResult<i64> {
    let mut query = mails::table
        .filter(mails::organization_id.eq(scope.organization_id()))
        .count()
        .into_boxed();
    if let Some(status) = status {
        query = query.filter(mails::status.eq(status));
    }
    query.get_result(conn).await
}
