//! What is known of a person, and the forgetting of it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{SessionId, UserId};

use crate::schema::{sessions, sign_in_accounts, sign_in_links, users};

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

/// Every word by which a person is known here and at providers.
pub(in super::super) async fn words_of(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<Vec<String>> {
    let words: Vec<Word> = diesel::sql_query(
        "SELECT word FROM (
             SELECT unnest(ARRAY[email::text, name]) AS word FROM users WHERE id = $1
             UNION ALL SELECT label FROM sign_in_accounts WHERE user_id = $1
             UNION ALL SELECT unnest(ARRAY[username::text, email::text, display_name])
                       FROM provider_accounts WHERE user_id = $1
         ) AS known WHERE word IS NOT NULL",
    )
    .bind::<SqlUuid, _>(user)
    .load(conn)
    .await?;
    Ok(words.into_iter().map(|word| word.word).collect())
}

/// Ends and deletes every session of a person; returns which.
pub(in super::super) async fn delete_sessions_of(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<Vec<SessionId>> {
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user)))
        .returning(sessions::id)
        .get_results(conn)
        .await
}

/// Deletes every other way in.
pub(in super::super) async fn delete_sign_ins_of(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<()> {
    diesel::delete(sign_in_accounts::table.filter(sign_in_accounts::user_id.eq(user)))
        .execute(conn)
        .await?;
    let address = users::table.filter(users::id.eq(user)).select(users::email);
    diesel::delete(sign_in_links::table)
        .filter(sign_in_links::email.eq_any(address))
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes everything but the link from a person's accounts at providers. The id goes too: with it, the next payload would
/// bring all of it back.
pub(in super::super) async fn anonymize_accounts_of(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<()> {
    diesel::sql_query(
        "UPDATE provider_accounts
         SET external_id = 'erased-' || id, username = NULL, email = NULL, display_name = NULL, avatar_url = NULL
         WHERE user_id = $1",
    )
    .bind::<SqlUuid, _>(user)
    .execute(conn)
    .await?;
    Ok(())
}

pub(in super::super) async fn anonymize_user(
    conn: &mut AsyncPgConnection,
    user: UserId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(users::table.filter(users::id.eq(user)))
        .set((
            users::email.eq(format!("{user}@erased.invalid")),
            users::email_verified_at.eq(None::<DateTime<Utc>>),
            users::name.eq("Erased person"),
            users::avatar_url.eq(None::<String>),
            users::preferences.eq(serde_json::json!({})),
            users::is_operator.eq(false),
            users::last_login_address.eq(None::<String>),
            users::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
