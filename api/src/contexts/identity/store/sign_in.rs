//! Sign-ins that are under way, and accounts at providers by which people sign in.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{SignInAccountId, UserId};

use super::super::model::{IdentityProvider, SignInAccount, SignInIdentity};
use crate::schema::{sign_in_accounts as accounts, sign_in_attempts as attempts};

/// Old attempts that a new one clears away at most.
const CLEARED: i64 = 100;

#[derive(Insertable)]
#[diesel(table_name = attempts)]
pub(in super::super) struct NewAttemptRow<'a> {
    pub(in super::super) state_hash: &'a [u8],
    pub(in super::super) browser_hash: &'a [u8],
    pub(in super::super) method: &'static str,
    pub(in super::super) sealed: &'a [u8],
    pub(in super::super) created_at: DateTime<Utc>,
    pub(in super::super) expires_at: DateTime<Utc>,
}

/// Notes a sign-in that begins, and clears away some that nobody finished.
pub(in super::super) async fn insert_attempt(
    conn: &mut AsyncPgConnection,
    row: &NewAttemptRow<'_>,
) -> QueryResult<()> {
    let old = attempts::table
        .filter(attempts::expires_at.le(row.created_at))
        .limit(CLEARED)
        .for_update()
        .skip_locked()
        .select(attempts::state_hash)
        .load::<Vec<u8>>(conn)
        .await?;
    if !old.is_empty() {
        diesel::delete(attempts::table.filter(attempts::state_hash.eq_any(old)))
            .execute(conn)
            .await?;
    }
    diesel::insert_into(attempts::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// Spends an attempt of this browser and returns what was sealed; nothing where it is unknown, spent, too old, another
/// browser's or another provider's.
///
/// One statement: of two answers that arrive at once, one finds it spent.
pub(in super::super) async fn spend_attempt(
    conn: &mut AsyncPgConnection,
    state_hash: &[u8; 32],
    browser_hash: &[u8; 32],
    provider: IdentityProvider,
    now: DateTime<Utc>,
) -> QueryResult<Option<Vec<u8>>> {
    diesel::delete(attempts::table)
        .filter(attempts::state_hash.eq(&state_hash[..]))
        .filter(attempts::browser_hash.eq(&browser_hash[..]))
        .filter(attempts::method.eq(provider.as_str()))
        .filter(attempts::expires_at.gt(now))
        .returning(attempts::sealed)
        .get_result(conn)
        .await
        .optional()
}

/// The lock under which the people of one subject, and of one address, begin to sign in, until the end of the transaction.
pub(in super::super) async fn lock_sign_in(
    conn: &mut AsyncPgConnection,
    word: &str,
) -> QueryResult<()> {
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended('sign-in ' || $1, 0))")
        .bind::<Text, _>(word)
        .execute(conn)
        .await?;
    Ok(())
}

pub(in super::super) async fn find_sign_in_account(
    conn: &mut AsyncPgConnection,
    issuer: &str,
    subject: &str,
) -> QueryResult<Option<SignInAccount>> {
    let row: Option<(SignInAccountId, UserId)> = accounts::table
        .filter(accounts::issuer.eq(issuer))
        .filter(accounts::subject.eq(subject))
        .select((accounts::id, accounts::user_id))
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(|(id, user_id)| SignInAccount { id, user_id }))
}

#[derive(Insertable)]
#[diesel(table_name = accounts)]
pub(in super::super) struct NewSignInAccountRow<'a> {
    pub(in super::super) id: SignInAccountId,
    pub(in super::super) user_id: UserId,
    pub(in super::super) method: &'static str,
    pub(in super::super) issuer: &'a str,
    pub(in super::super) subject: &'a str,
    pub(in super::super) created_at: DateTime<Utc>,
    pub(in super::super) last_used_at: DateTime<Utc>,
}

pub(in super::super) async fn insert_sign_in_account(
    conn: &mut AsyncPgConnection,
    row: &NewSignInAccountRow<'_>,
) -> QueryResult<()> {
    diesel::insert_into(accounts::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes a sign-in: what the account is called there, and the tokens that came with it.
pub(in super::super) async fn update_sign_in_account(
    conn: &mut AsyncPgConnection,
    id: SignInAccountId,
    label: Option<&str>,
    tokens: (&[u8], Option<DateTime<Utc>>),
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(accounts::table.filter(accounts::id.eq(id)))
        .set((
            accounts::label.eq(label),
            accounts::tokens_sealed.eq(tokens.0),
            accounts::tokens_expire_at.eq(tokens.1),
            accounts::last_used_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The accounts by which a person signs in, the last used first.
pub(in super::super) async fn list_sign_in_accounts(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<Vec<SignInIdentity>> {
    type Row = (
        SignInAccountId,
        String,
        Option<String>,
        DateTime<Utc>,
        DateTime<Utc>,
    );
    let rows: Vec<Row> = accounts::table
        .filter(accounts::user_id.eq(user))
        .order((accounts::last_used_at.desc(), accounts::id))
        .select((
            accounts::id,
            accounts::method,
            accounts::label,
            accounts::created_at,
            accounts::last_used_at,
        ))
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(
            |(id, method, label, created_at, last_used_at)| SignInIdentity {
                id,
                method,
                label,
                created_at,
                last_used_at,
            },
        )
        .collect())
}

pub(in super::super) async fn delete_sign_in_account(
    conn: &mut AsyncPgConnection,
    user: UserId,
    id: SignInAccountId,
) -> QueryResult<()> {
    diesel::delete(accounts::table)
        .filter(accounts::user_id.eq(user))
        .filter(accounts::id.eq(id))
        .execute(conn)
        .await?;
    Ok(())
}
