//! The log in the API.

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use shared::audit::{AuditAction, AuditActorKind, AuditOutcome};
use shared::ids::{AuditEntryId, UserId};
use uuid::Uuid;

use super::model::{EntryFilter, EntrySlice, RecordedEntry};
use super::service;
use crate::access::OrgScope;
use crate::contexts::identity::graphql::{User, find_user};
use crate::error::Result;
use crate::graphql::{Connection, NodeKind, Page, RequestExt as _, Total, cost, global_id};

/// What somebody did in the organization.
pub struct AuditEntry {
    scope: OrgScope,
    entry: RecordedEntry,
}

/// What somebody did in the organization. Entries hold ids and codes, and are never changed.
#[Object]
impl AuditEntry {
    /// The global id.
    async fn id(&self) -> ID {
        global_id::encode(NodeKind::AuditEntry, self.entry.id)
    }

    /// The plain id, for use outside this API.
    async fn database_id(&self) -> Uuid {
        self.entry.id.into()
    }

    /// What was done.
    async fn action(&self) -> AuditAction {
        self.entry.action
    }

    /// How it ended.
    async fn outcome(&self) -> AuditOutcome {
        self.entry.outcome
    }

    /// Who did it: a person, a key or the server.
    async fn actor_kind(&self) -> AuditActorKind {
        self.entry.actor_kind
    }

    /// The plain id of the person or of the key; null where it was the server.
    async fn actor_database_id(&self) -> Option<Uuid> {
        self.entry.actor_id
    }

    /// The person who did it; null where it was none, or one who is no member any more.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        match (self.entry.actor_kind, self.entry.actor_id) {
            (AuditActorKind::User, Some(id)) => find_user(ctx, &self.scope, UserId(id)).await,
            _ => Ok(None),
        }
    }

    /// The kind of thing that it was done to, such as `TEAM`.
    async fn target_kind(&self) -> Option<&str> {
        self.entry.target_kind.as_deref()
    }

    /// The plain id of the thing that it was done to.
    async fn target_id(&self) -> Option<Uuid> {
        self.entry.target_id
    }

    /// The id of the request, which the server's logs name too.
    async fn request_id(&self) -> Option<&str> {
        self.entry.request_id.as_deref()
    }

    /// The address that the request came from.
    async fn address(&self) -> Option<&str> {
        self.entry.address.as_deref()
    }

    /// What the client called itself.
    async fn user_agent(&self) -> Option<&str> {
        self.entry.user_agent.as_deref()
    }

    /// Ids, codes and numbers that explain it: a JSON object, as text.
    async fn metadata(&self) -> String {
        self.entry.metadata.to_string()
    }

    /// When.
    async fn created_at(&self) -> DateTime<Utc> {
        self.entry.created_at
    }
}

/// The part of `Organization` about its audit log.
pub struct OrganizationAudit(pub OrgScope);

/// The organization's audit log.
#[Object]
impl OrganizationAudit {
    /// Who did what, newest first; for administrators.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[expect(
        clippy::too_many_arguments,
        reason = "arguments of a field are the contract's, one each"
    )]
    async fn audit_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only what this person did.")] actor_id: Option<ID>,
        #[graphql(desc = "Only this.")] action: Option<AuditAction>,
        #[graphql(desc = "Only what was done to the thing of this plain id.")] target_id: Option<
            Uuid,
        >,
        #[graphql(desc = "Only what ended so.")] outcome: Option<AuditOutcome>,
        #[graphql(desc = "Only from this moment on.")] from: Option<DateTime<Utc>>,
        #[graphql(desc = "Only before this moment.")] to: Option<DateTime<Utc>>,
        #[graphql(
            desc = "At most so many from the beginning; up to 100, 25 where nothing is said."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Connection<AuditEntry>> {
        let page =
            Page::<(DateTime<Utc>, Uuid)>::new(first, after.as_deref(), last, before.as_deref())?;
        let actor_id = actor_id
            .map(|id| global_id::decode_argument("actorId", &id, NodeKind::User))
            .transpose()?;
        let filter = EntryFilter {
            actor_id: actor_id.map(UserId),
            action,
            target_id,
            outcome,
            from,
            to,
        };
        let cursor =
            |key: Option<(DateTime<Utc>, Uuid)>| key.map(|(at, id)| (at, AuditEntryId(id)));
        let slice = EntrySlice {
            after: cursor(page.after),
            before: cursor(page.before),
            limit: page.limit_plus_one(),
            is_backward: page.is_backward,
        };
        let platform = ctx.platform();
        let rows = service::list(platform, &self.0, &filter, &slice).await?;
        let (counting, counted) = (platform.clone(), self.0.clone());
        let total = Total::counted(move || {
            let (platform, scope, filter) = (counting.clone(), counted.clone(), filter.clone());
            async move { service::count(&platform, &scope, &filter).await }
        });
        let scope = &self.0;
        Ok(Connection::new(
            &page,
            rows,
            total,
            |entry| (entry.created_at, Uuid::from(entry.id)),
            |entry| AuditEntry {
                scope: scope.clone(),
                entry,
            },
        ))
    }
}
