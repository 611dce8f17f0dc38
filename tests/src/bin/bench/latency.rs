//! Times of many requests, and what to say about them.

use std::time::Duration;

/// Collected times.
#[derive(Debug, Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// Adds one.
    pub fn record(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// Adds all of another collection.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The time that so many per mille did not exceed.
    pub fn quantile(&mut self, per_mille: usize) -> Duration {
        if self.0.is_empty() {
            return Duration::ZERO;
        }
        self.0.sort_unstable();
        let index = (self.0.len() * per_mille).div_ceil(1000);
        self.0[index.clamp(1, self.0.len()) - 1]
    }

    /// Median, 99 % and maximum in words.
    pub fn summary(&mut self) -> String {
        format!(
            "p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms",
            milliseconds(self.quantile(500)),
            milliseconds(self.quantile(990)),
            milliseconds(self.quantile(1000))
        )
    }
}

/// For people.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_occurred() {
        let mut latencies = Latencies::default();
        for n in (1..=100).rev() {
            latencies.record(Duration::from_millis(n));
        }
        assert_eq!(latencies.quantile(500), Duration::from_millis(50));
        assert_eq!(latencies.quantile(990), Duration::from_millis(99));
        assert_eq!(latencies.quantile(1000), Duration::from_millis(100));
    }
}
