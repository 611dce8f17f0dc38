//! Entries of the ledger.

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use shared::ids::LedgerEntryId;
use shared::vocabulary::Provider;
use uuid::Uuid;

use super::super::{self as points, LedgerEntry};
use super::person;
use crate::access::OrgScope;
use crate::contexts::identity::graphql::User;
use crate::contexts::ingest::graphql::{EventNode, find_event};
use crate::error::{AppError, Result};
use crate::graphql::{NodeKind, RequestExt as _, global_id};

/// One change of a balance.
pub struct PointsEntry {
    scope: OrgScope,
    entry: LedgerEntry,
}

impl PointsEntry {
    pub(super) fn new(scope: OrgScope, entry: LedgerEntry) -> Self {
        Self { scope, entry }
    }
}

/// An entry of the ledger by id; none where the caller may not see it.
///
/// # Errors
/// When the database does not answer.
pub async fn find_entry(
    ctx: &Context<'_>,
    scope: &OrgScope,
    id: LedgerEntryId,
) -> Result<Option<PointsEntry>> {
    let entry = points::entry(ctx.platform(), scope, id).await?;
    Ok(entry.map(|entry| PointsEntry::new(scope.clone(), entry)))
}

/// One change of a balance. Entries are never changed and never removed; a correction is a new entry.
#[Object]
impl PointsEntry {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode(NodeKind::PointsEntry, self.entry.id)
    }

    /// The plain id, for use outside this API.
    async fn database_id(&self) -> Uuid {
        self.entry.id.into()
    }

    /// Whose points.
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        person::find_user(ctx, &self.scope, self.entry.user_id)
            .await?
            .ok_or_else(|| AppError::not_found("member"))
    }

    /// How many more or, below 0, fewer points.
    async fn points_change(&self) -> i32 {
        self.entry.points_change
    }

    /// The balance with this entry.
    async fn balance_after(&self) -> i64 {
        self.entry.balance_after
    }

    /// Why, for people.
    async fn reason(&self) -> &str {
        &self.entry.reason
    }

    /// By which rule, such as `PUSH`.
    async fn rule(&self) -> Option<&'static str> {
        Some(self.entry.rule.as_str())
    }

    /// The time the credit counts for: the provider's time of the event.
    async fn timestamp(&self) -> DateTime<Utc> {
        self.entry.occurred_at
    }

    /// When the entry was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.entry.created_at
    }

    /// Who made an adjustment by hand.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        match self.entry.actor_id {
            Some(actor) => person::find_user(ctx, &self.scope, actor).await,
            None => Ok(None),
        }
    }

    /// The event behind it; null where there is none, it is gone, or the caller may not see it.
    async fn event(&self, ctx: &Context<'_>) -> Result<Option<EventNode>> {
        match &self.entry.event {
            Some(event) => find_event(ctx, &self.scope, event.id).await,
            None => Ok(None),
        }
    }

    /// What was credited, as it was when it was credited; stays after the event itself is gone.
    async fn source(&self) -> Option<PointsEntrySource> {
        let event = self.entry.event.as_ref()?;
        Some(PointsEntrySource {
            provider: event.provider,
            event_type: event.event_type.clone(),
            title: event.title.clone(),
            url: event.url.clone(),
            occurred_at: self.entry.occurred_at,
        })
    }
}

/// What was credited, as it was when it was credited.
#[derive(SimpleObject)]
pub struct PointsEntrySource {
    /// Who sent it.
    provider: Provider,
    /// Its kind, such as `PULL_REQUEST_MERGED`.
    #[graphql(name = "type")]
    event_type: String,
    /// What happened, in one sentence.
    title: Option<String>,
    /// Where the provider shows it.
    url: Option<String>,
    /// When it happened.
    occurred_at: DateTime<Utc>,
}
