//! Budgets in Redis, one for all nodes.

use std::num::NonZeroU32;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use redis::Script;

use super::Spent;
use crate::platform::redis::Redis;

/// After a failure Redis is left alone for so long: nobody waits for it on every request.
const LEFT_ALONE: Duration = Duration::from_secs(1);

/// The generic cell rate algorithm on one number: when the budget is full again. Read and written as one step.
///
/// Time is the caller's, in microseconds, so that tests control it; the key goes by itself when the budget is full.
/// Answers whether it was spent, what is left, and the microseconds until there is enough.
static SPEND: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local now, limit, cells = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local minute = 60000000
        local each = minute / limit
        local full_at = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
        local then_full_at = full_at + cells * each
        local wait = then_full_at - minute - now
        if wait > 0.5 then
            return {0, 0, math.ceil(wait)}
        end
        redis.call('SET', KEYS[1], string.format('%.3f', then_full_at), 'PX', math.ceil((then_full_at - now) / 1000) + 1)
        return {1, math.floor((minute - (then_full_at - now)) / each + 0.000001), 0}
        ",
    )
});

/// Budgets in Redis.
pub(super) struct OnRedis {
    redis: Redis,
    /// When it last failed.
    failed_at: Mutex<Option<Instant>>,
}

impl OnRedis {
    pub(super) fn new(redis: Redis) -> Self {
        Self {
            redis,
            failed_at: Mutex::new(None),
        }
    }

    /// Spends from the budget that all nodes share; nothing where Redis is away.
    ///
    /// The limit is part of the key: another limit is another budget, as in the process.
    pub(super) async fn spend(
        &self,
        who: &str,
        limit: NonZeroU32,
        cells: NonZeroU32,
        now: DateTime<Utc>,
    ) -> Option<Spent> {
        if self
            .failed()
            .is_some_and(|failed| failed.elapsed() < LEFT_ALONE)
        {
            return None;
        }
        let key = self.redis.name(&format!("budget:{limit}:{who}"));
        let answer = SPEND
            .key(key)
            .arg(now.timestamp_micros())
            .arg(limit.get())
            .arg(cells.get())
            .invoke_async::<(u8, u32, u64)>(&mut self.redis.commands())
            .await;
        match answer {
            Ok((1, remaining, _)) => Some(Spent::Yes { remaining }),
            Ok((_, _, micros)) => Some(Spent::No {
                retry_after: Duration::from_micros(micros),
            }),
            Err(error) => {
                self.note_failure(&error);
                None
            }
        }
    }

    fn failed(&self) -> Option<Instant> {
        *self
            .failed_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn note_failure(&self, error: &redis::RedisError) {
        let mut failed_at = self
            .failed_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if failed_at.is_none_or(|failed| failed.elapsed() > 60 * LEFT_ALONE) {
            tracing::warn!("budgets are this node's own while Redis is away: {error}");
        }
        *failed_at = Some(Instant::now());
    }
}
