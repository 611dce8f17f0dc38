//! Answers that every request asks for, given from memory until a hint drops them.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::broadcast::error::TryRecvError;

use super::bus::Receiver;

/// How long an answer is believed. Hints drop it earlier; this bounds what a change by another process can leave behind.
pub const BELIEVED: TimeDelta = TimeDelta::seconds(10);

/// Answers remembered at most; beyond it everything is forgotten and asked again.
const CAPACITY: usize = 100_000;

/// Drops what a hint makes doubtful.
type Forget<K, V, H> = fn(&mut HashMap<K, Known<V>>, &H);

/// Answers of the database, dropped by hints.
///
/// Hints are not waited for by a task: whoever asks first hears everything that was published until now. A commit publishes
/// before its caller goes on, so a request that follows a change never finds here what was true before it.
pub struct Remembered<K, V, H> {
    state: Mutex<State<K, V, H>>,
    forget: Forget<K, V, H>,
}

/// An answer, and when the database gave it.
pub struct Known<V> {
    /// The answer.
    pub value: V,
    at: DateTime<Utc>,
}

struct State<K, V, H> {
    hints: Receiver<H>,
    known: HashMap<K, Known<V>>,
    /// Counts what was heard: an answer read before the last hint is not remembered after it.
    heard: u64,
}

/// When a question was asked, in hints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked(u64);

impl<K: Eq + Hash, V: Clone, H: Clone> Remembered<K, V, H> {
    /// An empty memory; `forget` takes out what a hint makes doubtful.
    pub fn new(hints: Receiver<H>, forget: Forget<K, V, H>) -> Self {
        let state = State {
            hints,
            known: HashMap::new(),
            heard: 0,
        };
        Self {
            state: Mutex::new(state),
            forget,
        }
    }

    /// What is known, or, where nothing is, when it was asked.
    ///
    /// # Errors
    /// Where it has to be asked.
    pub fn find(&self, key: &K, now: DateTime<Utc>) -> Result<V, Asked> {
        let mut state = self.listen();
        match state.known.get(key) {
            Some(known) if known.at + BELIEVED > now => Ok(known.value.clone()),
            _ => {
                state.known.remove(key);
                Err(Asked(state.heard))
            }
        }
    }

    /// Remembers an answer, unless anything was heard since it was asked.
    pub fn remember(&self, key: K, value: V, now: DateTime<Utc>, asked: Asked) {
        let mut state = self.listen();
        if Asked(state.heard) != asked {
            return;
        }
        if state.known.len() >= CAPACITY {
            state.known.clear();
        }
        state.known.insert(key, Known { value, at: now });
    }

    fn listen(&self) -> MutexGuard<'_, State<K, V, H>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match state.hints.try_recv() {
                Ok(hint) => {
                    state.heard += 1;
                    (self.forget)(&mut state.known, &hint);
                }
                Err(TryRecvError::Lagged(_)) => {
                    state.heard += 1;
                    state.known.clear();
                }
                Err(TryRecvError::Empty | TryRecvError::Closed) => return state,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::bus::Bus;

    #[derive(Clone, serde::Serialize, serde::Deserialize)]
    struct Ended(u8);

    impl crate::platform::bus::Hint for Ended {
        const TOPIC: Option<&'static str> = None;
    }

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn memory(bus: &Bus) -> Remembered<u8, &'static str, Ended> {
        Remembered::new(bus.subscribe(), |known, hint| {
            known.remove(&hint.0);
        })
    }

    #[test]
    fn a_hint_is_heard_by_the_next_question() {
        let bus = Bus::default();
        let memory = memory(&bus);
        let asked = memory.find(&7, NOW).unwrap_err();
        memory.remember(7, "alive", NOW, asked);
        assert_eq!(memory.find(&7, NOW), Ok("alive"));
        bus.publish(Ended(7));
        assert!(memory.find(&7, NOW).is_err());
    }

    #[test]
    fn an_answer_read_before_a_hint_is_not_remembered_after_it() {
        let bus = Bus::default();
        let memory = memory(&bus);
        let asked = memory.find(&7, NOW).unwrap_err();
        bus.publish(Ended(7));
        memory.remember(7, "alive", NOW, asked);
        assert!(memory.find(&7, NOW).is_err());
    }

    #[test]
    fn an_old_answer_is_asked_again() {
        let bus = Bus::default();
        let memory = memory(&bus);
        let asked = memory.find(&7, NOW).unwrap_err();
        memory.remember(7, "alive", NOW, asked);
        assert!(memory.find(&7, NOW + BELIEVED).is_err());
    }
}
