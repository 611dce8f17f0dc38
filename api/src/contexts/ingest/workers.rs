//! Workers: claim what is due, carry it through the contexts, mark it done, all in one transaction an event.
//!
//! The claim is a row lock, so a worker that dies gives it back at once. What an event causes stands in a savepoint: a
//! failure undoes it and counts the attempt in the same transaction. Trouble of the database itself counts for nothing.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use diesel_async::{AnsiTransactionManager, TransactionManager as _};
use futures_util::{FutureExt as _, StreamExt as _};
use shared::vocabulary::EventStatus;
use tokio::sync::Notify;
use tokio::sync::broadcast::error::RecvError;

use super::measurements::Settled;
use super::model::{EventAccepted, EventSettled, Outcome, ProcessEvent, ReceivedEvent};
use super::rush;
use super::rush::Rush;
use super::store::arrivals::CHANNEL;
use super::store::queue::QueueRow;
use super::store::{events, queue};
use super::trouble::{in_words, is_transient};
use crate::access::{OrgScope, system_scope};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::db::{Connection, Transaction};

/// After so many attempts an event is a dead letter.
const ATTEMPTS_MAX: i16 = 3;
/// How long a worker waits at most before it looks again: retries fall due without a notice.
const POLL: Duration = Duration::from_millis(500);
/// How long a worker holds back after trouble of the database, at first and at most.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// Processes events. Cheap to clone.
#[derive(Clone)]
pub struct Workers {
    platform: Platform,
    processor: Arc<dyn ProcessEvent>,
    wake: Arc<Notify>,
    counters: Settled,
    rush: Rush,
}

impl Workers {
    /// Workers that hand events to this workflow.
    pub fn new(platform: &Platform, processor: Arc<dyn ProcessEvent>) -> Self {
        Self {
            platform: platform.clone(),
            processor,
            wake: Arc::default(),
            counters: Settled::new(&platform.metrics),
            rush: Rush::default(),
        }
    }

    /// Starts so many workers; each ends with the platform's tasks, after the event it has in hand.
    pub fn start(&self, count: usize) {
        let tasks = &self.platform.tasks;
        tasks.start("event hints", self.clone().wake_by_hints());
        tasks.start("event notices", self.clone().wake_by_notices());
        for number in 0..count {
            tasks.start("event worker", self.clone().run(number));
        }
    }

