//! Letting go of entries that are older than their organization keeps them.

use std::time::Duration;

use super::store;
use crate::error::Result;
use crate::platform::Platform;

/// Entries removed in one transaction.
const BATCH: i64 = 1_000;
/// How often it is looked.
const EVERY: Duration = Duration::from_secs(3_600);

/// Removes old entries in the background. Cheap to clone.
#[derive(Clone)]
pub struct AuditRetention {
    platform: Platform,
}

impl AuditRetention {
    /// The retention of this server.
    pub fn new(platform: &Platform) -> Self {
        Self {
            platform: platform.clone(),
        }
    }

    /// Works in the background until the server stops.
    pub fn start(&self) {
        let own = self.clone();
        let trouble = "old audit entries could not be removed; the next try does";
        let work = move || {
            let own = own.clone();
            async move { own.remove_old().await }
        };
        self.platform
            .tasks
            .repeat("audit retention", EVERY, trouble, work);
    }

    /// Removes everything that is too old; how many entries. Two servers that do it at once share the work.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remove_old(&self) -> Result<usize> {
        let mut removed = 0;
        loop {
            let batch = self
                .platform
                .db
                .transaction(async |tx| {
                    let now = tx.now();
                    tx.begin_maintenance().await?;
                    let batch = store::delete_old(tx, now, BATCH).await?;
                    tx.end_maintenance().await?;
                    Ok(batch)
                })
                .await?;
            if batch == 0 {
                return Ok(removed);
            }
            removed += batch;
        }
    }
}
