//! Budgets that fill by the minute: whoever spends more than there is comes again later.
//!
//! A budget is full at first and fills evenly (the generic cell rate algorithm), so there is no edge of a minute at which
//! twice as much would go through.

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

use super::clock::Clock;

/// Budgets that nobody touched for this long are full again: forgetting them changes nothing.
const IDLE: TimeDelta = TimeDelta::seconds(60);
/// Budgets kept before the idle ones are looked for.
const MANY: usize = 10_000;

/// What is left of a budget after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Points that fill up in a minute, which is also the most there are at a time.
    pub limit: u32,
    /// What the request cost.
    pub cost: u32,
    /// What may be spent at once from here.
    pub remaining: u32,
    /// When it is full again if nothing more is spent.
    pub reset_at: DateTime<Utc>,
}

/// A request that cost more than there was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverBudget {
    /// What was left: less than the cost.
    pub budget: Budget,
    /// After this time there is enough.
    pub retry_after: Duration,
}

/// Budgets by who spends them.
pub struct RateLimits<K> {
    clock: Clock,
    buckets: Mutex<HashMap<K, Bucket>>,
}

struct Bucket {
    limit: NonZeroU32,
    limiter: Arc<Limiter>,
    used_at: DateTime<Utc>,
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, Ticks, StateInformationMiddleware>;

impl<K: Hash + Eq + Clone> RateLimits<K> {
    /// No budget was touched yet.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            buckets: Mutex::default(),
        }
    }

    /// Spends a request's cost from the budget of whoever makes it. A request that costs more than a whole budget takes all
    /// of a full one.
    ///
    /// # Errors
    /// Where there is not enough; nothing is spent then.
    pub fn spend(&self, who: &K, limit: NonZeroU32, cost: u32) -> Result<Budget, OverBudget> {
        let now = self.clock.now();
        let limiter = self.limiter(who, limit, now);
        let budget = |remaining: u32| {
            let missing = limit.get().saturating_sub(remaining);
            let seconds = f64::from(missing) * 60.0 / f64::from(limit.get());
            Budget {
                limit: limit.get(),
                cost,
                remaining,
                reset_at: now + TimeDelta::milliseconds((seconds * 1000.0).ceil() as i64),
            }
        };
        let cells = NonZeroU32::new(cost.min(limit.get())).unwrap_or(NonZeroU32::MIN);
        match limiter.check_n(cells) {
            Ok(Ok(state)) => Ok(budget(state.remaining_burst_capacity())),
            Ok(Err(until)) => Err(OverBudget {
                budget: budget(0),
                retry_after: until.wait_time_from(Ticks(self.clock.clone()).now()),
            }),
            // No cost is above the limit by now.
            Err(_) => Err(OverBudget {
                budget: budget(0),
                retry_after: Duration::from_secs(60),
            }),
        }
    }

    fn limiter(&self, who: &K, limit: NonZeroU32, now: DateTime<Utc>) -> Arc<Limiter> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.get_mut(who)
            && bucket.limit == limit
        {
            bucket.used_at = now;
            return Arc::clone(&bucket.limiter);
        }
        if buckets.len() >= MANY {
            buckets.retain(|_, bucket| bucket.used_at + IDLE > now);
        }
        let quota = Quota::per_minute(limit);
        let limiter = RateLimiter::direct_with_clock(quota, Ticks(self.clock.clone()));
        let limiter = Arc::new(limiter.with_middleware::<StateInformationMiddleware>());
        let bucket = Bucket {
            limit,
            limiter: Arc::clone(&limiter),
            used_at: now,
        };
        buckets.insert(who.clone(), bucket);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> (Clock, RateLimits<&'static str>) {
        let clock = Clock::fixed_at(DateTime::UNIX_EPOCH + TimeDelta::days(20_000));
        (clock.clone(), RateLimits::new(clock))
    }

    fn of(limit: u32) -> NonZeroU32 {
        NonZeroU32::new(limit).unwrap_or(NonZeroU32::MIN)
    }

    #[test]
    fn a_budget_is_spent_and_fills_by_the_minute() {
        let (clock, limits) = limits();
        for left in (0..10).rev() {
            assert_eq!(limits.spend(&"a", of(10), 1).map(|b| b.remaining), Ok(left));
        }
        let refused = limits.spend(&"a", of(10), 1).unwrap_err();
        assert_eq!(refused.retry_after, Duration::from_secs(6));
        assert_eq!(
            refused.budget.reset_at,
            clock.now() + TimeDelta::seconds(60)
        );
        clock.advance(TimeDelta::seconds(6));
        assert!(limits.spend(&"a", of(10), 1).is_ok());
        assert!(limits.spend(&"a", of(10), 1).is_err());
        clock.advance(TimeDelta::seconds(60));
        assert_eq!(limits.spend(&"a", of(10), 10).map(|b| b.remaining), Ok(0));
    }

    #[test]
    fn one_s_spending_is_nothing_to_another() {
        let (_, limits) = limits();
        assert!(limits.spend(&"a", of(1), 1).is_ok());
        assert!(limits.spend(&"a", of(1), 1).is_err());
        assert!(limits.spend(&"b", of(1), 1).is_ok());
    }

    #[test]
    fn what_costs_more_than_everything_takes_everything() {
        let (clock, limits) = limits();
        assert!(limits.spend(&"a", of(10), 50).is_ok());
        assert!(limits.spend(&"a", of(10), 1).is_err());
        clock.advance(TimeDelta::seconds(60));
        assert!(limits.spend(&"a", of(10), 50).is_ok());
    }

    #[test]
    fn another_limit_holds_at_once() {
        let (_, limits) = limits();
        assert!(limits.spend(&"a", of(1), 1).is_ok());
        assert!(limits.spend(&"a", of(1), 1).is_err());
        assert_eq!(limits.spend(&"a", of(5), 1).map(|b| b.remaining), Ok(4));
    }
}
