//! Monthly partitions of events: there before they are needed, and made on the spot where they are not.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::store;
use crate::error::Result;
use crate::platform::Platform;

/// How many months are kept ready, the present one included.
const MONTHS_READY: i32 = 4;
/// How often somebody looks.
const EVERY: Duration = Duration::from_secs(6 * 60 * 60);

/// Creates the partitions that are missing for the months from a time on.
///
/// # Errors
/// When the database does not answer.
pub async fn ensure_partitions(platform: &Platform, from: DateTime<Utc>) -> Result<()> {
    let mut conn = platform.db.primary().await?;
    store::ensure_partitions(&mut conn, from, MONTHS_READY).await?;
    Ok(())
}

/// Keeps the coming months ready for as long as the server runs.
pub(super) async fn keep_ready(platform: Platform) {
    let stopping = platform.tasks.stopping();
    loop {
        if let Err(error) = ensure_partitions(&platform, platform.clock.now()).await {
            tracing::warn!(
                ?error,
                "the partitions of the coming months could not be made"
            );
        }
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}
