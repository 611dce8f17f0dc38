//! What every room stands on, without a word of the product in it.

pub mod bus;
pub mod clock;
pub mod crypto;
pub mod db;
pub mod embedded;
pub mod ids;
pub mod literals;
pub mod migrations;
pub mod outbound;
pub mod rate_limit;
pub mod redis;
pub mod remembered;
pub mod resealing;
pub mod secrets;
pub mod tasks;
pub mod telemetry;

use std::sync::Arc;

/// Everything that services receive, built once at the start.
#[derive(Clone)]
pub struct Platform {
    /// The database.
    pub db: db::Db,
    /// Time; tests control it.
    pub clock: clock::Clock,
    /// Ids that sort by the time they were made.
    pub ids: ids::Ids,
    /// Hints to whoever watches.
    pub bus: bus::Bus,
    /// What nodes share; none where this is the only one.
    pub redis: Option<redis::Redis>,
    /// Sealing of secrets, hashing of tokens.
    pub crypto: Arc<crypto::Crypto>,
    /// Long-lived tasks, drained at shutdown.
    pub tasks: tasks::Tasks,
    /// Where people reach the server; links in mails start with it. No slash at its end.
    pub public_url: Arc<str>,
    /// Measurements.
    pub metrics: telemetry::Metrics,
}
