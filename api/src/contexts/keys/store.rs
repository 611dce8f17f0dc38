//! SQL of keys and their secrets.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{ApiKeyId, OrganizationId, UserId};
use shared::scope::ApiScope;
use uuid::Uuid;

use super::model::ApiKey;
use crate::access::{KeyHolder, OrgScope};
use crate::schema::{api_key_secrets, api_keys};

#[derive(Queryable, Selectable)]
#[diesel(table_name = api_keys)]
struct Row {
    id: ApiKeyId,
    organization_id: OrganizationId,
    user_id: Option<UserId>,
    name: String,
    last_four: String,
    scopes: Vec<String>,
    rate_limit: i32,
    last_used_at: Option<DateTime<Utc>>,
    total_requests: i64,
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Row> for ApiKey {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            organization_id: row.organization_id,
            user_id: row.user_id,
            name: row.name,
            last_four: row.last_four,
            scopes: scopes_of(&row.scopes),
            rate_limit: row.rate_limit,
            last_used_at: row.last_used_at,
            total_requests: row.total_requests,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A word that this program does not know gives no right; the table's own rule admits none.
fn scopes_of(words: &[String]) -> Vec<ApiScope> {
    words.iter().filter_map(|word| word.parse().ok()).collect()
}

/// Scopes as they are stored.
pub(super) fn words_of(scopes: &[ApiScope]) -> Vec<&'static str> {
    scopes.iter().map(|scope| scope.as_str()).collect()
}

/// Who holds the key of a secret, one indexed statement; none where it was revoked. Expiry is the caller's to judge.
pub(super) async fn find_holder(
    conn: &mut AsyncPgConnection,
    hash: &[u8; 32],
) -> QueryResult<Option<KeyHolder>> {
    type Found = (
        ApiKeyId,
        OrganizationId,
        Option<UserId>,
        Vec<String>,
        i32,
        Option<DateTime<Utc>>,
        Option<DateTime<Utc>>,
    );
    let found: Option<Found> = api_key_secrets::table
        .inner_join(api_keys::table.on(api_keys::id.eq(api_key_secrets::api_key_id)))
        .filter(api_key_secrets::secret_hash.eq(&hash[..]))
        .filter(api_keys::revoked_at.is_null())
        .select((
            api_keys::id,
            api_keys::organization_id,
            api_keys::user_id,
            api_keys::scopes,
            api_keys::rate_limit,
            api_keys::expires_at,
            api_key_secrets::expires_at,
        ))
        .first(conn)
        .await
        .optional()?;
    Ok(found.map(
        |(id, organization_id, owner, scopes, rate, of_key, of_secret)| KeyHolder {
            id,
            organization_id,
            owner,
            scopes: scopes_of(&scopes),
            rate_per_minute: rate.unsigned_abs(),
            expires_at: [of_key, of_secret].into_iter().flatten().min(),
        },
    ))
}

/// A key that is about to be stored.
pub(super) struct NewRow<'a> {
    pub(super) id: ApiKeyId,
    pub(super) user_id: Option<UserId>,
    pub(super) name: &'a str,
    pub(super) last_four: &'a str,
    pub(super) scopes: &'a [ApiScope],
    pub(super) rate_limit: i32,
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) now: DateTime<Utc>,
}

pub(super) async fn insert(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    new: NewRow<'_>,
) -> QueryResult<ApiKey> {
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::id.eq(new.id),
            api_keys::organization_id.eq(scope.organization_id()),
            api_keys::user_id.eq(new.user_id),
            api_keys::name.eq(new.name),
            api_keys::last_four.eq(new.last_four),
            api_keys::scopes.eq(words_of(new.scopes)),
            api_keys::rate_limit.eq(new.rate_limit),
            api_keys::expires_at.eq(new.expires_at),
            api_keys::created_at.eq(new.now),
            api_keys::updated_at.eq(new.now),
        ))
        .returning(Row::as_returning())
        .get_result(conn)
        .await
        .map(ApiKey::from)
}

