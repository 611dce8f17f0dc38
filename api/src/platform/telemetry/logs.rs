//! Log lines on the standard error: for people on a terminal, one JSON object a line elsewhere.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::config::telemetry::{LogFormat, TelemetrySettings};

/// Starts logging for the whole process; only the program itself does so, never a library or a test.
///
/// # Errors
/// When logging was started before.
pub fn start(settings: &TelemetrySettings) -> anyhow::Result<()> {
    let filter = EnvFilter::builder()
        .parse(&settings.log_filter)
        .context("read the log filter")?;
    let is_terminal = std::io::stderr().is_terminal();
    let format = settings.log_format.unwrap_or(if is_terminal {
        LogFormat::Pretty
    } else {
        LogFormat::Json
    });
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_span_events(FmtSpan::NONE);
    let started = match format {
        LogFormat::Pretty => lines.with_ansi(is_terminal).with_target(false).try_init(),
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("start logging: {error}"))
}
