//! `devmetrics worker`: processes events and listens to nothing.

use anyhow::ensure;

use super::prepare;
use super::stop_signal::StopSignal;
use crate::app::{App, AppOptions};
use crate::config::Vars;
use crate::config::database::Mode;

/// Processes events until it is told to stop.
pub(super) async fn run(vars: Vars) -> anyhow::Result<()> {
    let settings = prepare(&vars)?;
    ensure!(
        matches!(settings.database.mode, Mode::Url(_)),
        "a worker of its own needs DATABASE_URL; with an embedded PostgreSQL the server processes events itself"
    );
    let mut signal = StopSignal::listen()?;
    let app = App::start(settings, AppOptions::default()).await?;
    tracing::info!("processing events");
    signal.received().await;
    tokio::select! {
        () = app.stop() => {}
        () = signal.received() => tracing::warn!("stopping at once"),
    }
    Ok(())
}
