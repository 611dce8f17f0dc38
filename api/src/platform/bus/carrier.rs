//! Hints between nodes, through one channel of Redis.
//!
//! A node sends in the order of its commits and keeps what Redis does not take until it is back; what is too much to keep is
//! told to the others as missed. A node whose listening was interrupted tells its own watchers that they missed some. Some
//! hints are acknowledged by every node that hears them, so that a change can wait for that.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt as _;
use redis::Msg;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout};

use super::{Heard, Topics};
use crate::platform::crypto::random_token;
use crate::platform::redis::Redis;
use crate::platform::tasks::Tasks;

/// Hints that wait for Redis at most.
const QUEUE: usize = 16_384;
/// Hints sent in one go.
const BATCH: usize = 64;
/// A node says at least this often that it is there, so that a silent connection is noticed.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);
/// A connection on which nothing came for so long is dead.
const SILENCE: Duration = Duration::from_secs(16);
/// Pauses before Redis is tried again.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(3));
/// The topic of the signs of life, and of hints that were lost.
const ALIVE: &str = "";
const LOST: &str = "lost";

/// What travels.
#[derive(Serialize, Deserialize)]
struct Envelope {
    /// The node that sends.
    node: String,
    /// Its number there; 0 where nobody waits.
    number: u64,
    topic: String,
    hint: Value,
}

/// Sends hints to the other nodes. Cheap to clone.
#[derive(Clone)]
pub(super) struct Carrier {
    shared: Arc<Shared>,
    queue: mpsc::Sender<Envelope>,
}

struct Shared {
    redis: Redis,
    node: String,
    topics: Topics,
    last: AtomicU64,
    /// Whether hints were thrown away because there were too many.
    has_lost: AtomicBool,
    /// Whether hints arrive at the others and their acknowledgements here.
    is_sending: AtomicBool,
    is_listening: AtomicBool,
    waiting: Mutex<HashMap<u64, Waiting>>,
}

/// A hint that somebody waits for the hearing of.
struct Waiting {
    heard: oneshot::Sender<()>,
    /// How many nodes have it, once Redis has said so.
    expected: Option<i64>,
    acknowledged: i64,
}

impl Carrier {
    pub(super) fn start(redis: Redis, topics: Topics, tasks: &Tasks) -> Self {
        let (queue, queued) = mpsc::channel(QUEUE);
        let shared = Arc::new(Shared {
            redis,
            // Without randomness there is no server: its first token fails, and says so.
            node: random_token().unwrap_or_default(),
            topics,
            last: AtomicU64::new(0),
            has_lost: AtomicBool::new(false),
            is_sending: AtomicBool::new(true),
            is_listening: AtomicBool::new(false),
            waiting: Mutex::default(),
        });
        let stopping = tasks.stopping();
        let sending = Arc::clone(&shared);
        tasks.start("bus sending", {
            let stopping = stopping.clone();
            async move {
                tokio::select! {
                    () = sending.send_all(queued) => {}
                    () = stopping.cancelled() => {}
                }
            }
        });
        let listening = Arc::clone(&shared);
        tasks.start("bus listening", async move {
            tokio::select! {
                () = listening.listen_on() => {}
                () = stopping.cancelled() => {}
            }
        });
        Self { shared, queue }
    }

