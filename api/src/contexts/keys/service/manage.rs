//! Keys: made, changed, rotated, revoked.

use chrono::TimeDelta;
use shared::ids::{ApiKeyId, UserId};
use shared::permission::Permission;
use shared::scope::ApiKeyOwner;
use shared::validation::{FieldError, api_key};

use super::super::error::KeysError;
use super::super::model::{ApiKey, KeyChanges, NewKey, Secret};
use super::super::{ApiKeyEnded, store};
use crate::access::{Actor, OrgScope};
use crate::contexts::audit::{self, Action, Entry, TargetKind};
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// Keys listed at most.
const LISTED: i64 = 500;

/// Makes a key; its secret is told here and never again.
///
/// # Errors
/// When the caller may not, or the input is wrong.
pub async fn create_key(
    platform: &Platform,
    scope: &OrgScope,
    new: &NewKey,
) -> Result<(ApiKey, String)> {
    platform
        .db
        .transaction(async |tx| add_key(tx, scope, new).await)
        .await
}

/// [`create_key`] as a part of a larger change.
///
/// # Errors
/// When the caller may not, or the input is wrong.
pub async fn add_key(
    tx: &mut Transaction,
    scope: &OrgScope,
    new: &NewKey,
) -> Result<(ApiKey, String)> {
    let user_id = match new.owner {
        ApiKeyOwner::Organization => {
            scope.require(Permission::ManageApiKeys)?;
            None
        }
        ApiKeyOwner::Person => {
            let user = acting_person(scope)?;
            scope.require_for(Permission::ManageOwnApiKeys, user)?;
            Some(user)
        }
    };
    let mut wrong = Vec::new();
    let name = good(api_key::name(&new.name), &mut wrong);
    let scopes = good(api_key::scopes(&new.scopes), &mut wrong);
    let rate_limit = good(api_key::rate_limit(new.rate_limit), &mut wrong);
    let now = tx.now();
    let ends = |at| api_key::expires_at(at, now);
    let expires_at = good(new.expires_at.map(ends).transpose(), &mut wrong);
    let (Some(name), Some(scopes), Some(rate_limit), Some(expires_at)) =
        (name, scopes, rate_limit, expires_at)
    else {
        return Err(AppError::Invalid(wrong));
    };
    let secret = Secret::random()?;
    let row = store::NewRow {
        id: ApiKeyId(tx.new_id()),
        user_id,
        name: &name,
        last_four: &secret.last_four(),
        scopes: &scopes,
        rate_limit,
        expires_at,
        now,
    };
    let key = store::insert(tx, scope, row).await?;
    store::insert_secret(tx, key.id, &secret.hash(), now).await?;
    record(tx, scope, Action::ApiKeyCreated, &key).await?;
    Ok((key, secret.0))
}

/// Changes a key. Whoever acts by it is asked again who they are.
///
/// # Errors
/// When there is no such key for the caller, it is revoked, or the input is wrong.
pub async fn update_key(
    platform: &Platform,
    scope: &OrgScope,
    id: ApiKeyId,
    changes: &KeyChanges,
) -> Result<ApiKey> {
    let mut wrong = Vec::new();
    let name = changes.name.as_deref().map(api_key::name).transpose();
    let name = good(name, &mut wrong);
    let scopes = changes.scopes.as_deref().map(api_key::scopes).transpose();
    let scopes = good(scopes, &mut wrong);
    let rate_limit = changes.rate_limit.map(api_key::rate_limit).transpose();
    let rate_limit = good(rate_limit, &mut wrong);
    let ends = |at| api_key::expires_at(at, platform.clock.now());
    let expires_at = match changes.expires_at {
        Some(Some(at)) => ends(at).map(|at| Some(Some(at))),
        other => Ok(other),
    };
    let expires_at = good(expires_at, &mut wrong);
    let (Some(name), Some(scopes), Some(rate_limit), Some(expires_at)) =
        (name, scopes, rate_limit, expires_at)
    else {
        return Err(AppError::Invalid(wrong));
    };
    let columns = store::Changes {
        name,
        scopes: scopes.as_deref().map(store::words_of),
        rate_limit,
        expires_at,
        ..store::Changes::default()
    };
    platform
        .db
        .transaction(async |tx| {
            lock_working(tx, scope, id).await?;
            change(tx, scope, id, columns, Action::ApiKeyUpdated).await
        })
        .await
}

/// Gives a key a new secret, which is told here and never again. The old one works for so many hours beside it.
///
/// # Errors
/// When there is no such key for the caller, it is somebody else's or revoked, or the hours are too many.
pub async fn rotate_key(
    platform: &Platform,
    scope: &OrgScope,
    id: ApiKeyId,
    overlap_hours: i32,
) -> Result<(ApiKey, String)> {
    let overlap = TimeDelta::hours(api_key::overlap_hours(overlap_hours)?.into());
    let secret = Secret::random()?;
    let key = platform
        .db
        .transaction(async |tx| {
            let key = lock_working(tx, scope, id).await?;
            // Whoever has the secret acts as its owner: an administrator takes a member's key away, and does not take it over.
            if key
                .user_id
                .is_some_and(|owner| Some(owner) != scope.user_id())
            {
                return Err(KeysError::NotItsOwner.into());
            }
            let now = tx.now();
            store::end_secrets(tx, id, now + overlap).await?;
            store::insert_secret(tx, id, &secret.hash(), now).await?;
            let columns = store::Changes {
                last_four: Some(secret.last_four()),
                ..store::Changes::default()
            };
            change(tx, scope, id, columns, Action::ApiKeyRotated).await
        })
        .await?;
    Ok((key, secret.0))
}