    /// Processes everything that is due now; answers how many events were tried.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn process_due(&self) -> Result<usize> {
        let mut tried = 0;
        while self.process_next().await? {
            tried += 1;
        }
        Ok(tried)
    }

    async fn run(self, number: usize) {
        let stopping = self.platform.tasks.stopping();
        let (mut backoff, longest) = BACKOFF;
        while !stopping.is_cancelled() {
            if self.rush.must_wait(number) {
                tokio::select! {
                    () = stopping.cancelled() => {}
                    () = tokio::time::sleep(rush::WINDOW) => {}
                }
                continue;
            }
            match self.process_next().await {
                Ok(true) => {
                    backoff = BACKOFF.0;
                    // Where one was due there may be more: an idle colleague looks, and wakes the next likewise.
                    self.wake.notify_one();
                }
                Ok(false) => {
                    backoff = BACKOFF.0;
                    tokio::select! {
                        () = stopping.cancelled() => {}
                        () = self.wake.notified() => {}
                        () = tokio::time::sleep(POLL) => {}
                    }
                }
                Err(error) => {
                    tracing::warn!(?error, "an event could not be tried; it stays in the queue");
                    tokio::select! {
                        () = stopping.cancelled() => {}
                        () = tokio::time::sleep(backoff) => {}
                    }
                    backoff = longest.min(backoff * 2);
                }
            }
        }
    }

    /// Events that this process accepted.
    async fn wake_by_hints(self) {
        let stopping = self.platform.tasks.stopping();
        let mut hints = self.platform.bus.subscribe::<EventAccepted>();
        loop {
            let hint = tokio::select! {
                () = stopping.cancelled() => return,
                hint = hints.recv() => hint,
            };
            match hint {
                Ok(_) => self.rush.note(1),
                Err(RecvError::Lagged(missed)) => self.rush.note(missed),
                Err(RecvError::Closed) => return,
            }
            self.wake.notify_one();
        }
    }

    /// Events that any process accepted, told by the database.
    async fn wake_by_notices(self) {
        let stopping = self.platform.tasks.stopping();
        loop {
            let listening = async {
                let connection = self.platform.db.primary().await?;
                self.listen(connection).await
            };
            tokio::select! {
                () = stopping.cancelled() => return,
                result = listening => if let Err(error) = result {
                    tracing::warn!(?error, "the database's notices are not heard; polling goes on");
                },
            }
            tokio::select! {
                () = stopping.cancelled() => return,
                () = tokio::time::sleep(BACKOFF.1) => {}
            }
        }
    }

    async fn listen(&self, connection: Connection) -> Result<()> {
        use diesel_async::SimpleAsyncConnection as _;

        // Taken out of the pool for good: nobody else should get a connection that listens.
        let mut connection = Connection::take(connection);
        connection
            .batch_execute(&format!("LISTEN {CHANNEL}"))
            .await?;
        self.wake.notify_one();
        let mut notices = std::pin::pin!(connection.notifications_stream());
        while let Some(notice) = notices.next().await {
            notice?;
            self.wake.notify_one();
        }
        Ok(())
    }

    /// Tries the next event that is due; false where none is.
    async fn process_next(&self) -> Result<bool> {
        let status = self
            .platform
            .db
            .transaction(async |tx| {
                let now = tx.now();
                match queue::lock_next(tx, now).await? {
                    Some(row) => self.try_event(tx, row).await.map(Some),
                    None => Ok(None),
                }
            })
            .await?;
        match status {
            Some(EventStatus::Pending) => self.counters.count_failure(),
            Some(status) => self.counters.count(status),
            None => {}
        }
        Ok(status.is_some())
    }

    /// How far the event came.
    async fn try_event(&self, tx: &mut Transaction, row: QueueRow) -> Result<EventStatus> {
        let at = (row.event_id, row.received_at);
        let Some(scope) = system_scope(tx, row.organization_id).await? else {
            let reason = "its organization was deleted";
            let now = tx.now();
            let status = EventStatus::Ignored;
            events::set_status(tx, at, status, row.attempts, reason, Some(now)).await?;
            queue::delete(tx, row.event_id).await?;
            return Ok(status);
        };
        let Some(event) = events::find_received(tx, row.event_id, row.received_at).await? else {
            // Retention was faster than the queue: nothing is left to process.
            queue::delete(tx, row.event_id).await?;
            return Ok(EventStatus::Ignored);
        };
        match self.process(tx, &scope, &event).await? {
            Ok(outcome) => settle(tx, &scope, &row, &outcome).await,
            Err(reason) => count_failure(tx, &scope, &row, &reason).await,
        }
    }

    /// Runs the workflow in a savepoint. The inner error says in words why the event failed; the outer one is trouble of the
    /// database, for which the event cannot be blamed.
    async fn process(
        &self,
        tx: &mut Transaction,
        scope: &OrgScope,
        event: &ReceivedEvent,
    ) -> Result<Result<Outcome, String>> {
        let hints = tx.hints();
        AnsiTransactionManager::begin_transaction(&mut **tx).await?;
        let running = self.processor.process(tx, scope, event);
        let reason = match AssertUnwindSafe(running).catch_unwind().await {
            Ok(Ok(outcome)) => {
                AnsiTransactionManager::commit_transaction(&mut **tx).await?;
                return Ok(Ok(outcome));
            }
            Ok(Err(error)) if is_transient(&error) => {
                // Out of the savepoint first: the caller ends the transaction around it. A broken connection ends both.
                drop(AnsiTransactionManager::rollback_transaction(&mut **tx).await);
                return Err(error);
            }
            Ok(Err(error)) => {
                tracing::warn!(event.id = %event.id, ?error, "event {} failed", event.id);
                in_words(&error)
            }
            Err(panic) => {
                let message = panic_message(&*panic);
                tracing::error!(event.id = %event.id, message, "event {} made its worker panic", event.id);
                format!("processing broke off: {message}")
            }
        };
        AnsiTransactionManager::rollback_transaction(&mut **tx).await?;
        tx.forget_hints_after(hints);
        Ok(Err(reason))
    }
}

async fn settle(
    tx: &mut Transaction,
    scope: &OrgScope,
    row: &QueueRow,
    outcome: &Outcome,
) -> Result<EventStatus> {
    let now = tx.now();
    let at = (row.event_id, row.received_at);
    let status = if outcome.ignored_because.is_some() {
        EventStatus::Ignored
    } else {
        EventStatus::Processed
    };
    events::settle(tx, at, outcome, status, (row.attempts + 1, now)).await?;
    queue::delete(tx, row.event_id).await?;
    tx.after_commit(EventSettled {
        organization_id: scope.organization_id(),
        event_id: row.event_id,
        user_id: outcome.user_id,
        status,
    });
    Ok(status)
}

/// Counts an attempt: another one follows after 2, then 4 seconds; after the last the event is a dead letter.
async fn count_failure(
    tx: &mut Transaction,
    scope: &OrgScope,
    row: &QueueRow,
    reason: &str,
) -> Result<EventStatus> {
    let now = tx.now();
    let at = (row.event_id, row.received_at);
    let attempts = row.attempts + 1;
    if attempts < ATTEMPTS_MAX {
        let due = now + TimeDelta::seconds(1 << attempts);
        queue::postpone(tx, row.event_id, attempts, due).await?;
        events::set_status(tx, at, EventStatus::Pending, attempts, reason, None).await?;
        return Ok(EventStatus::Pending);
    }
    queue::delete(tx, row.event_id).await?;
    events::set_status(tx, at, EventStatus::Dead, attempts, reason, Some(now)).await?;
    tx.after_commit(EventSettled {
        organization_id: scope.organization_id(),
        event_id: row.event_id,
        user_id: None,
        status: EventStatus::Dead,
    });
    Ok(EventStatus::Dead)
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
