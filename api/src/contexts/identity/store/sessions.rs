//! Sessions and refresh tokens. A session's row is the lock under which its tokens change.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{SessionId, UserId};

use super::super::model::{RevokedFor, Session};
use crate::schema::{refresh_tokens, sessions};

/// Sessions that a person is shown at most, the last used first.
const SHOWN: i64 = 50;

#[derive(Insertable)]
#[diesel(table_name = sessions)]
pub(in super::super) struct NewSessionRow {
    pub(in super::super) id: SessionId,
    pub(in super::super) user_id: UserId,
    pub(in super::super) method: &'static str,
    pub(in super::super) is_remembered: bool,
    pub(in super::super) address: Option<String>,
    pub(in super::super) user_agent: Option<String>,
    pub(in super::super) created_at: DateTime<Utc>,
    pub(in super::super) last_used_at: DateTime<Utc>,
    pub(in super::super) expires_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub(in super::super) struct SessionRow {
    pub(in super::super) id: SessionId,
    pub(in super::super) user_id: UserId,
    pub(in super::super) is_remembered: bool,
    pub(in super::super) address: Option<String>,
    pub(in super::super) user_agent: Option<String>,
    pub(in super::super) created_at: DateTime<Utc>,
    pub(in super::super) last_used_at: DateTime<Utc>,
    pub(in super::super) expires_at: DateTime<Utc>,
    pub(in super::super) revoked_at: Option<DateTime<Utc>>,
}

impl SessionRow {
    /// Neither ended nor run out.
    pub(in super::super) fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at > now
    }
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            id: row.id,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
            address: row.address,
            user_agent: row.user_agent,
        }
    }
}

pub(in super::super) async fn insert_session(
    conn: &mut AsyncPgConnection,
    row: &NewSessionRow,
) -> QueryResult<()> {
    diesel::insert_into(sessions::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

pub(in super::super) async fn find_session(
    conn: &mut AsyncPgConnection,
    id: SessionId,
) -> QueryResult<Option<SessionRow>> {
    sessions::table
        .filter(sessions::id.eq(id))
        .select(SessionRow::as_select())
        .first(conn)
        .await
        .optional()
}

pub(in super::super) async fn lock_session(
    conn: &mut AsyncPgConnection,
    id: SessionId,
) -> QueryResult<Option<SessionRow>> {
    sessions::table
        .filter(sessions::id.eq(id))
        .select(SessionRow::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()
}

pub(in super::super) async fn list_live_sessions(
    conn: &mut AsyncPgConnection,
    user: UserId,
    now: DateTime<Utc>,
) -> QueryResult<Vec<SessionRow>> {
    sessions::table
        .filter(sessions::user_id.eq(user))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .order((sessions::last_used_at.desc(), sessions::id.desc()))
        .limit(SHOWN)
        .select(SessionRow::as_select())
        .load(conn)
        .await
}

/// Notes the use of a session; leaves it alone where somebody else is just changing it.
pub(in super::super) async fn touch_session(
    conn: &mut AsyncPgConnection,
    id: SessionId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let free = sessions::table
        .filter(sessions::id.eq(id))
        .filter(sessions::revoked_at.is_null())
        .select(sessions::id)
        .for_update()
        .skip_locked()
        .first::<SessionId>(conn)
        .await
        .optional()?;
    if free.is_some() {
        diesel::update(sessions::table.filter(sessions::id.eq(id)))
            .set(sessions::last_used_at.eq(now))
            .execute(conn)
            .await?;
    }
    Ok(())
}

pub(in super::super) async fn extend_session(
    conn: &mut AsyncPgConnection,
    id: SessionId,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(sessions::table.filter(sessions::id.eq(id)))
        .set((
            sessions::expires_at.eq(expires_at),
            sessions::last_used_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends one session; false where it had ended already.
pub(in super::super) async fn end_session(
    conn: &mut AsyncPgConnection,
    id: SessionId,
    why: RevokedFor,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let ended = diesel::update(sessions::table)
        .filter(sessions::id.eq(id))
        .filter(sessions::revoked_at.is_null())
        .set((
            sessions::revoked_at.eq(now),
            sessions::revoked_for.eq(why.as_str()),
        ))
        .execute(conn)
        .await?;
    Ok(ended > 0)
}

/// Ends every live session of a person; returns which.
pub(in super::super) async fn end_sessions_of(
    conn: &mut AsyncPgConnection,
    user: UserId,
    why: RevokedFor,
    now: DateTime<Utc>,
) -> QueryResult<Vec<SessionId>> {
    diesel::update(sessions::table)
        .filter(sessions::user_id.eq(user))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .set((
            sessions::revoked_at.eq(now),
            sessions::revoked_for.eq(why.as_str()),
        ))
        .returning(sessions::id)
        .get_results(conn)
        .await
}

pub(in super::super) struct RefreshTokenRow {
    pub(in super::super) session_id: SessionId,
    pub(in super::super) expires_at: DateTime<Utc>,
    pub(in super::super) used_at: Option<DateTime<Utc>>,
}

pub(in super::super) async fn insert_refresh_token(
    conn: &mut AsyncPgConnection,
    hash: &[u8; 32],
    session: SessionId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::token_hash.eq(&hash[..]),
            refresh_tokens::session_id.eq(session),
            refresh_tokens::issued_at.eq(now),
            refresh_tokens::expires_at.eq(expires_at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(in super::super) async fn find_refresh_token(
    conn: &mut AsyncPgConnection,
    hash: &[u8; 32],
) -> QueryResult<Option<RefreshTokenRow>> {
    let row: Option<(SessionId, DateTime<Utc>, Option<DateTime<Utc>>)> = refresh_tokens::table
        .filter(refresh_tokens::token_hash.eq(&hash[..]))
        .select((
            refresh_tokens::session_id,
            refresh_tokens::expires_at,
            refresh_tokens::used_at,
        ))
        .first(conn)
        .await
        .optional()?;
    Ok(
        row.map(|(session_id, expires_at, used_at)| RefreshTokenRow {
            session_id,
            expires_at,
            used_at,
        }),
    )
}

pub(in super::super) async fn spend_refresh_token(
    conn: &mut AsyncPgConnection,
    hash: &[u8; 32],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(refresh_tokens::table)
        .filter(refresh_tokens::token_hash.eq(&hash[..]))
        .filter(refresh_tokens::used_at.is_null())
        .set(refresh_tokens::used_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// A family's tokens that have run out tell no theft any more.
pub(in super::super) async fn delete_expired_tokens(
    conn: &mut AsyncPgConnection,
    session: SessionId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::delete(refresh_tokens::table)
        .filter(refresh_tokens::session_id.eq(session))
        .filter(refresh_tokens::expires_at.lt(now))
        .execute(conn)
        .await?;
    Ok(())
}
