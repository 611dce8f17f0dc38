//! Logs.

use super::Setting;
use super::reader::Reader;

/// The settings of this group.
pub(super) const SETTINGS: &[Setting] = &[
    Setting::plain(
        "LOG_FORMAT",
        "`pretty` on a terminal, else `json`",
        "Form of the log lines: `pretty` or `json`.",
    ),
    Setting::plain(
        "RUST_LOG",
        "info",
        "What is logged, as in `info,api::http=debug`.",
    ),
];

/// Logs.
#[derive(Clone, Debug)]
pub struct TelemetrySettings {
    /// Form of the lines; none lets the terminal decide.
    pub log_format: Option<LogFormat>,
    /// What is logged.
    pub log_filter: String,
}

/// Form of the log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

impl TelemetrySettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let log_format = match reader.text("LOG_FORMAT") {
            None => None,
            Some("pretty") => Some(LogFormat::Pretty),
            Some("json") => Some(LogFormat::Json),
            Some(other) => {
                reader.refuse(
                    "LOG_FORMAT",
                    format!("is `{other}`, which is neither `pretty` nor `json`"),
                );
                None
            }
        };
        let log_filter = reader.text("RUST_LOG").unwrap_or("info").to_owned();
        if let Err(error) = log_filter.parse::<tracing_subscriber::EnvFilter>() {
            reader.refuse(
                "RUST_LOG",
                format!("is `{log_filter}`, which is no filter: {error}"),
            );
        }
        Self {
            log_format,
            log_filter,
        }
    }
}
