//! SQL of webhook sources.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{OrganizationId, UserId, WebhookSourceId};
use shared::vocabulary::Provider;
use uuid::Uuid;

use crate::access::OrgScope;
use crate::contexts::ingest::WebhookSource;
use crate::schema::{organizations, webhook_sources};

type SourceColumns = (
    webhook_sources::id,
    webhook_sources::organization_id,
    webhook_sources::provider,
    webhook_sources::name,
    webhook_sources::is_enabled,
    diesel::dsl::IsNotNull<webhook_sources::signing_token_sealed>,
    webhook_sources::created_at,
    webhook_sources::updated_at,
);

fn columns() -> SourceColumns {
    (
        webhook_sources::id,
        webhook_sources::organization_id,
        webhook_sources::provider,
        webhook_sources::name,
        webhook_sources::is_enabled,
        webhook_sources::signing_token_sealed.is_not_null(),
        webhook_sources::created_at,
        webhook_sources::updated_at,
    )
}

type SourceRow = (
    WebhookSourceId,
    OrganizationId,
    Provider,
    String,
    bool,
    bool,
    DateTime<Utc>,
    DateTime<Utc>,
);

fn source(row: SourceRow) -> WebhookSource {
    let (
        id,
        organization_id,
        provider,
        name,
        is_enabled,
        has_signing_token,
        created_at,
        updated_at,
    ) = row;
    WebhookSource {
        id,
        organization_id,
        provider,
        name,
        is_enabled,
        has_signing_token,
        created_at,
        updated_at,
    }
}

/// A source that is about to be stored.
pub(in crate::contexts::ingest) struct NewSourceRow<'a> {
    pub(in crate::contexts::ingest) id: WebhookSourceId,
    pub(in crate::contexts::ingest) provider: Provider,
    pub(in crate::contexts::ingest) name: &'a str,
    pub(in crate::contexts::ingest) secret_sealed: &'a [u8],
    pub(in crate::contexts::ingest) signing_token_sealed: Option<&'a [u8]>,
    pub(in crate::contexts::ingest) created_by: Option<UserId>,
    pub(in crate::contexts::ingest) created_at: DateTime<Utc>,
}

/// Columns of a source that change; `None` leaves one as it is.
#[derive(AsChangeset, Default)]
#[diesel(table_name = webhook_sources)]
pub(in crate::contexts::ingest) struct SourceColumnsChanged {
    pub(in crate::contexts::ingest) name: Option<String>,
    pub(in crate::contexts::ingest) is_enabled: Option<bool>,
    pub(in crate::contexts::ingest) secret_sealed: Option<Vec<u8>>,
    pub(in crate::contexts::ingest) signing_token_sealed: Option<Option<Vec<u8>>>,
    pub(in crate::contexts::ingest) deleted_at: Option<DateTime<Utc>>,
    pub(in crate::contexts::ingest) updated_at: Option<DateTime<Utc>>,
}

/// What receiving needs to know of a source.
#[derive(Queryable)]
pub(in crate::contexts::ingest) struct SealedSource {
    pub(in crate::contexts::ingest) organization_id: OrganizationId,
    pub(in crate::contexts::ingest) provider: Provider,
    pub(in crate::contexts::ingest) secret_sealed: Vec<u8>,
    pub(in crate::contexts::ingest) signing_token_sealed: Option<Vec<u8>>,
}

pub(in crate::contexts::ingest) async fn insert(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    new: NewSourceRow<'_>,
) -> QueryResult<WebhookSource> {
    diesel::insert_into(webhook_sources::table)
        .values((
            webhook_sources::id.eq(Uuid::from(new.id)),
            webhook_sources::organization_id.eq(Uuid::from(scope.organization_id())),
            webhook_sources::provider.eq(new.provider.as_str()),
            webhook_sources::name.eq(new.name),
            webhook_sources::secret_sealed.eq(new.secret_sealed),
            webhook_sources::signing_token_sealed.eq(new.signing_token_sealed),
            webhook_sources::created_by.eq(new.created_by.map(Uuid::from)),
            webhook_sources::created_at.eq(new.created_at),
            webhook_sources::updated_at.eq(new.created_at),
        ))
        .returning(columns())
        .get_result::<SourceRow>(conn)
        .await
        .map(source)
}

