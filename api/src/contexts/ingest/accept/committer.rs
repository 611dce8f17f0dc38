//! Takes what waits and commits it as one group.

use std::collections::HashMap;
use std::sync::Arc;

use shared::ids::EventId;
use tokio::sync::{Mutex, mpsc};
use uuid::Uuid;

use super::{Accepted, Waiting, unavailable};
use crate::contexts::ingest::ensure_partitions;
use crate::contexts::ingest::measurements::Arrivals;
use crate::contexts::ingest::model::EventAccepted;
use crate::contexts::ingest::store::arrivals::{self, Arrival};
use crate::contexts::ingest::trouble::{is_missing_partition, is_transient};
use crate::error::{AppError, Result};
use crate::platform::Platform;

/// Arrivals of one group.
const GROUP_MAX: usize = 256;
/// Bodies of one group, in bytes; one body may be larger and is then a group of its own.
const GROUP_BYTES_MAX: usize = 8 << 20;
/// How often a group is tried before its arrivals are refused. What was stored by an attempt whose answer was lost is found
/// by the next under the same id.
const ATTEMPTS: usize = 3;

/// One of those who commit.
pub(super) struct Committer {
    platform: Platform,
    arrivals: Arc<Mutex<mpsc::Receiver<Waiting>>>,
    counters: Arrivals,
}

impl Committer {
    pub(super) fn new(
        platform: Platform,
        arrivals: Arc<Mutex<mpsc::Receiver<Waiting>>>,
        counters: Arrivals,
    ) -> Self {
        Self {
            platform,
            arrivals,
            counters,
        }
    }

    /// Runs until the server stops and nothing waits any more.
    pub(super) async fn run(self) {
        while let Some(group) = self.next_group().await {
            self.commit(group).await;
        }
    }

    /// Everything that waits, within the bounds of a group; none after the end.
    async fn next_group(&self) -> Option<Vec<Waiting>> {
        let stopping = self.platform.tasks.stopping();
        let mut arrivals = self.arrivals.lock().await;
        let first = tokio::select! {
            biased;
            first = arrivals.recv() => first,
            () = stopping.cancelled() => {
                // Nothing new comes in; what is in is still committed.
                arrivals.close();
                arrivals.recv().await
            }
        }?;
        let mut bytes = first.arrival.delivery.payload.len();
        let mut group = vec![first];
        while group.len() < GROUP_MAX && bytes < GROUP_BYTES_MAX {
            let Ok(next) = arrivals.try_recv() else {
                break;
            };
            bytes += next.arrival.delivery.payload.len();
            group.push(next);
        }
        Some(group)
    }

    /// Stores a group and answers each of its arrivals.
    async fn commit(&self, group: Vec<Waiting>) {
        let arrivals: Vec<&Arrival> = group.iter().map(|waiting| &waiting.arrival).collect();
        match self.store(&arrivals).await {
            Ok(accepted) => {
                self.announce(&arrivals, &accepted);
                answer(group, accepted.into_iter().map(Ok));
            }
            Err(error) if group.len() == 1 || is_transient(&error) => {
                self.counters.failed.inc_by(group.len() as u64);
                let answers = group.iter().map(|_| Err(refusal(&error)));
                let answers: Vec<_> = answers.collect();
                tracing::warn!(?error, "{} deliveries could not be stored", group.len());
                answer(group, answers);
            }
            // One of them cannot be stored. Alone, it fails alone.
            Err(_) => {
                for one in group {
                    Box::pin(self.commit(vec![one])).await;
                }
            }
        }
    }

    fn announce(&self, arrivals: &[&Arrival], accepted: &[Accepted]) {
        for (arrival, accepted) in arrivals.iter().zip(accepted) {
            if !accepted.is_new {
                self.counters.repeated.inc();
            } else {
                self.counters.accepted.inc();
                self.platform.bus.publish(EventAccepted {
                    organization_id: arrival.delivery.organization_id,
                    event_id: accepted.event_id,
                });
            }
        }
    }

    /// What became of each arrival, in their order.
    async fn store(&self, arrivals: &[&Arrival]) -> Result<Vec<Accepted>> {
        let firsts = firsts_of_their_key(arrivals);
        let unique: Vec<&Arrival> = firsts.values().copied().collect();
        let mut attempt = 1;
        let by_key = loop {
            match self.store_unique(&unique).await {
                Ok(by_key) => break by_key,
                Err(error) if attempt == ATTEMPTS => return Err(error),
                Err(error) if is_missing_partition(&error) => {
                    let oldest = unique.iter().map(|arrival| arrival.received_at).min();
                    ensure_partitions(&self.platform, oldest.unwrap_or_default()).await?;
                }
                Err(error) if is_transient(&error) => {}
                Err(error) => return Err(error),
            }
            attempt += 1;
        };
        arrivals
            .iter()
            .map(|arrival| {
                let event_id = *by_key
                    .get(&key(arrival))
                    .ok_or_else(|| anyhow::anyhow!("a delivery is neither new nor known"))?;
                Ok(Accepted {
                    event_id: EventId(event_id),
                    is_new: event_id == arrival.id,
                })
            })
            .collect()
    }

    /// The event of each key, after storing those that are new.
    async fn store_unique<'a>(
        &self,
        arrivals: &[&'a Arrival],
    ) -> Result<HashMap<(Uuid, &'a str), Uuid>> {
        let mut conn = self.platform.db.primary().await?;
        let fresh = arrivals::insert_new(&mut conn, arrivals).await?;
        let mut by_key = HashMap::with_capacity(arrivals.len());
        let mut repeated = Vec::new();
        for arrival in arrivals {
            if fresh.contains(&arrival.id) {
                by_key.insert(key(arrival), arrival.id);
            } else {
                repeated.push(key(arrival));
            }
        }
        if !repeated.is_empty() {
            let known = arrivals::find_known(&mut conn, &repeated).await?;
            for (source, delivery_key) in repeated {
                if let Some(event) = known.get(&(source, delivery_key.to_owned())) {
                    by_key.insert((source, delivery_key), *event);
                }
            }
        }
        Ok(by_key)
    }
}

/// Of arrivals with the same key, the one that came first.
fn firsts_of_their_key<'a>(arrivals: &[&'a Arrival]) -> HashMap<(Uuid, &'a str), &'a Arrival> {
    let mut firsts = HashMap::with_capacity(arrivals.len());
    for arrival in arrivals {
        firsts.entry(key(arrival)).or_insert(*arrival);
    }
    firsts
}

fn key(arrival: &Arrival) -> (Uuid, &str) {
    (arrival.delivery.source_id.into(), &arrival.delivery.key)
}

fn answer(group: Vec<Waiting>, answers: impl IntoIterator<Item = Result<Accepted>>) {
    for (waiting, result) in group.into_iter().zip(answers) {
        // Whoever waited may have gone; the delivery is stored all the same and a repeat finds it.
        drop(waiting.answer.send(result));
    }
}

/// The same refusal for each of a group.
fn refusal(error: &AppError) -> AppError {
    if is_transient(error) {
        unavailable("the database does not answer", 5)
    } else {
        AppError::Internal(anyhow::anyhow!("a delivery could not be stored"))
    }
}
