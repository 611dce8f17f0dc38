//! Measurements: what came in, what became of it, and how much waits.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use shared::vocabulary::EventStatus;

use super::service::queue_status;
use crate::platform::Platform;
use crate::platform::telemetry::Metrics;

/// How often the queue is measured.
const EVERY: Duration = Duration::from_secs(5);

/// What came in.
#[derive(Clone)]
pub(super) struct Arrivals {
    pub(super) accepted: Counter,
    pub(super) repeated: Counter,
    pub(super) failed: Counter,
}

impl Arrivals {
    pub(super) fn new(metrics: &Metrics) -> Self {
        Self {
            accepted: metrics.counter("ingest_events_accepted", "Deliveries stored as new events"),
            repeated: metrics.counter(
                "ingest_deliveries_repeated",
                "Deliveries that were there before",
            ),
            failed: metrics.counter(
                "ingest_deliveries_failed",
                "Deliveries that could not be stored",
            ),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StatusLabels {
    status: &'static str,
}

/// What became of events.
#[derive(Clone)]
pub(super) struct Settled {
    events: Family<StatusLabels, Counter>,
    retried: Counter,
}

impl Settled {
    pub(super) fn new(metrics: &Metrics) -> Self {
        let events = Family::default();
        metrics.register(
            "ingest_events_processed",
            "Events that came to their end, by how",
            events.clone(),
        );
        Self {
            events,
            retried: metrics.counter("ingest_attempts_failed", "Attempts that failed"),
        }
    }

    /// Counts an event that came to its end.
    pub(super) fn count(&self, status: EventStatus) {
        let labels = StatusLabels {
            status: status.as_str(),
        };
        self.events.get_or_create(&labels).inc();
    }

    /// Counts an attempt that failed.
    pub(super) fn count_failure(&self) {
        self.retried.inc();
    }
}

/// Keeps the queue measured for as long as the server runs.
pub(super) async fn keep_queue_measured(platform: Platform) {
    let depth = platform
        .metrics
        .gauge("ingest_queue_depth", "Events that wait to be processed");
    let age: Gauge<f64, AtomicU64> = platform.metrics.seconds_gauge(
        "ingest_queue_age_seconds",
        "How long the event that is due first has been due",
    );
    let stopping = platform.tasks.stopping();
    loop {
        // Where the database does not answer, the last figures stand; others report that trouble.
        if let Ok(status) = queue_status(&platform).await {
            depth.set(i64::try_from(status.depth).unwrap_or(i64::MAX));
            age.set(status.age.as_secs_f64());
        }
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}
