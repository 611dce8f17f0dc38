//! Which sessions are alive, asked on every request and answered from memory.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use shared::ids::{SessionId, UserId};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;

use super::super::SessionEnded;

/// How long an answer is believed. Hints drop it earlier; this bounds what a change by another process can leave behind.
const BELIEVED: TimeDelta = TimeDelta::seconds(10);

/// Sessions remembered at most; beyond it everything is forgotten and asked again.
const CAPACITY: usize = 100_000;

/// What is remembered of a live session.
#[derive(Clone, Copy)]
pub(super) struct Live {
    pub(super) user_id: UserId,
    pub(super) expires_at: DateTime<Utc>,
    /// When the database said so.
    pub(super) known_at: DateTime<Utc>,
}

/// Answers from memory, dropped by hints.
///
/// Hints are not waited for by a task: whoever asks first hears everything that was published until now. A commit publishes
/// before its caller goes on, so a request that follows a sign-out never finds the session in here.
pub(super) struct Liveness {
    state: Mutex<State>,
}

struct State {
    ended: Receiver<SessionEnded>,
    sessions: HashMap<SessionId, Live>,
    /// Counts what was heard: an answer read before the last hint is not remembered after it.
    heard: u64,
}

/// When a question was asked, in hints.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked(u64);

impl Liveness {
    pub(super) fn new(ended: Receiver<SessionEnded>) -> Self {
        let state = State {
            ended,
            sessions: HashMap::new(),
            heard: 0,
        };
        Self {
            state: Mutex::new(state),
        }
    }

    /// What is known of a session, or, where nothing is, when it was asked.
    pub(super) fn find(&self, id: SessionId, now: DateTime<Utc>) -> Result<Live, Asked> {
        let mut state = self.listen();
        match state.sessions.get(&id) {
            Some(live) if live.known_at + BELIEVED > now => Ok(*live),
            _ => {
                state.sessions.remove(&id);
                Err(Asked(state.heard))
            }
        }
    }

    /// Remembers an answer, unless anything was heard since it was asked.
    pub(super) fn remember(&self, id: SessionId, live: Live, asked: Asked) {
        let mut state = self.listen();
        if Asked(state.heard) != asked {
            return;
        }
        if state.sessions.len() >= CAPACITY {
            state.sessions.clear();
        }
        state.sessions.insert(id, live);
    }

    fn listen(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match state.ended.try_recv() {
                Ok(hint) => {
                    state.heard += 1;
                    state.sessions.remove(&hint.session_id);
                }
                Err(TryRecvError::Lagged(_)) => {
                    state.heard += 1;
                    state.sessions.clear();
                }
                Err(TryRecvError::Empty | TryRecvError::Closed) => return state,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::platform::bus::Bus;

    fn live(now: DateTime<Utc>) -> Live {
        Live {
            user_id: Uuid::from_u128(1).into(),
            expires_at: now + TimeDelta::hours(1),
            known_at: now,
        }
    }

    fn ended(id: SessionId) -> SessionEnded {
        SessionEnded {
            session_id: id,
            user_id: Uuid::from_u128(1).into(),
        }
    }

    #[test]
    fn a_hint_is_heard_by_the_next_question() {
        let (bus, id, now) = (
            Bus::default(),
            SessionId(Uuid::from_u128(7)),
            DateTime::UNIX_EPOCH,
        );
        let liveness = Liveness::new(bus.subscribe());
        let asked = liveness.find(id, now).err().unwrap();
        liveness.remember(id, live(now), asked);
        assert!(liveness.find(id, now).is_ok());
        bus.publish(ended(id));
        assert!(liveness.find(id, now).is_err());
    }

    #[test]
    fn an_answer_read_before_a_hint_is_not_remembered_after_it() {
        let (bus, id, now) = (
            Bus::default(),
            SessionId(Uuid::from_u128(7)),
            DateTime::UNIX_EPOCH,
        );
        let liveness = Liveness::new(bus.subscribe());
        let asked = liveness.find(id, now).err().unwrap();
        bus.publish(ended(id));
        liveness.remember(id, live(now), asked);
        assert!(liveness.find(id, now).is_err());
    }

    #[test]
    fn an_old_answer_is_asked_again() {
        let (bus, id, now) = (
            Bus::default(),
            SessionId(Uuid::from_u128(7)),
            DateTime::UNIX_EPOCH,
        );
        let liveness = Liveness::new(bus.subscribe());
        let asked = liveness.find(id, now).err().unwrap();
        liveness.remember(id, live(now), asked);
        assert!(liveness.find(id, now + BELIEVED).is_err());
    }
}
