//! Measurements for Prometheus. Each server has its own, so that many can live in one process.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};

use super::pool::PoolCollector;
use crate::platform::db::Db;

/// Upper bounds of the durations of requests, in seconds.
const SECONDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0,
];

/// What a request is counted under. Closed sets: the route is the pattern, never the path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct HttpLabels {
    /// `GET`, `POST`, …, or `other`.
    pub method: &'static str,
    /// The route's pattern.
    pub route: String,
    /// The status of the answer.
    pub status: u16,
}

/// What a duration is counted under.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

/// The measurements of one server. Cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Mutex<Registry>>,
    http_requests: Family<HttpLabels, Counter>,
    http_duration: Family<RouteLabels, Histogram, fn() -> Histogram>,
}

impl Default for Metrics {
    fn default() -> Self {
        let metrics = Self {
            registry: Arc::new(Mutex::new(Registry::with_prefix("devmetrics"))),
            http_requests: Family::default(),
            http_duration: Family::new_with_constructor(|| Histogram::new(SECONDS)),
        };
        metrics.register(
            "http_requests",
            "Requests answered",
            metrics.http_requests.clone(),
        );
        metrics.register(
            "http_request_duration_seconds",
            "Time until the head of the answer",
            metrics.http_duration.clone(),
        );
        metrics
    }
}

impl Metrics {
    /// Adds a measurement; `devmetrics_` is put before its name.
    pub fn register(&self, name: &str, help: &str, metric: impl Metric) {
        self.registry().register(name, help, metric);
    }

    /// Adds a number that goes up only, and answers it.
    pub fn counter(&self, name: &str, help: &str) -> Counter {
        let counter = Counter::default();
        self.register(name, help, counter.clone());
        counter
    }

    /// Adds a number that goes up and down, and answers it.
    pub fn gauge(&self, name: &str, help: &str) -> Gauge {
        let gauge = Gauge::default();
        self.register(name, help, gauge.clone());
        gauge
    }

    /// Adds a number with a fraction, and answers it.
    pub fn seconds_gauge(&self, name: &str, help: &str) -> Gauge<f64, AtomicU64> {
        let gauge = Gauge::<f64, AtomicU64>::default();
        self.register(name, help, gauge.clone());
        gauge
    }

    /// Adds the figures of a database pool.
    pub fn watch_pool(&self, db: Db) {
        self.registry()
            .register_collector(Box::new(PoolCollector::new(db)));
    }

    /// Counts a request.
    pub fn count_request(&self, labels: HttpLabels, seconds: f64) {
        self.http_duration
            .get_or_create(&RouteLabels {
                route: labels.route.clone(),
            })
            .observe(seconds);
        self.http_requests.get_or_create(&labels).inc();
    }

    /// All measurements as Prometheus reads them.
    ///
    /// # Errors
    /// When one of them cannot be written.
    pub fn encode(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry())?;
        Ok(text)
    }

    fn registry(&self) -> std::sync::MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
