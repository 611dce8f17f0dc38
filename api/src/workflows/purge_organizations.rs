//! Organizations that were deleted 30 days ago are removed for good, batch by batch.

use std::time::Duration;

use crate::contexts::{audit, ingest, orgs, points};
use crate::error::Result;
use crate::platform::Platform;

/// Rows of each kind removed in one transaction.
const BATCH: i64 = 1_000;
/// How often it is looked.
const EVERY: Duration = Duration::from_secs(3_600);

/// Removes organizations in the background. Cheap to clone.
#[derive(Clone)]
pub struct Purger {
    platform: Platform,
}

impl Purger {
    /// A purger of this server.
    pub fn new(platform: &Platform) -> Self {
        Self {
            platform: platform.clone(),
        }
    }

    /// Works in the background until the server stops.
    pub fn start(&self) {
        let own = self.clone();
        let trouble = "a deleted organization could not be removed; it is taken up again";
        let work = move || {
            let own = own.clone();
            async move { own.purge_due().await }
        };
        self.platform.tasks.repeat("purger", EVERY, trouble, work);
    }

    /// Removes every organization whose time is over. What a crash interrupts goes on where it ended; two servers never
    /// work at the same one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn purge_due(&self) -> Result<()> {
        while self.purge_batch().await? {}
        Ok(())
    }

    /// The next batch; false where nothing is left to do.
    async fn purge_batch(&self) -> Result<bool> {
        self.platform
            .db
            .transaction(async |tx| {
                let Some(id) = orgs::lock_due_for_removal(tx).await? else {
                    return Ok(false);
                };
                let removed = ingest::purge(tx, id, BATCH).await?
                    + points::purge(tx, id, BATCH).await?
                    + audit::purge(tx, id, BATCH).await?;
                if removed == 0 {
                    orgs::remove_organization(tx, id).await?;
                    tracing::info!(organization = %id, "an organization was removed for good");
                }
                Ok(true)
            })
            .await
    }
}
