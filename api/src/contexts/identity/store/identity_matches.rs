//! Accounts at providers, and whom they may be.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Citext, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{ProviderAccountId, UserId};
use shared::people::{MatchReason, MatchStatus};
use shared::vocabulary::Provider;

use super::super::model::{IdentityMatch, MatchFilter, MatchSlice, ProviderAccount};
use crate::access::OrgScope;

#[derive(QueryableByName)]
struct MatchRow {
    #[diesel(sql_type = SqlUuid)]
    id: ProviderAccountId,
    #[diesel(sql_type = Text)]
    provider: Provider,
    #[diesel(sql_type = Text)]
    instance: String,
    #[diesel(sql_type = Nullable<Text>)]
    external_id: Option<String>,
    #[diesel(sql_type = Nullable<Citext>)]
    username: Option<String>,
    #[diesel(sql_type = Nullable<Citext>)]
    email: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    display_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    avatar_url: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    user_id: Option<UserId>,
    #[diesel(sql_type = Array<SqlUuid>)]
    parted_from: Vec<UserId>,
    #[diesel(sql_type = Timestamptz)]
    first_seen_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    last_seen_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    suggested: Option<UserId>,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<MatchReason>,
    #[diesel(sql_type = BigInt)]
    waiting_credits: i64,
}

impl From<MatchRow> for IdentityMatch {
    fn from(row: MatchRow) -> Self {
        Self {
            account: ProviderAccount {
                id: row.id,
                provider: row.provider,
                instance: row.instance,
                external_id: row.external_id,
                username: row.username,
                email: row.email,
                display_name: row.display_name,
                avatar_url: row.avatar_url,
                is_bot: false,
                user_id: row.user_id,
                parted_from: row.parted_from,
                last_seen_at: row.last_seen_at,
                linked_now: Vec::new(),
            },
            suggestion: row.suggested.zip(row.reason),
            waiting_credits: row.waiting_credits,
            first_seen_at: row.first_seen_at,
        }
    }
}

/// Whom an account that is nobody's may be: the one active member whom the strongest sign points at. Where a sign points at
/// several, a weaker one is asked; nobody is suggested whom somebody has said it is not.
const SUGGESTION: &str = "LEFT JOIN LATERAL (
    SELECT (array_agg(c.user_id))[1] AS user_id, c.reason
    FROM (
        SELECT u.id AS user_id, 1 AS strength, 'EMAIL' AS reason FROM users u WHERE u.email = a.email
        UNION ALL
        SELECT p.user_id, 2, 'USERNAME' FROM provider_accounts p
        WHERE p.organization_id = a.organization_id AND p.username = a.username AND p.user_id IS NOT NULL AND p.id <> a.id
        UNION ALL
        SELECT u.id, 3, 'NAME' FROM users u WHERE lower(u.name) = lower(a.display_name)
        UNION ALL
        SELECT u.id, 4, 'LOCAL_PART' FROM users u
        WHERE lower(split_part(u.email::text, '@', 1)) = lower(coalesce(a.username::text, split_part(a.email::text, '@', 1)))
    ) c
    JOIN memberships m ON m.organization_id = a.organization_id AND m.user_id = c.user_id AND m.status = 'ACTIVE'
    WHERE NOT c.user_id = ANY (a.parted_from)
    GROUP BY c.strength, c.reason HAVING count(DISTINCT c.user_id) = 1
    ORDER BY c.strength LIMIT 1
) s ON a.user_id IS NULL";

/// What a filter lets through; an argument that is null lets everything through.
const MATCHING: &str = "a.organization_id = $1 AND NOT a.is_bot
    AND ($2::text IS NULL OR strpos(lower(concat_ws(' ', a.username, a.email, a.display_name)), lower($2)) > 0)
    AND CASE $3 WHEN 'MATCHED' THEN a.user_id IS NOT NULL
                WHEN 'SUGGESTED' THEN a.user_id IS NULL AND s.user_id IS NOT NULL
                WHEN 'UNMATCHED' THEN a.user_id IS NULL AND s.user_id IS NULL
                ELSE true END";

const COLUMNS: &str = "a.id, a.provider, a.instance, a.external_id, a.username, a.email, a.display_name, a.avatar_url, a.user_id,
    a.parted_from, a.first_seen_at, a.last_seen_at, s.user_id AS suggested, s.reason,
    (SELECT count(*) FROM unclaimed_credits c WHERE c.account_id = a.id) AS waiting_credits";

pub(in super::super) async fn list_matches(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    filter: &MatchFilter,
    slice: &MatchSlice,
) -> QueryResult<Vec<IdentityMatch>> {
    let direction = if slice.is_backward { "ASC" } else { "DESC" };
    let (after_at, after_id) = slice.after.unzip();
    let (before_at, before_id) = slice.before.unzip();
    let rows: Vec<MatchRow> = diesel::sql_query(format!(
        "SELECT {COLUMNS} FROM provider_accounts a {SUGGESTION} WHERE {MATCHING}
           AND ($4::timestamptz IS NULL OR (a.last_seen_at, a.id) < ($4, $5))
           AND ($6::timestamptz IS NULL OR (a.last_seen_at, a.id) > ($6, $7))
         ORDER BY a.last_seen_at {direction}, a.id {direction} LIMIT $8"
    ))
    .bind::<SqlUuid, _>(scope.organization_id())
    .bind::<Nullable<Text>, _>(filter.search.as_deref())
    .bind::<Nullable<Text>, _>(filter.status.map(MatchStatus::as_str))
    .bind::<Nullable<Timestamptz>, _>(after_at)
    .bind::<Nullable<SqlUuid>, _>(after_id)
    .bind::<Nullable<Timestamptz>, _>(before_at)
    .bind::<Nullable<SqlUuid>, _>(before_id)
    .bind::<BigInt, _>(slice.limit)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(in super::super) async fn count_matches(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    filter: &MatchFilter,
) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let row: Count = diesel::sql_query(format!(
        "SELECT count(*) AS count FROM provider_accounts a {SUGGESTION} WHERE {MATCHING}"
    ))
    .bind::<SqlUuid, _>(scope.organization_id())
    .bind::<Nullable<Text>, _>(filter.search.as_deref())
    .bind::<Nullable<Text>, _>(filter.status.map(MatchStatus::as_str))
    .get_result(conn)
    .await?;
    Ok(row.count)
}

pub(in super::super) async fn find_match_by_id(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: ProviderAccountId,
) -> QueryResult<Option<IdentityMatch>> {
    diesel::sql_query(format!(
        "SELECT {COLUMNS} FROM provider_accounts a {SUGGESTION} WHERE a.organization_id = $1 AND a.id = $2"
    ))
    .bind::<SqlUuid, _>(scope.organization_id())
    .bind::<SqlUuid, _>(id)
    .get_result::<MatchRow>(conn)
    .await
    .optional()
    .map(|row| row.map(Into::into))
}
