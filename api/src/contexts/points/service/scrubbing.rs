//! Taking an erased person's words out of ledger entries. No amount changes.

use shared::ids::OrganizationId;
use uuid::Uuid;

use super::super::store::scrubbing::{self as store, EntryTexts};
use crate::error::Result;
use crate::platform::db::Transaction;
use crate::platform::literals::Literals;

/// Replaces words in the next entries of these organizations; answers the last one looked at, nothing after the end.
///
/// # Errors
/// When the database does not answer.
pub async fn scrub_entries(
    tx: &mut Transaction,
    organizations: &[OrganizationId],
    literals: &Literals,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Option<Uuid>> {
    let batch = store::list_texts(tx, organizations, after.map(Into::into), limit).await?;
    let last = batch.last().map(|texts| texts.id.0);
    tx.begin_maintenance().await?;
    for mut texts in batch {
        if scrub(&mut texts, literals) {
            store::update_texts(tx, &texts).await?;
        }
    }
    Ok(last)
}

/// The same in the next credits that wait for an account to be claimed.
///
/// # Errors
/// When the database does not answer.
pub async fn scrub_unclaimed(
    tx: &mut Transaction,
    organizations: &[OrganizationId],
    literals: &Literals,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Option<Uuid>> {
    let batch = store::list_unclaimed_texts(tx, organizations, after, limit).await?;
    let last = batch.last().map(|(id, ..)| *id);
    for (id, fact, quantity) in batch {
        let new_fact = literals.replace_text(&fact);
        let new_quantity = literals
            .replace_text(&quantity.to_string())
            .and_then(|text| serde_json::from_str(&text).ok());
        if new_fact.is_some() || new_quantity.is_some() {
            let fact = new_fact.unwrap_or(fact);
            let quantity = new_quantity.unwrap_or(quantity);
            store::update_unclaimed_texts(tx, id, &fact, &quantity).await?;
        }
    }
    Ok(last)
}

/// Whether anything was replaced.
fn scrub(texts: &mut EntryTexts, literals: &Literals) -> bool {
    let mut is_changed = false;
    let mut replace = |text: &mut String| {
        if let Some(replaced) = literals.replace_text(text) {
            *text = replaced;
            is_changed = true;
        }
    };
    replace(&mut texts.reason);
    replace(&mut texts.fact);
    for text in [&mut texts.event_title, &mut texts.event_url]
        .into_iter()
        .flatten()
    {
        replace(text);
    }
    let mut metadata = texts.metadata.to_string();
    replace(&mut metadata);
    if let Ok(metadata) = serde_json::from_str(&metadata) {
        texts.metadata = metadata;
    }
    is_changed
}
