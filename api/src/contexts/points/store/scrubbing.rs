//! Texts of ledger entries, to take somebody's words out of them. Amounts, facts' order and sums stay as they are.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use shared::ids::{LedgerEntryId, OrganizationId};
use uuid::Uuid;

use crate::schema::{points_ledger as ledger, unclaimed_credits as unclaimed};

/// Everything of an entry that may hold a person's words.
#[derive(Queryable, Selectable)]
#[diesel(table_name = ledger)]
pub(in super::super) struct EntryTexts {
    pub(in super::super) id: LedgerEntryId,
    pub(in super::super) reason: String,
    pub(in super::super) fact: String,
    pub(in super::super) event_title: Option<String>,
    pub(in super::super) event_url: Option<String>,
    pub(in super::super) metadata: Value,
}

/// The next entries of these organizations, by id.
pub(in super::super) async fn list_texts(
    conn: &mut AsyncPgConnection,
    organizations: &[OrganizationId],
    after: Option<LedgerEntryId>,
    limit: i64,
) -> QueryResult<Vec<EntryTexts>> {
    let mut query = ledger::table
        .filter(ledger::organization_id.eq_any(organizations))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(ledger::id.gt(after));
    }
    query
        .order(ledger::id)
        .limit(limit)
        .select(EntryTexts::as_select())
        .load(conn)
        .await
}

pub(in super::super) async fn update_texts(
    conn: &mut AsyncPgConnection,
    texts: &EntryTexts,
) -> QueryResult<()> {
    diesel::update(ledger::table.filter(ledger::id.eq(texts.id)))
        .set((
            ledger::reason.eq(&texts.reason),
            ledger::fact.eq(&texts.fact),
            ledger::event_title.eq(&texts.event_title),
            ledger::event_url.eq(&texts.event_url),
            ledger::metadata.eq(&texts.metadata),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The next credits of these organizations that nobody has claimed, by id: fact and quantity.
pub(in super::super) async fn list_unclaimed_texts(
    conn: &mut AsyncPgConnection,
    organizations: &[OrganizationId],
    after: Option<Uuid>,
    limit: i64,
) -> QueryResult<Vec<(Uuid, String, Value)>> {
    let mut query = unclaimed::table
        .filter(unclaimed::organization_id.eq_any(organizations))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(unclaimed::id.gt(after));
    }
    query
        .order(unclaimed::id)
        .limit(limit)
        .select((unclaimed::id, unclaimed::fact, unclaimed::quantity))
        .load(conn)
        .await
}

pub(in super::super) async fn update_unclaimed_texts(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    fact: &str,
    quantity: &Value,
) -> QueryResult<()> {
    diesel::update(unclaimed::table.filter(unclaimed::id.eq(id)))
        .set((unclaimed::fact.eq(fact), unclaimed::quantity.eq(quantity)))
        .execute(conn)
        .await?;
    Ok(())
}