pub(in crate::contexts::ingest) async fn update(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: WebhookSourceId,
    changes: &SourceColumnsChanged,
) -> QueryResult<Option<WebhookSource>> {
    diesel::update(
        webhook_sources::table.filter(
            webhook_sources::id
                .eq(Uuid::from(id))
                .and(webhook_sources::organization_id.eq(Uuid::from(scope.organization_id())))
                .and(webhook_sources::deleted_at.is_null()),
        ),
    )
    .set(changes)
    .returning(columns())
    .get_result::<SourceRow>(conn)
    .await
    .optional()
    .map(|row| row.map(source))
}

pub(in crate::contexts::ingest) async fn list(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
) -> QueryResult<Vec<WebhookSource>> {
    let rows = webhook_sources::table
        .filter(
            webhook_sources::organization_id
                .eq(Uuid::from(scope.organization_id()))
                .and(webhook_sources::deleted_at.is_null()),
        )
        .order((webhook_sources::created_at, webhook_sources::id))
        .select(columns())
        .load::<SourceRow>(conn)
        .await?;
    Ok(rows.into_iter().map(source).collect())
}

/// Sources by id, deleted ones included: their events stay and still name them.
pub(in crate::contexts::ingest) async fn list_by_ids(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    ids: &[WebhookSourceId],
) -> QueryResult<Vec<WebhookSource>> {
    let ids: Vec<Uuid> = ids.iter().copied().map(Uuid::from).collect();
    let rows = webhook_sources::table
        .filter(
            webhook_sources::organization_id
                .eq(Uuid::from(scope.organization_id()))
                .and(webhook_sources::id.eq_any(ids)),
        )
        .select(columns())
        .load::<SourceRow>(conn)
        .await?;
    Ok(rows.into_iter().map(source).collect())
}

pub(in crate::contexts::ingest) async fn find(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: WebhookSourceId,
) -> QueryResult<Option<WebhookSource>> {
    webhook_sources::table
        .filter(
            webhook_sources::id
                .eq(Uuid::from(id))
                .and(webhook_sources::organization_id.eq(Uuid::from(scope.organization_id())))
                .and(webhook_sources::deleted_at.is_null()),
        )
        .select(columns())
        .first::<SourceRow>(conn)
        .await
        .optional()
        .map(|row| row.map(source))
}

/// The sealed secret of a source, whether it takes deliveries or not.
pub(in crate::contexts::ingest) async fn find_sealed_secret(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: WebhookSourceId,
) -> QueryResult<Option<Vec<u8>>> {
    webhook_sources::table
        .filter(
            webhook_sources::id
                .eq(Uuid::from(id))
                .and(webhook_sources::organization_id.eq(Uuid::from(scope.organization_id())))
                .and(webhook_sources::deleted_at.is_null()),
        )
        .select(webhook_sources::secret_sealed)
        .first(conn)
        .await
        .optional()
}

/// A source that takes deliveries, found before anybody is known: whoever posts has only its id.
pub(in crate::contexts::ingest) async fn find_receiving(
    conn: &mut AsyncPgConnection,
    id: WebhookSourceId,
) -> QueryResult<Option<SealedSource>> {
    webhook_sources::table
        .inner_join(organizations::table.on(organizations::id.eq(webhook_sources::organization_id)))
        .filter(
            webhook_sources::id
                .eq(Uuid::from(id))
                .and(webhook_sources::is_enabled)
                .and(webhook_sources::deleted_at.is_null())
                .and(organizations::deleted_at.is_null()),
        )
        .select((
            webhook_sources::organization_id,
            webhook_sources::provider,
            webhook_sources::secret_sealed,
            webhook_sources::signing_token_sealed,
        ))
        .first(conn)
        .await
        .optional()
}
