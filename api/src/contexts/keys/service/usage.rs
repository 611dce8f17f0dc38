//! Counting uses without a write per request.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use shared::ids::ApiKeyId;
use uuid::Uuid;

use super::super::store;
use super::Keys;
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// How often uses are written, by the server's clock: a key costs no more than one write in this time.
const WRITTEN_EVERY: TimeDelta = TimeDelta::seconds(60);
/// How often it is looked whether that time is over.
const LOOK: Duration = Duration::from_secs(5);

/// How often a key was used, and when last.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Uses {
    pub(in super::super) count: i64,
    pub(in super::super) last_at: DateTime<Utc>,
}

/// Uses that are not written yet. In the order of the keys' ids, which is that of the writing.
#[derive(Default)]
pub(super) struct Usage {
    unwritten: Mutex<BTreeMap<ApiKeyId, Uses>>,
    /// One writing at a time: two would add the same uses twice. Holds when the last one was.
    writing: tokio::sync::Mutex<Option<DateTime<Utc>>>,
}

impl Usage {
    pub(super) fn note(&self, key: ApiKeyId, now: DateTime<Utc>) {
        let mut unwritten = self.lock();
        let uses = unwritten.entry(key).or_insert(Uses {
            count: 0,
            last_at: now,
        });
        uses.count += 1;
        uses.last_at = uses.last_at.max(now);
    }

    pub(super) fn of(&self, key: ApiKeyId) -> Option<Uses> {
        self.lock().get(&key).copied()
    }

    /// Writes what is not written yet, unless that was done within the last minute; before the end it is always done.
    pub(super) async fn write_to(&self, platform: &Platform, is_last: bool) -> Result<usize> {
        let mut written_at = self.writing.lock().await;
        let now = platform.clock.now();
        if !is_last && written_at.is_some_and(|at| now < at + WRITTEN_EVERY) {
            return Ok(0);
        }
        let uses: Vec<(ApiKeyId, Uses)> = {
            let unwritten = self.lock();
            unwritten.iter().map(|(key, uses)| (*key, *uses)).collect()
        };
        if uses.is_empty() {
            return Ok(0);
        }
        platform
            .db
            .transaction(async |tx| add(tx, &uses).await)
            .await?;
        *written_at = Some(now);
        // Taken away only now: what a failed writing leaves is written by the next one.
        let mut unwritten = self.lock();
        for (key, written) in &uses {
            if let Some(left) = unwritten.get_mut(key) {
                left.count -= written.count;
                if left.count <= 0 {
                    unwritten.remove(key);
                }
            }
        }
        Ok(uses.len())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ApiKeyId, Uses>> {
        self.unwritten
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds uses of a key that were counted elsewhere.
///
/// # Errors
/// When the database does not answer.
pub async fn count_uses(
    tx: &mut Transaction,
    key: ApiKeyId,
    count: i64,
    last_at: DateTime<Utc>,
) -> Result<()> {
    add(tx, &[(key, Uses { count, last_at })]).await
}

async fn add(tx: &mut Transaction, uses: &[(ApiKeyId, Uses)]) -> Result<()> {
    let ids: Vec<Uuid> = uses.iter().map(|(key, _)| (*key).into()).collect();
    let counts: Vec<i64> = uses.iter().map(|(_, uses)| uses.count).collect();
    let times: Vec<DateTime<Utc>> = uses.iter().map(|(_, uses)| uses.last_at).collect();
    store::add_uses(tx, &ids, &counts, &times).await?;
    Ok(())
}

/// Writes again and again until the server stops, and a last time then.
pub(super) async fn write(keys: Keys) {
    let stopping = keys.platform().tasks.stopping();
    loop {
        let is_last = tokio::select! {
            () = stopping.cancelled() => true,
            () = tokio::time::sleep(LOOK) => false,
        };
        if let Err(error) = keys.write_uses(is_last).await {
            tracing::warn!(
                ?error,
                "the uses of API keys could not be written; the next try adds them"
            );
        }
        if is_last {
            return;
        }
    }
}
