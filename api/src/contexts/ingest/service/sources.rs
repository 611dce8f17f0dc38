//! Webhook sources: made, changed, given new secrets, deleted.

use anyhow::Context as _;
use shared::ids::WebhookSourceId;
use shared::permission::Permission;
use shared::validation::webhook_source;
use shared::vocabulary::Provider;

use crate::access::OrgScope;
use crate::contexts::audit::{self, Action, TargetKind};
use crate::contexts::ingest::error::IngestError;
use crate::contexts::ingest::store::events::{self, SourceTimes};
use crate::contexts::ingest::store::sources::{self, NewSourceRow, SourceColumnsChanged};
use crate::contexts::ingest::verify::signing_key;
use crate::contexts::ingest::{SourceChanged, WebhookSource};
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::platform::crypto::random_token;
use crate::platform::db::Transaction;
use crate::platform::resealing::SealedColumn;

/// What sealed secrets are bound to: one moved to another source does not open.
pub(in crate::contexts::ingest) mod purpose {
    use shared::ids::WebhookSourceId;

    /// The secret token.
    pub(in crate::contexts::ingest) fn secret(id: WebhookSourceId) -> String {
        format!("webhook source {id} secret")
    }

    /// The key within the signing token.
    pub(in crate::contexts::ingest) fn signing_key(id: WebhookSourceId) -> String {
        format!("webhook source {id} signing key")
    }
}

/// What this context keeps sealed.
pub const SEALED: &[SealedColumn] = &[
    SealedColumn {
        table: "webhook_sources",
        column: "secret_sealed",
        purpose: |id| purpose::secret(id.into()),
    },
    SealedColumn {
        table: "webhook_sources",
        column: "signing_token_sealed",
        purpose: |id| purpose::signing_key(id.into()),
    },
];

/// A source to be made.
#[derive(Clone, Debug)]
pub struct NewSource {
    /// Who posts to it.
    pub provider: Provider,
    /// What people call it.
    pub name: String,
    /// The signing token that the provider made, where it makes one.
    pub signing_token: Option<String>,
}

/// What is to change of a source; `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct SourceChanges {
    /// Another name.
    pub name: Option<String>,
    /// Whether it takes deliveries.
    pub is_enabled: Option<bool>,
    /// Another signing token, or none any more.
    pub signing_token: Option<Option<String>>,
}

/// Makes a source; its secret is told here and never again.
///
/// # Errors
/// When the caller may not, the input is wrong, or the name is taken.
pub async fn create_source(
    platform: &Platform,
    scope: &OrgScope,
    new: &NewSource,
) -> Result<(WebhookSource, String)> {
    scope.require(Permission::ManageWebhookSources)?;
    let (name, signing_key) = checked(new)?;
    let secret = random_token()?;
    let id = WebhookSourceId(platform.ids.new_id());
    let secret_sealed = platform
        .crypto
        .seal(&purpose::secret(id), secret.as_bytes())?;
    let signing_token_sealed = signing_key
        .map(|key| platform.crypto.seal(&purpose::signing_key(id), &key))
        .transpose()?;
    let source = platform
        .db
        .transaction(async |tx| {
            let row = NewSourceRow {
                id,
                provider: new.provider,
                name: &name,
                secret_sealed: &secret_sealed,
                signing_token_sealed: signing_token_sealed.as_deref(),
                created_by: scope.user_id(),
                created_at: tx.now(),
            };
            let source = sources::insert(tx, scope, row).await.map_err(name_taken)?;
            record(tx, scope, Action::WebhookSourceCreated, id).await?;
            Ok(source)
        })
        .await?;
    Ok((source, secret))
}

fn checked(new: &NewSource) -> Result<(String, Option<Vec<u8>>)> {
    let mut wrong = Vec::new();
    if new.provider != Provider::Gitlab {
        let message = format!("{} cannot be received yet; GITLAB can", new.provider);
        wrong.push(shared::validation::FieldError::new("provider", message));
    }
    let name = webhook_source::name(&new.name);
    let key = new.signing_token.as_deref().map(signing_key).transpose();
    match (name, key) {
        (Ok(name), Ok(key)) if wrong.is_empty() => Ok((name, key)),
        (name, key) => {
            wrong.extend(name.err());
            wrong.extend(key.err());
            Err(AppError::Invalid(wrong))
        }
    }
}

/// Changes a source.
///
/// # Errors
/// When the caller may not, there is no such source, the input is wrong, or the name is taken.
pub async fn update_source(
    platform: &Platform,
    scope: &OrgScope,
    id: WebhookSourceId,
    changes: &SourceChanges,
) -> Result<WebhookSource> {
    scope.require(Permission::ManageWebhookSources)?;
    let name = changes
        .name
        .as_deref()
        .map(webhook_source::name)
        .transpose();
    let key = match &changes.signing_token {
        Some(Some(token)) => signing_key(token).map(|key| Some(Some(key))),
        Some(None) => Ok(Some(None)),
        None => Ok(None),
    };
    let (name, key) = match (name, key) {
        (Ok(name), Ok(key)) => (name, key),
        (name, key) => {
            return Err(AppError::Invalid(
                name.err().into_iter().chain(key.err()).collect(),
            ));
        }
    };
    let seal = |key: Vec<u8>| platform.crypto.seal(&purpose::signing_key(id), &key);
    let columns = SourceColumnsChanged {
        name,
        is_enabled: changes.is_enabled,
        signing_token_sealed: key.map(|key| key.map(seal).transpose()).transpose()?,
        ..SourceColumnsChanged::default()
    };
    change(platform, scope, id, columns, Action::WebhookSourceUpdated).await
}

