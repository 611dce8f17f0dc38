//! The database pool, measured when somebody asks.

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::gauge::ConstGauge;

use crate::platform::db::Db;

/// Reads the pool's state at each scrape, so that nothing has to keep it up to date.
pub(super) struct PoolCollector {
    db: Db,
}

impl PoolCollector {
    pub(super) fn new(db: Db) -> Self {
        Self { db }
    }
}

impl std::fmt::Debug for PoolCollector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PoolCollector")
    }
}

impl Collector for PoolCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let status = self.db.pool_status();
        for (name, help, value) in [
            (
                "db_pool_connections",
                "Database connections open.",
                status.size,
            ),
            (
                "db_pool_idle",
                "Database connections idle.",
                status.available,
            ),
            (
                "db_pool_waiting",
                "Requests that wait for a database connection.",
                status.waiting,
            ),
        ] {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            let metric = encoder.encode_descriptor(name, help, None, gauge.metric_type())?;
            gauge.encode(metric)?;
        }
        Ok(())
    }
}
