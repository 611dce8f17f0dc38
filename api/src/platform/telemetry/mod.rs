//! Logs and measurements.

mod logs;
mod metrics;
mod pool;

pub use logs::start as start_logs;
pub use metrics::{HttpLabels, Metrics};
