//! Users.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::UserId;

use super::super::model::{Profile, User};
use crate::access::OrgScope;
use crate::schema::{memberships, users};

type UserRow = (UserId, String, Option<DateTime<Utc>>, String, bool);

const USER: (
    users::id,
    users::email,
    users::email_verified_at,
    users::name,
    users::is_operator,
) = (
    users::id,
    users::email,
    users::email_verified_at,
    users::name,
    users::is_operator,
);

fn user((id, email, verified_at, name, is_operator): UserRow) -> User {
    User {
        id,
        email,
        is_email_verified: verified_at.is_some(),
        name,
        is_operator,
    }
}

#[derive(Insertable)]
#[diesel(table_name = users)]
pub(in super::super) struct NewUserRow {
    pub(in super::super) id: UserId,
    pub(in super::super) email: String,
    pub(in super::super) email_verified_at: Option<DateTime<Utc>>,
    pub(in super::super) name: String,
    pub(in super::super) avatar_url: Option<String>,
    pub(in super::super) created_at: DateTime<Utc>,
    pub(in super::super) updated_at: DateTime<Utc>,
}

/// Those whose address was free.
pub(in super::super) async fn insert_users(
    conn: &mut AsyncPgConnection,
    rows: &[NewUserRow],
) -> QueryResult<Vec<User>> {
    let rows: Vec<UserRow> = diesel::insert_into(users::table)
        .values(rows)
        .on_conflict(users::email)
        .do_nothing()
        .returning(USER)
        .get_results(conn)
        .await?;
    Ok(rows.into_iter().map(user).collect())
}

pub(in super::super) async fn find_user(
    conn: &mut AsyncPgConnection,
    id: UserId,
) -> QueryResult<Option<User>> {
    let row: Option<UserRow> = users::table
        .filter(users::id.eq(id))
        .select(USER)
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(user))
}

/// Locked until the end of the transaction.
pub(in super::super) async fn lock_user(
    conn: &mut AsyncPgConnection,
    id: UserId,
) -> QueryResult<Option<User>> {
    let row: Option<UserRow> = users::table
        .filter(users::id.eq(id))
        .select(USER)
        .for_update()
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(user))
}

pub(in super::super) async fn find_user_by_email(
    conn: &mut AsyncPgConnection,
    email: &str,
) -> QueryResult<Option<User>> {
    let row: Option<UserRow> = users::table
        .filter(users::email.eq(email))
        .select(USER)
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(user))
}

/// A person with the address, for the person's own eyes.
pub(in super::super) async fn find_own_profile(
    conn: &mut AsyncPgConnection,
    id: UserId,
) -> QueryResult<Option<Profile>> {
    let row: Option<(String, String, Option<String>)> = users::table
        .filter(users::id.eq(id))
        .select((users::name, users::email, users::avatar_url))
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(|(name, email, avatar_url)| Profile {
        id,
        name,
        email: Some(email),
        avatar_url,
    }))
}

/// Those of these people who are, or were, members of the organization, with their addresses.
pub(in super::super) async fn list_profiles(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    ids: &[UserId],
) -> QueryResult<Vec<Profile>> {
    let rows: Vec<(UserId, String, String, Option<String>)> = users::table
        .inner_join(memberships::table.on(memberships::user_id.eq(users::id)))
        .filter(memberships::organization_id.eq(scope.organization_id()))
        .filter(users::id.eq_any(ids))
        .select((users::id, users::name, users::email, users::avatar_url))
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name, email, avatar_url)| Profile {
            id,
            name,
            email: Some(email),
            avatar_url,
        })
        .collect())
}

pub(in super::super) async fn update_sign_in(
    conn: &mut AsyncPgConnection,
    id: UserId,
    address: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(users::table.filter(users::id.eq(id)))
        .set((
            users::last_login_at.eq(now),
            users::last_login_address.eq(address),
            users::login_count.eq(users::login_count + 1),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(in super::super) async fn update_operator(
    conn: &mut AsyncPgConnection,
    id: UserId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(users::table.filter(users::id.eq(id)))
        .set((users::is_operator.eq(true), users::updated_at.eq(now)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Keeps the time of the first proof.
pub(in super::super) async fn update_email_verified(
    conn: &mut AsyncPgConnection,
    id: UserId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(users::table.filter(users::id.eq(id)))
        .filter(users::email_verified_at.is_null())
        .set((users::email_verified_at.eq(now), users::updated_at.eq(now)))
        .execute(conn)
        .await?;
    Ok(())
}

/// False where the person is gone.
pub(in super::super) async fn update_privacy_mode(
    conn: &mut AsyncPgConnection,
    id: UserId,
    is_private: bool,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let changed = diesel::update(users::table.filter(users::id.eq(id)))
        .set((
            users::privacy_mode.eq(is_private),
            users::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(changed > 0)
}

pub(in super::super) async fn find_privacy_mode(
    conn: &mut AsyncPgConnection,
    id: UserId,
) -> QueryResult<Option<bool>> {
    users::table
        .filter(users::id.eq(id))
        .select(users::privacy_mode)
        .first(conn)
        .await
        .optional()
}

/// False where the person is gone.
pub(in super::super) async fn update_name(
    conn: &mut AsyncPgConnection,
    id: UserId,
    name: &str,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let changed = diesel::update(users::table.filter(users::id.eq(id)))
        .set((users::name.eq(name), users::updated_at.eq(now)))
        .execute(conn)
        .await?;
    Ok(changed > 0)
}