/// Ends a key at once. It stays in view.
///
/// # Errors
/// When there is no such key for the caller, or it was revoked before.
pub async fn revoke_key(platform: &Platform, scope: &OrgScope, id: ApiKeyId) -> Result<ApiKey> {
    platform
        .db
        .transaction(async |tx| {
            lock_working(tx, scope, id).await?;
            let columns = store::Changes {
                revoked_at: Some(tx.now()),
                ..store::Changes::default()
            };
            change(tx, scope, id, columns, Action::ApiKeyRevoked).await
        })
        .await
}

/// The keys that the caller may manage, the newest first and revoked ones last: all of the organization's, or their own.
///
/// # Errors
/// When the caller may have none.
pub async fn list_keys(platform: &Platform, scope: &OrgScope) -> Result<Vec<ApiKey>> {
    let only_of = if scope.allows(Permission::ManageApiKeys) {
        None
    } else {
        let user = acting_person(scope)?;
        scope.require_for(Permission::ManageOwnApiKeys, user)?;
        Some(user)
    };
    let mut conn = platform.db.read().await?;
    Ok(store::list(&mut conn, scope, only_of, LISTED).await?)
}

/// A key; none where there is none that the caller may manage.
///
/// # Errors
/// When the database does not answer.
pub async fn find_key(
    platform: &Platform,
    scope: &OrgScope,
    id: ApiKeyId,
) -> Result<Option<ApiKey>> {
    let mut conn = platform.db.read().await?;
    let key = store::find(&mut conn, scope, id).await?;
    Ok(key.filter(|key| may_manage(scope, key)))
}

/// The key that acts; none where it is a person.
///
/// # Errors
/// When the database does not answer.
pub async fn find_key_of_caller(platform: &Platform, scope: &OrgScope) -> Result<Option<ApiKey>> {
    let Some(id) = scope.api_key_id() else {
        return Ok(None);
    };
    let mut conn = platform.db.read().await?;
    Ok(store::find(&mut conn, scope, id).await?)
}

fn acting_person(scope: &OrgScope) -> Result<UserId> {
    let user = scope.actor().map(Actor::require_user).transpose()?;
    user.ok_or_else(|| AppError::forbidden("the server itself is nobody: name the organization"))
}

fn may_manage(scope: &OrgScope, key: &ApiKey) -> bool {
    scope.allows(Permission::ManageApiKeys)
        || key
            .user_id
            .is_some_and(|user| scope.user_id() == Some(user))
            && key
                .user_id
                .is_some_and(|user| scope.allows_for(Permission::ManageOwnApiKeys, user))
}

/// A key that the caller may manage and that was not revoked, locked.
async fn lock_working(tx: &mut Transaction, scope: &OrgScope, id: ApiKeyId) -> Result<ApiKey> {
    let key = store::lock(tx, scope, id)
        .await?
        .filter(|key| may_manage(scope, key))
        .ok_or(KeysError::NoSuchKey)?;
    if key.revoked_at.is_some() {
        return Err(KeysError::Revoked.into());
    }
    Ok(key)
}

async fn change(
    tx: &mut Transaction,
    scope: &OrgScope,
    id: ApiKeyId,
    columns: store::Changes,
    action: Action,
) -> Result<ApiKey> {
    let columns = store::Changes {
        updated_at: Some(tx.now()),
        ..columns
    };
    let key = store::update(tx, scope, id, &columns).await?;
    record(tx, scope, action, &key).await?;
    tx.after_commit(ApiKeyEnded { api_key_id: id });
    Ok(key)
}

async fn record(
    tx: &mut Transaction,
    scope: &OrgScope,
    action: Action,
    key: &ApiKey,
) -> Result<()> {
    let entry = Entry::new(action)
        .on(TargetKind::ApiKey, key.id)
        .with(serde_json::json!({
            "ownerId": key.user_id.map(|user| user.0),
            "scopes": store::words_of(&key.scopes),
            "rateLimit": key.rate_limit,
            "expiresAt": key.expires_at,
        }));
    audit::record(tx, scope, entry).await
}

/// A value that does, or none where it does not; what is wrong is kept, so that all of it is told at once.
fn good<T>(checked: Result<T, FieldError>, wrong: &mut Vec<FieldError>) -> Option<T> {
    checked.map_err(|error| wrong.push(error)).ok()
}

/// Deletes every key that is a person's own, as the erasure of a person does.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_person(tx: &mut Transaction, user: UserId) -> Result<()> {
    for api_key_id in store::delete_of_person(tx, user).await? {
        tx.after_commit(ApiKeyEnded { api_key_id });
    }
    Ok(())
}