pub(super) async fn insert_secret(
    conn: &mut AsyncPgConnection,
    key: ApiKeyId,
    hash: &[u8; 32],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(api_key_secrets::table)
        .values((
            api_key_secrets::secret_hash.eq(&hash[..]),
            api_key_secrets::api_key_id.eq(key),
            api_key_secrets::created_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Lets the secrets of a key work until a time at most.
pub(super) async fn end_secrets(
    conn: &mut AsyncPgConnection,
    key: ApiKeyId,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(api_key_secrets::table)
        .filter(api_key_secrets::api_key_id.eq(key))
        .filter(
            api_key_secrets::expires_at
                .is_null()
                .or(api_key_secrets::expires_at.gt(at)),
        )
        .set(api_key_secrets::expires_at.eq(at))
        .execute(conn)
        .await?;
    Ok(())
}

/// Columns of a key that change; `None` leaves one as it is.
#[derive(AsChangeset, Default)]
#[diesel(table_name = api_keys)]
pub(super) struct Changes {
    pub(super) name: Option<String>,
    pub(super) scopes: Option<Vec<&'static str>>,
    pub(super) rate_limit: Option<i32>,
    pub(super) last_four: Option<String>,
    pub(super) expires_at: Option<Option<DateTime<Utc>>>,
    pub(super) revoked_at: Option<DateTime<Utc>>,
    pub(super) updated_at: Option<DateTime<Utc>>,
}

pub(super) async fn update(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: ApiKeyId,
    changes: &Changes,
) -> QueryResult<ApiKey> {
    diesel::update(api_keys::table)
        .filter(api_keys::id.eq(id))
        .filter(api_keys::organization_id.eq(scope.organization_id()))
        .set(changes)
        .returning(Row::as_returning())
        .get_result(conn)
        .await
        .map(ApiKey::from)
}

pub(super) async fn find(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: ApiKeyId,
) -> QueryResult<Option<ApiKey>> {
    let row = api_keys::table
        .filter(api_keys::id.eq(id))
        .filter(api_keys::organization_id.eq(scope.organization_id()))
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(ApiKey::from))
}

/// Locks a key, so that two changes of it queue.
pub(super) async fn lock(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: ApiKeyId,
) -> QueryResult<Option<ApiKey>> {
    let row = api_keys::table
        .filter(api_keys::id.eq(id))
        .filter(api_keys::organization_id.eq(scope.organization_id()))
        .select(Row::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(ApiKey::from))
}

/// The newest keys of the organization, or of one person in it; those that were revoked come last.
pub(super) async fn list(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    only_of: Option<UserId>,
    limit: i64,
) -> QueryResult<Vec<ApiKey>> {
    let mut query = api_keys::table
        .filter(api_keys::organization_id.eq(scope.organization_id()))
        .into_boxed();
    if let Some(user) = only_of {
        query = query.filter(api_keys::user_id.eq(user));
    }
    let rows: Vec<Row> = query
        .order((
            api_keys::revoked_at.is_not_null(),
            api_keys::created_at.desc(),
            api_keys::id.desc(),
        ))
        .limit(limit)
        .select(Row::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(ApiKey::from).collect())
}

/// Adds uses to keys, one statement for all. Rows are locked in the order of their ids: two servers never wait for each other.
pub(super) async fn add_uses(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
    counts: &[i64],
    times: &[DateTime<Utc>],
) -> QueryResult<usize> {
    diesel::sql_query(
        "WITH locked AS (SELECT id FROM api_keys WHERE id = ANY($1) ORDER BY id FOR UPDATE), \
              used AS (SELECT * FROM unnest($1, $2, $3) AS u (id, count, at)) \
         UPDATE api_keys k \
         SET total_requests = k.total_requests + used.count, last_used_at = GREATEST(k.last_used_at, used.at) \
         FROM used JOIN locked ON locked.id = used.id \
         WHERE k.id = used.id",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<BigInt>, _>(counts)
    .bind::<Array<Timestamptz>, _>(times)
    .execute(conn)
    .await
}

/// Deletes a person's own keys with their secrets; returns which.
pub(super) async fn delete_of_person(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<Vec<ApiKeyId>> {
    diesel::delete(api_keys::table.filter(api_keys::user_id.eq(user)))
        .returning(api_keys::id)
        .get_results(conn)
        .await
}
