//! Removing the ledger of an organization that is removed for good.

use shared::ids::OrganizationId;

use super::super::store::purging;
use crate::error::Result;
use crate::platform::db::Transaction;

/// Removes at most so many entries of the ledger; how many it were. Balances and totals go with the organization.
///
/// # Errors
/// When the database does not answer.
pub async fn purge(
    tx: &mut Transaction,
    organization: OrganizationId,
    limit: i64,
) -> Result<usize> {
    tx.begin_maintenance().await?;
    let removed = purging::delete_entries_of(tx, organization, limit).await?;
    tx.end_maintenance().await?;
    Ok(removed)
}