    /// Sends a hint after those before it.
    pub(super) fn send<T: Serialize>(
        &self,
        topic: &str,
        hint: &T,
        is_awaited: bool,
    ) -> Option<Heard> {
        let shared = &self.shared;
        let Ok(hint) = serde_json::to_value(hint) else {
            shared.has_lost.store(true, Ordering::Release);
            return None;
        };
        let (number, heard) = match is_awaited && shared.is_connected() {
            true => shared.expect_hearing(),
            false => (0, None),
        };
        let envelope = shared.envelope(number, topic, hint);
        if self.queue.try_send(envelope).is_err() {
            shared.has_lost.store(true, Ordering::Release);
            shared.lock().remove(&number);
            return None;
        }
        heard
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_connected(&self) -> bool {
        self.is_sending.load(Ordering::Acquire) && self.is_listening.load(Ordering::Acquire)
    }

    fn envelope(&self, number: u64, topic: &str, hint: Value) -> Envelope {
        Envelope {
            node: self.node.clone(),
            number,
            topic: topic.to_owned(),
            hint,
        }
    }

    fn expect_hearing(&self) -> (u64, Option<Heard>) {
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let (heard, hearing) = oneshot::channel();
        let mut waiting = self.lock();
        // Those whose waiting is over: a node never acknowledged.
        waiting.retain(|_, waiting| !waiting.heard.is_closed());
        let new = Waiting {
            heard,
            expected: None,
            acknowledged: 0,
        };
        waiting.insert(number, new);
        (number, Some(hearing))
    }

    /// Notes what is known of the hearing of a hint, and ends the waiting when everybody has heard.
    fn note(&self, number: u64, change: impl FnOnce(&mut Waiting)) {
        let mut waiting = self.lock();
        let Some(one) = waiting.get_mut(&number) else {
            return;
        };
        change(one);
        if one
            .expected
            .is_some_and(|expected| one.acknowledged >= expected)
            && let Some(one) = waiting.remove(&number)
        {
            // Whoever waited may have given up.
            let _ = one.heard.send(());
        }
    }

    async fn send_all(&self, mut queued: mpsc::Receiver<Envelope>) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            if timeout(SIGN_OF_LIFE, queued.recv_many(&mut batch, BATCH))
                .await
                .is_err()
            {
                batch.push(self.envelope(0, ALIVE, Value::Null));
            }
            if batch.is_empty() {
                return;
            }
            if self.has_lost.swap(false, Ordering::AcqRel) {
                batch.push(self.envelope(0, LOST, Value::Null));
            }
            self.send_batch(&batch).await;
            batch.clear();
        }
    }

    /// Sends until Redis takes it.
    async fn send_batch(&self, batch: &[Envelope]) {
        let channel = self.redis.name("bus");
        let mut pipe = redis::pipe();
        for envelope in batch {
            pipe.publish(&channel, serde_json::to_vec(envelope).unwrap_or_default());
        }
        let mut pause = PAUSES.0;
        loop {
            let sent: redis::RedisResult<Vec<i64>> =
                pipe.query_async(&mut self.redis.commands()).await;
            match sent {
                Ok(counts) => {
                    if !self.is_sending.swap(true, Ordering::AcqRel) {
                        tracing::info!("hints reach the other nodes again");
                    }
                    for (envelope, count) in batch.iter().zip(counts) {
                        self.note(envelope.number, |one| one.expected = Some(count));
                    }
                    return;
                }
                Err(error) => {
                    if self.is_sending.swap(false, Ordering::AcqRel) {
                        tracing::warn!("hints do not reach the other nodes: {error}");
                        self.lock().clear();
                    }
                    sleep(pause).await;
                    pause = (pause * 2).min(PAUSES.1);
                }
            }
        }
    }

    async fn listen_on(&self) {
        let mut pause = PAUSES.0;
        loop {
            let began = Instant::now();
            let error = match self.listen().await {
                Ok(()) => "the connection was lost".to_owned(),
                Err(error) => error.to_string(),
            };
            if self.is_listening.swap(false, Ordering::AcqRel) {
                tracing::warn!("this node does not hear of the others: {error}");
                self.topics.miss();
            }
            if began.elapsed() > SILENCE {
                pause = PAUSES.0;
            }
            sleep(pause).await;
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    async fn listen(&self) -> redis::RedisResult<()> {
        let mut connection = self.redis.listening().await?;
        connection.subscribe(self.redis.name("bus")).await?;
        connection
            .subscribe(self.acknowledgements(&self.node))
            .await?;
        self.is_listening.store(true, Ordering::Release);
        // What was sent before this moment did not arrive.
        self.topics.miss();
        let mut messages = connection.on_message();
        while let Ok(Some(message)) = timeout(SILENCE, messages.next()).await {
            self.hear(&message).await;
        }
        Ok(())
    }

    fn acknowledgements(&self, node: &str) -> String {
        self.redis.name(&format!("heard:{node}"))
    }

    async fn hear(&self, message: &Msg) {
        let body = message.get_payload_bytes();
        if message.get_channel_name() != self.redis.name("bus") {
            if let Some(number) = std::str::from_utf8(body).ok().and_then(|n| n.parse().ok()) {
                self.note(number, |one| one.acknowledged += 1);
            }
            return;
        }
        let Ok(envelope) = serde_json::from_slice::<Envelope>(body) else {
            return self.topics.miss();
        };
        if envelope.node == self.node {
            self.note(envelope.number, |one| one.acknowledged += 1);
            return;
        }
        match &*envelope.topic {
            ALIVE => {}
            LOST => self.topics.miss(),
            topic => self.topics.deliver(topic, &envelope.hint),
        }
        if envelope.number != 0 {
            let channel = self.acknowledgements(&envelope.node);
            let told: redis::RedisResult<i64> = redis::cmd("PUBLISH")
                .arg(channel)
                .arg(envelope.number)
                .query_async(&mut self.redis.commands())
                .await;
            if let Err(error) = told {
                tracing::debug!("a hint was heard, and that could not be told: {error}");
            }
        }
    }
}
