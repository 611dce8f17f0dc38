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
        let tasks = &self.platform.tasks;
        tasks.start("audit retention", self.clone().run());
    }

    async fn run(self) {
        let stopping = self.platform.tasks.stopping();
        loop {
            tokio::select! {
                () = stopping.cancelled() => return,
                removed = self.remove_old() => if let Err(error) = removed {
                    tracing::warn!(?error, "old audit entries could not be removed; the next try does");
                }
            }
            tokio::select! {
                () = stopping.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
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
