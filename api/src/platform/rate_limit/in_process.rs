//! Budgets of this process alone.

use std::collections::HashMap;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::ops::Add;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use governor::clock::{Clock as Ticking, Reference};
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use super::Spent;
use crate::platform::clock::Clock;

/// Budgets that nobody touched for this long are full again: forgetting them changes nothing.
const IDLE: TimeDelta = TimeDelta::seconds(60);
/// Budgets kept before the idle ones are looked for.
const MANY: usize = 10_000;

/// Budgets by who spends them.
pub(super) struct InProcess<K> {
    clock: Clock,
    buckets: Mutex<Buckets<K>>,
}

struct Buckets<K> {
    known: HashMap<K, Bucket>,
    /// How many there are before the idle ones are looked for: twice as many as were left the last time, so that looking
    /// costs little however many there are.
    tidy_at: usize,
}

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Self {
            known: HashMap::new(),
            tidy_at: MANY,
        }
    }
}

struct Bucket {
    limit: NonZeroU32,
    limiter: Arc<Limiter>,
    used_at: DateTime<Utc>,
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, Ticks, StateInformationMiddleware>;

impl<K: Hash + Eq + Clone> InProcess<K> {
    /// No budget was touched yet.
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            buckets: Mutex::default(),
        }
    }

    /// Spends from a budget.
    pub(super) fn spend(&self, who: &K, limit: NonZeroU32, cells: NonZeroU32) -> Spent {
        let limiter = self.limiter(who, limit, self.clock.now());
        match limiter.check_n(cells) {
            Ok(Ok(state)) => Spent::Yes {
                remaining: state.remaining_burst_capacity(),
            },
            Ok(Err(until)) => Spent::No {
                retry_after: until.wait_time_from(Ticks(self.clock.clone()).now()),
            },
            // No cost is above the limit by now.
            Err(_) => Spent::No {
                retry_after: Duration::from_secs(60),
            },
        }
    }

    fn limiter(&self, who: &K, limit: NonZeroU32, now: DateTime<Utc>) -> Arc<Limiter> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.known.get_mut(who)
            && bucket.limit == limit
        {
            bucket.used_at = now;
            return Arc::clone(&bucket.limiter);
        }
        if buckets.known.len() >= buckets.tidy_at {
            buckets
                .known
                .retain(|_, bucket| bucket.used_at + IDLE > now);
            buckets.tidy_at = MANY.max(2 * buckets.known.len());
        }
        let quota = Quota::per_minute(limit);
        let limiter = RateLimiter::direct_with_clock(quota, Ticks(self.clock.clone()));
        let limiter = Arc::new(limiter.with_middleware::<StateInformationMiddleware>());
        let bucket = Bucket {
            limit,
            limiter: Arc::clone(&limiter),
            used_at: now,
        };
        buckets.known.insert(who.clone(), bucket);
        limiter
    }
}

/// The server's clock as the library asks it.
#[derive(Clone)]
struct Ticks(Clock);

/// Microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Tick(u64);

impl Ticking for Ticks {
    type Instant = Tick;

    fn now(&self) -> Tick {
        Tick(u64::try_from(self.0.now().timestamp_micros()).unwrap_or_default())
    }
}

impl Add<Nanos> for Tick {
    type Output = Self;

    fn add(self, other: Nanos) -> Self {
        // Rounded up: a budget is rather a microsecond late than too early.
        Self(self.0 + other.as_u64().div_ceil(1000))
    }
}

impl Reference for Tick {
    fn duration_since(&self, earlier: Self) -> Nanos {
        (self.0.saturating_sub(earlier.0) * 1000).into()
    }

    fn saturating_sub(&self, duration: Nanos) -> Self {
        Self(self.0.saturating_sub(duration.as_u64() / 1000))
    }
}