/// Gives a source a new secret, which is told here and never again; the old one ends at once.
///
/// # Errors
/// When the caller may not, or there is no such source.
pub async fn rotate_secret(
    platform: &Platform,
    scope: &OrgScope,
    id: WebhookSourceId,
) -> Result<(WebhookSource, String)> {
    scope.require(Permission::ManageWebhookSources)?;
    let secret = random_token()?;
    let sealed = platform
        .crypto
        .seal(&purpose::secret(id), secret.as_bytes())?;
    let columns = SourceColumnsChanged {
        secret_sealed: Some(sealed),
        ..SourceColumnsChanged::default()
    };
    let source = change(platform, scope, id, columns, Action::WebhookSecretRotated).await?;
    Ok((source, secret))
}

/// Tells the secret that a source has, to the server itself alone: the demo posts to its own source with it.
///
/// # Errors
/// When a person asks, or there is no such source.
pub async fn reveal_secret(
    platform: &Platform,
    scope: &OrgScope,
    id: WebhookSourceId,
) -> Result<String> {
    if scope.actor().is_some() {
        return Err(AppError::forbidden(
            "a secret is shown once, when it is made",
        ));
    }
    let mut conn = platform.db.primary().await?;
    let sealed = sources::find_sealed_secret(&mut conn, scope, id)
        .await?
        .ok_or(IngestError::SourceNotFound)?;
    let secret = platform.crypto.open(&purpose::secret(id), &sealed)?;
    Ok(String::from_utf8(secret).context("a source's secret is text")?)
}

/// Deletes a source: it takes nothing any more. Its events stay.
///
/// # Errors
/// When the caller may not, or there is no such source.
pub async fn delete_source(
    platform: &Platform,
    scope: &OrgScope,
    id: WebhookSourceId,
) -> Result<WebhookSource> {
    scope.require(Permission::ManageWebhookSources)?;
    let columns = SourceColumnsChanged {
        is_enabled: Some(false),
        deleted_at: Some(platform.clock.now()),
        ..SourceColumnsChanged::default()
    };
    change(platform, scope, id, columns, Action::WebhookSourceDeleted).await
}

/// The organization's sources, oldest first.
///
/// # Errors
/// When the caller may not.
pub async fn list_sources(platform: &Platform, scope: &OrgScope) -> Result<Vec<WebhookSource>> {
    scope.require(Permission::ManageWebhookSources)?;
    let mut conn = platform.db.read().await?;
    Ok(sources::list(&mut conn, scope).await?)
}

/// A source; none where there is none for the caller.
///
/// # Errors
/// When the database does not answer.
pub async fn find_source(
    platform: &Platform,
    scope: &OrgScope,
    id: WebhookSourceId,
) -> Result<Option<WebhookSource>> {
    if !scope.allows(Permission::ManageWebhookSources) {
        return Ok(None);
    }
    let mut conn = platform.db.read().await?;
    Ok(sources::find(&mut conn, scope, id).await?)
}

/// Sources by id, deleted ones included, as far as the caller may see them.
///
/// # Errors
/// When the database does not answer.
pub async fn find_sources(
    platform: &Platform,
    scope: &OrgScope,
    ids: &[WebhookSourceId],
) -> Result<Vec<WebhookSource>> {
    if !scope.allows(Permission::ManageWebhookSources) {
        return Ok(Vec::new());
    }
    let mut conn = platform.db.read().await?;
    Ok(sources::list_by_ids(&mut conn, scope, ids).await?)
}

/// When each of these sources received its first and its last event.
///
/// # Errors
/// When the caller may not.
pub async fn source_times(
    platform: &Platform,
    scope: &OrgScope,
    ids: &[WebhookSourceId],
) -> Result<Vec<SourceTimes>> {
    scope.require(Permission::ManageWebhookSources)?;
    let mut conn = platform.db.read().await?;
    Ok(events::list_first_and_last(&mut conn, scope, ids).await?)
}

async fn change(
    platform: &Platform,
    scope: &OrgScope,
    id: WebhookSourceId,
    mut columns: SourceColumnsChanged,
    action: Action,
) -> Result<WebhookSource> {
    platform
        .db
        .transaction(async |tx| {
            columns.updated_at = Some(tx.now());
            let source = sources::update(tx, scope, id, &columns)
                .await
                .map_err(name_taken)?
                .ok_or(IngestError::SourceNotFound)?;
            record(tx, scope, action, id).await?;
            tx.after_commit(SourceChanged { source_id: id });
            Ok(source)
        })
        .await
}

async fn record(
    tx: &mut Transaction,
    scope: &OrgScope,
    action: Action,
    id: WebhookSourceId,
) -> Result<()> {
    let entry = audit::Entry::new(action).on(TargetKind::WebhookSource, id);
    audit::record(tx, scope, entry).await
}

fn name_taken(error: diesel::result::Error) -> AppError {
    use diesel::result::{DatabaseErrorKind, Error};

    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
            IngestError::NameTaken.into()
        }
        error => error.into(),
    }
}
