//! Forgetting sessions, links and sign-ins that are over: addresses and agents of people are not kept longer than they help.

use std::time::Duration;

use chrono::TimeDelta;

use super::super::store;
use crate::error::Result;
use crate::platform::Platform;

/// How long what is over is kept: a reused refresh token is still recognized in this time.
const KEPT: TimeDelta = TimeDelta::days(30);
/// Rows deleted in one statement.
const BATCH: i64 = 1_000;
/// How often it is looked.
const EVERY: Duration = Duration::from_secs(3_600);

/// Forgets what is over, in the background. Cheap to clone.
#[derive(Clone)]
pub struct Cleaner {
    platform: Platform,
}

impl Cleaner {
    /// A cleaner of this server.
    pub fn new(platform: &Platform) -> Self {
        Self {
            platform: platform.clone(),
        }
    }

    /// Works in the background until the server stops.
    pub fn start(&self) {
        let own = self.clone();
        let trouble = "old sessions could not be deleted; the next try does";
        let work = move || {
            let own = own.clone();
            async move { own.clean().await }
        };
        self.platform
            .tasks
            .repeat("session cleaner", EVERY, trouble, work);
    }

    /// Deletes everything that was over 30 days ago; how many rows. Two servers that do it at once share the work.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn clean(&self) -> Result<usize> {
        let before = self.platform.clock.now() - KEPT;
        let mut deleted = 0;
        loop {
            let batch = self
                .platform
                .db
                .transaction(async |tx| {
                    let sessions = store::delete_old_sessions(tx, before, BATCH).await?;
                    let links = store::delete_old_links(tx, before, BATCH).await?;
                    let attempts = store::delete_old_attempts(tx, before, BATCH).await?;
                    Ok(sessions + links + attempts)
                })
                .await?;
            if batch == 0 {
                return Ok(deleted);
            }
            deleted += batch;
        }
    }
}
