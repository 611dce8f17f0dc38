//! Ids: UUIDv7, so that they sort by the time they were made.

use chrono::{DateTime, Utc};
use uuid::{ContextV7, Timestamp, Uuid};

use super::clock::Clock;

/// Makes ids from the clock.
#[derive(Clone)]
pub struct Ids {
    clock: Clock,
    /// Keeps ids of one millisecond in the order they were made.
    context: std::sync::Arc<std::sync::Mutex<ContextV7>>,
}

impl Ids {
    /// Ids whose time comes from this clock.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            context: std::sync::Arc::new(std::sync::Mutex::new(ContextV7::new())),
        }
    }

    /// Now, by the clock that ids are made from.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A new id of now.
    pub fn new_id(&self) -> Uuid {
        self.new_id_at(self.clock.now())
    }

    /// A new id of a given time, such as an event's reception.
    pub fn new_id_at(&self, at: DateTime<Utc>) -> Uuid {
        let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
        let context = self
            .context
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Uuid::new_v7(Timestamp::from_unix(
            &*context,
            seconds,
            at.timestamp_subsec_nanos(),
        ))
    }
}

/// The millisecond that a UUIDv7 was made in; none for other ids.
pub fn time_of(id: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}
