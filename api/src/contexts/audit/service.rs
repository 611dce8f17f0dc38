//! Writing entries within the caller's transaction, and reading them.

use shared::audit::AuditActorKind;
use shared::ids::{ApiKeyId, OrganizationId, UserId};
use shared::permission::Permission;
use uuid::Uuid;

use super::model::{Entry, EntryFilter, EntrySlice, RecordedEntry};
use super::store::{self, NewEntry};
use crate::access::{Actor, OrgScope, Principal, RequestInfo};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// Who did it and where, for what happens outside a member's standing: signing in, and what the server does itself.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The organization it belongs to.
    pub organization_id: Option<OrganizationId>,
    /// Who it was.
    pub by: By,
    /// The request.
    pub request: RequestInfo,
}

/// Who did it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// The server itself.
    #[default]
    System,
    /// A person.
    Person(UserId),
    /// An API key.
    ApiKey(ApiKeyId),
}

impl By {
    const fn kind(self) -> AuditActorKind {
        match self {
            Self::System => AuditActorKind::System,
            Self::Person(_) => AuditActorKind::User,
            Self::ApiKey(_) => AuditActorKind::ApiKey,
        }
    }

    fn id(self) -> Option<Uuid> {
        match self {
            Self::System => None,
            Self::Person(id) => Some(id.into()),
            Self::ApiKey(id) => Some(id.into()),
        }
    }
}

impl From<&Actor> for By {
    fn from(actor: &Actor) -> Self {
        match &actor.principal {
            Principal::Person { user_id, .. } => Self::Person(*user_id),
            Principal::ApiKey(key) => Self::ApiKey(key.id),
        }
    }
}

impl Origin {
    /// A person by a request, in no organization.
    pub fn person(user_id: UserId, request: RequestInfo) -> Self {
        Self {
            organization_id: None,
            by: By::Person(user_id),
            request,
        }
    }
}

impl From<&OrgScope> for Origin {
    fn from(scope: &OrgScope) -> Self {
        Self {
            organization_id: Some(scope.organization_id()),
            by: scope.actor().map_or(By::System, By::from),
            request: scope.request(),
        }
    }
}

impl From<&Actor> for Origin {
    fn from(actor: &Actor) -> Self {
        Self {
            organization_id: None,
            by: actor.into(),
            request: actor.request.clone(),
        }
    }
}

/// Records what somebody did within an organization.
///
/// # Errors
/// When the database refuses; the caller's change is then undone too.
pub async fn record(tx: &mut Transaction, scope: &OrgScope, entry: Entry) -> Result<()> {
    record_all(tx, scope, vec![entry]).await
}

/// Records many things that somebody did within an organization, in one statement.
///
/// # Errors
/// When the database refuses; the caller's change is then undone too.
pub async fn record_all(tx: &mut Transaction, scope: &OrgScope, entries: Vec<Entry>) -> Result<()> {
    insert(tx, &Origin::from(scope), entries).await
}

/// Records what happened outside a member's standing.
///
/// # Errors
/// When the database refuses; the caller's change is then undone too.
pub async fn record_from(
    tx: &mut Transaction,
    origin: impl Into<Origin>,
    entry: Entry,
) -> Result<()> {
    insert(tx, &origin.into(), vec![entry]).await
}

async fn insert(tx: &mut Transaction, origin: &Origin, entries: Vec<Entry>) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    let request = &origin.request;
    let rows: Vec<NewEntry> = entries
        .into_iter()
        .map(|entry| NewEntry {
            id: tx.new_id(),
            organization_id: origin.organization_id.map(Into::into),
            actor_kind: origin.by.kind(),
            actor_id: origin.by.id(),
            action: entry.action.as_str(),
            target_kind: entry.target.map(|(kind, _)| kind.as_str()),
            target_id: entry.target.map(|(_, id)| id),
            outcome: entry.outcome.as_str(),
            request_id: Some(request.request_id.to_string()).filter(|id| !id.is_empty()),
            address: request.address.as_deref().map(str::to_owned),
            user_agent: request.user_agent.as_deref().map(str::to_owned),
            metadata: entry.metadata,
            created_at: now,
        })
        .collect();
    store::insert_entries(tx, &rows).await?;
    Ok(())
}

/// Clears where a person's requests came from, as the erasure alone may: the entries themselves stay.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_person(tx: &mut Transaction, user: UserId) -> Result<()> {
    tx.begin_maintenance().await?;
    store::clear_requests_of(tx, user).await?;
    Ok(tx.end_maintenance().await?)
}

/// Removes at most so many entries of an organization that is removed for good; how many it were.
///
/// # Errors
/// When the database does not answer.
pub async fn purge(
    tx: &mut Transaction,
    organization: OrganizationId,
    limit: i64,
) -> Result<usize> {
    tx.begin_maintenance().await?;
    let removed = store::delete_of_organization(tx, organization, limit).await?;
    tx.end_maintenance().await?;
    Ok(removed)
}

/// Refuses those who may not read the log.
///
/// # Errors
/// Forbidden.
pub(super) fn require_reading(scope: &OrgScope) -> Result<()> {
    scope.require(Permission::ViewAuditLog)
}

/// A page of the organization's log, newest first.
///
/// # Errors
/// Forbidden to those who may not read the log.
pub(super) async fn list(
    platform: &Platform,
    scope: &OrgScope,
    filter: &EntryFilter,
    slice: &EntrySlice,
) -> Result<Vec<RecordedEntry>> {
    scope.require(Permission::ViewAuditLog)?;
    let mut conn = platform.db.read().await?;
    Ok(store::list(&mut conn, scope, filter, slice).await?)
}

/// How many entries of the organization's log pass a filter.
///
/// # Errors
/// Forbidden to those who may not read the log.
pub(super) async fn count(
    platform: &Platform,
    scope: &OrgScope,
    filter: &EntryFilter,
) -> Result<i64> {
    scope.require(Permission::ViewAuditLog)?;
    let mut conn = platform.db.read().await?;
    Ok(store::count(&mut conn, scope, filter).await?)
}
