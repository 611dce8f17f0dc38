//! Tells the workers of other processes that events were stored. Those of this process hear it from the bus.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use crate::contexts::ingest::store::arrivals;
use crate::error::Result;
use crate::platform::Platform;

/// At most one notice in so much time: it says only that there is something, not what.
const PAUSE: Duration = Duration::from_millis(25);

/// Sends a notice after groups were stored, until the server stops. One that is lost costs little: workers look by
/// themselves, too.
pub(super) async fn send(platform: Platform, stored: Arc<Notify>) {
    let stopping = platform.tasks.stopping();
    loop {
        tokio::select! {
            () = stopping.cancelled() => return,
            () = stored.notified() => {}
        }
        if let Err(error) = notify(&platform).await {
            tracing::debug!(?error, "workers were not told of new events");
        }
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

async fn notify(platform: &Platform) -> Result<()> {
    let mut conn = platform.db.primary().await?;
    arrivals::notify(&mut conn).await?;
    Ok(())
}
