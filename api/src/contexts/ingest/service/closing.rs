//! What happens to sources and events when their organization is deleted, restored, or removed for good.

use shared::ids::OrganizationId;

use crate::access::OrgScope;
use crate::contexts::ingest::SourceChanged;
use crate::contexts::ingest::store::{purging, sources};
use crate::error::Result;
use crate::platform::db::Transaction;

/// Tells every node, once the caller's change commits, to read the organization's sources anew: they take deliveries only
/// while it is there.
///
/// # Errors
/// When the database does not answer.
pub async fn reread_sources(tx: &mut Transaction, scope: &OrgScope) -> Result<()> {
    for source in sources::list(tx, scope).await? {
        tx.after_commit(SourceChanged {
            source_id: source.id,
        });
    }
    Ok(())
}

/// Removes at most so many of each: events, what is queued of them, and the keys of deliveries. How many rows it were.
///
/// # Errors
/// When the database does not answer.
pub async fn purge(
    tx: &mut Transaction,
    organization: OrganizationId,
    limit: i64,
) -> Result<usize> {
    Ok(purging::delete_of_organization(tx, organization, limit).await?)
}
