//! Taking an erased person's words out of stored events.

use chrono::{DateTime, Utc};
use shared::ids::OrganizationId;
use uuid::Uuid;

use super::super::store::events::{self, EventTexts};
use crate::error::Result;
use crate::platform::db::Transaction;
use crate::platform::literals::Literals;

/// Replaces words in the next events of these organizations; answers the last one looked at, nothing after the end.
///
/// # Errors
/// When the database does not answer.
pub async fn scrub_events(
    tx: &mut Transaction,
    organizations: &[OrganizationId],
    literals: &Literals,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Option<(DateTime<Utc>, Uuid)>> {
    let after = after.map(|(at, id)| (at, id.into()));
    let batch = events::list_texts(tx, organizations, after, limit).await?;
    let last = batch.last().map(|texts| (texts.received_at, texts.id.0));
    for mut texts in batch {
        if scrub(&mut texts, literals) {
            events::update_texts(tx, &texts).await?;
        }
    }
    Ok(last)
}

/// Whether anything was replaced.
fn scrub(texts: &mut EventTexts, literals: &Literals) -> bool {
    let mut is_changed = false;
    if let Some(replaced) = texts
        .payload
        .as_deref()
        .and_then(|payload| literals.replace_bytes(payload))
    {
        texts.payload = Some(replaced);
        is_changed = true;
    }
    for text in [
        &mut texts.title,
        &mut texts.url,
        &mut texts.repository_name,
        &mut texts.actor_name,
        &mut texts.reason,
    ] {
        if let Some(replaced) = text.as_deref().and_then(|text| literals.replace_text(text)) {
            *text = Some(replaced);
            is_changed = true;
        }
    }
    is_changed
}
