//! Budgets that fill by the minute: whoever spends more than there is comes again later.
//!
//! A budget is full at first and fills evenly (the generic cell rate algorithm), so there is no edge of a minute at which
//! twice as much would go through. It is kept in this process, or in the Redis that all nodes share; both behave alike.

mod in_process;
mod on_redis;

use std::fmt::Display;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::clock::Clock;
use super::redis::Redis;
use in_process::InProcess;
use on_redis::OnRedis;

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

/// What a spending comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spent {
    /// So much is left.
    Yes { remaining: u32 },
    /// There was not enough; after this time there is.
    No { retry_after: Duration },
}

/// Budgets by who spends them.
pub struct RateLimits<K> {
    clock: Clock,
    in_process: InProcess<K>,
    on_redis: Option<OnRedis>,
}

impl<K: Hash + Eq + Clone + Display> RateLimits<K> {
    /// No budget was touched yet. Those of all nodes are one where there is a Redis.
    pub fn new(clock: Clock, redis: Option<Redis>) -> Self {
        Self {
            in_process: InProcess::new(clock.clone()),
            clock,
            on_redis: redis.map(OnRedis::new),
        }
    }

    /// Spends a request's cost from the budget of whoever makes it. A request that costs more than a whole budget takes all
    /// of a full one. While Redis is away, each node keeps budgets of its own.
    ///
    /// # Errors
    /// Where there is not enough; nothing is spent then.
    pub async fn spend(&self, who: &K, limit: NonZeroU32, cost: u32) -> Result<Budget, OverBudget> {
        let now = self.clock.now();
        let cells = NonZeroU32::new(cost.min(limit.get())).unwrap_or(NonZeroU32::MIN);
        let shared = match &self.on_redis {
            Some(redis) => redis.spend(&who.to_string(), limit, cells, now).await,
            None => None,
        };
        let spent = shared.unwrap_or_else(|| self.in_process.spend(who, limit, cells));
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
        match spent {
            Spent::Yes { remaining } => Ok(budget(remaining)),
            Spent::No { retry_after } => Err(OverBudget {
                budget: budget(0),
                retry_after,
            }),
        }
    }
}
