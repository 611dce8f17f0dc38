//! Receiving and processing of events.

use super::Setting;
use super::reader::Reader;

/// The settings of this group.
pub(super) const SETTINGS: &[Setting] = &[
    Setting::plain(
        "WEBHOOK_RATE_PER_MINUTE",
        "1000",
        "Deliveries that a webhook source may send in a minute, 1 to 10,000,000.",
    ),
    Setting::plain(
        "WORKERS",
        "4",
        "Events that this process works on at the same time, 1 to 64.",
    ),
];

/// Receiving and processing of events.
#[derive(Clone, Debug)]
pub struct IngestSettings {
    /// Deliveries a minute and source.
    pub webhook_rate_per_minute: u32,
    /// Events processed at the same time.
    pub workers: u32,
}

impl IngestSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            webhook_rate_per_minute: reader.number("WEBHOOK_RATE_PER_MINUTE", 1000, 1..=10_000_000),
            workers: reader.number("WORKERS", 4, 1..=64),
        }
    }
}
