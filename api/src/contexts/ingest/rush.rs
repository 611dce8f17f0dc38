//! Right of way for receiving: while deliveries rush in, most workers hold back.
//!
//! A delivery that is not taken in time may be lost, an event that is processed a little later is not. Some workers always
//! go on, so that the queue never stands still.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Arrivals are counted over this time, and a rush lasts at least as long after it was seen.
pub(super) const WINDOW: Duration = Duration::from_millis(100);
/// So many arrivals within the window are a rush.
const MANY: u64 = 40;

/// How fast deliveries come in. Cheap to clone.
#[derive(Clone)]
pub(super) struct Rush {
    started: Instant,
    /// Milliseconds since the start until which a rush lasts.
    until_ms: Arc<AtomicU64>,
    window: Arc<Mutex<(Instant, u64)>>,
    /// Workers that go on in a rush.
    undeterred: usize,
}

impl Default for Rush {
    fn default() -> Self {
        let started = Instant::now();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            started,
            until_ms: Arc::default(),
            window: Arc::new(Mutex::new((started, 0))),
            undeterred: (cores / 4).max(1),
        }
    }
}

impl Rush {
    /// Counts arrivals.
    pub(super) fn note(&self, arrivals: u64) {
        let now = Instant::now();
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if now - window.0 > WINDOW {
            *window = (now, 0);
        }
        window.1 = window.1.saturating_add(arrivals);
        if window.1 >= MANY {
            let until = self.milliseconds(now + 2 * WINDOW);
            self.until_ms.fetch_max(until, Ordering::Relaxed);
        }
    }

    /// Whether the worker of this number holds back for now.
    pub(super) fn must_wait(&self, worker: usize) -> bool {
        worker >= self.undeterred
            && self.milliseconds(Instant::now()) < self.until_ms.load(Ordering::Relaxed)
    }

    fn milliseconds(&self, at: Instant) -> u64 {
        u64::try_from((at - self.started).as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_a_rush_some_workers_go_on_and_the_others_wait() {
        let rush = Rush::default();
        assert!(!rush.must_wait(100));
        rush.note(MANY - 1);
        assert!(!rush.must_wait(100));
        rush.note(MANY);
        assert!(rush.must_wait(100));
        assert!(!rush.must_wait(0));
    }
}
