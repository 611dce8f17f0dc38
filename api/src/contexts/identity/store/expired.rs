//! What nobody can sign in with any more.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Int8, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// Deletes some sessions that were over before this moment, with their refresh tokens; how many.
pub(in super::super) async fn delete_old_sessions(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> QueryResult<usize> {
    diesel::sql_query(
        "DELETE FROM sessions WHERE id IN (
             SELECT id FROM sessions WHERE least(expires_at, revoked_at) < $1
             LIMIT $2 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<Int8, _>(limit)
    .execute(conn)
    .await
}

/// Deletes some one-time links that were over before this moment; how many.
pub(in super::super) async fn delete_old_links(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> QueryResult<usize> {
    diesel::sql_query(
        "DELETE FROM sign_in_links WHERE token_hash IN (
             SELECT token_hash FROM sign_in_links WHERE expires_at < $1
             LIMIT $2 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<Int8, _>(limit)
    .execute(conn)
    .await
}

/// Deletes some sign-ins at providers that nobody finished in time; how many.
pub(in super::super) async fn delete_old_attempts(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> QueryResult<usize> {
    diesel::sql_query(
        "DELETE FROM sign_in_attempts WHERE state_hash IN (
             SELECT state_hash FROM sign_in_attempts WHERE expires_at < $1
             LIMIT $2 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<Int8, _>(limit)
    .execute(conn)
    .await
}
