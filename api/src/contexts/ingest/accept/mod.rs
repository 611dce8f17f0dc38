//! Durable acceptance in groups: arrivals that wait while a commit runs share the next one.
//!
//! A lone arrival does not wait for company. An arrival is answered after the commit that stores it and never before; when
//! the database is away it is refused, so that the provider sends it again.

mod committer;

use std::sync::Arc;
use std::time::Duration;

use shared::ids::EventId;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Mutex, mpsc, oneshot};

use self::committer::Committer;
use super::delivery::Delivery;
use super::measurements::{self, Arrivals};
use super::partitions;
use super::store::arrivals::Arrival;
use crate::error::{AppError, ErrorCode, Result};
use crate::platform::Platform;
use crate::platform::ids::time_of;

/// How many groups may be on their way to the disk at the same time.
const COMMITTERS: usize = 2;
/// How many arrivals may wait; more are asked to come again.
const WAITING_MAX: usize = 8192;
/// How long an arrival waits for its commit: providers give up after 10 seconds.
const PATIENCE: Duration = Duration::from_secs(9);

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The event that stores it.
    pub event_id: EventId,
    /// Whether this delivery made it; false where it was there before.
    pub is_new: bool,
}

/// Takes deliveries and answers when they are safe. Cheap to clone.
#[derive(Clone)]
pub struct Acceptor {
    platform: Platform,
    waiting: mpsc::Sender<Waiting>,
}

/// An arrival and who waits for it.
struct Waiting {
    arrival: Arrival,
    answer: oneshot::Sender<Result<Accepted>>,
}

impl Acceptor {
    /// Starts accepting; ends with the platform's tasks, after everything that waits then is stored.
    pub fn start(platform: &Platform) -> Self {
        let (waiting, arrivals) = mpsc::channel(WAITING_MAX);
        let arrivals = Arc::new(Mutex::new(arrivals));
        let counters = Arrivals::new(&platform.metrics);
        for _ in 0..COMMITTERS {
            let committer =
                Committer::new(platform.clone(), Arc::clone(&arrivals), counters.clone());
            platform.tasks.start("webhook committer", committer.run());
        }
        let keep_ready = partitions::keep_ready(platform.clone());
        platform.tasks.start("event partitions", keep_ready);
        let keep_measured = measurements::keep_queue_measured(platform.clone());
        platform.tasks.start("event queue figures", keep_measured);
        Self {
            platform: platform.clone(),
            waiting,
        }
    }

    /// Stores a delivery unless it is there already.
    ///
    /// # Errors
    /// `UPSTREAM_UNAVAILABLE` when it cannot be stored now; it may be sent again at any time.
    pub async fn accept(&self, delivery: Delivery) -> Result<Accepted> {
        let id = self.platform.ids.new_id();
        let received_at = time_of(id).expect("a new id carries its time");
        let (answer, answered) = oneshot::channel();
        let arrival = Arrival {
            id,
            received_at,
            delivery,
        };
        self.waiting
            .try_send(Waiting { arrival, answer })
            .map_err(|error| match error {
                TrySendError::Full(_) => unavailable("too many deliveries are waiting", 1),
                TrySendError::Closed(_) => unavailable("the server is stopping", 2),
            })?;
        match tokio::time::timeout(PATIENCE, answered).await {
            Ok(Ok(result)) => result,
            // Dropped without an answer: the server is stopping.
            Ok(Err(_)) => Err(unavailable("the server is stopping", 2)),
            Err(_) => Err(unavailable("the database does not answer", 5)),
        }
    }
}

fn unavailable(message: &'static str, seconds: u64) -> AppError {
    AppError::Refused {
        code: ErrorCode::UpstreamUnavailable,
        message: message.into(),
        retry_after: Some(Duration::from_secs(seconds)),
    }
}
