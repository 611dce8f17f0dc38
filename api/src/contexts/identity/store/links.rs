//! One-time links.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::schema::sign_in_links;

pub(in super::super) async fn insert_link(
    conn: &mut AsyncPgConnection,
    hash: &[u8; 32],
    email: &str,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(sign_in_links::table)
        .values((
            sign_in_links::token_hash.eq(&hash[..]),
            sign_in_links::email.eq(email),
            sign_in_links::created_at.eq(now),
            sign_in_links::expires_at.eq(expires_at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Spends a link and returns its address; nothing where it is unknown, spent or too old.
///
/// One statement: of two who present it at once, one finds it spent.
pub(in super::super) async fn spend_link(
    conn: &mut AsyncPgConnection,
    hash: &[u8; 32],
    now: DateTime<Utc>,
) -> QueryResult<Option<String>> {
    diesel::update(sign_in_links::table)
        .filter(sign_in_links::token_hash.eq(&hash[..]))
        .filter(sign_in_links::used_at.is_null())
        .filter(sign_in_links::expires_at.gt(now))
        .set(sign_in_links::used_at.eq(now))
        .returning(sign_in_links::email)
        .get_result(conn)
        .await
        .optional()
}
