//! The operations that run on one socket.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Pos, ServerError};
use futures_util::stream::{self, AbortHandle, BoxStream, SelectAll};
use futures_util::{FutureExt as _, StreamExt as _};

use super::super::answer::Answer;
use super::super::budget;
use super::super::edge::Edge;
use super::super::request::RequestData;
use super::super::schema::{Ask, Prepared};
use super::share::{Message, Subscriber};
use crate::access::Actor;
use crate::contexts::identity::SessionEnded;
use crate::contexts::keys::ApiKeyEnded;
use crate::error::{AppError, ErrorCode};
use crate::platform::rate_limit::Budget;

/// Operations that may run on one socket at a time.
const MAX_OPERATIONS: usize = 50;

/// Something an operation has to say.
pub(super) struct Event {
    id: Arc<str>,
    /// Which operation of this id: a late word of an ended one is not heard.
    serial: u64,
    word: Word,
}

enum Word {
    Says(Message),
    End,
}

/// What the client is to be told.
pub(super) enum Outcome {
    /// A result.
    Next(Arc<str>, Arc<Answer>),
    /// The operation was refused and is over.
    Error(Arc<str>, Arc<Answer>),
    /// The operation is over.
    Complete(Arc<str>),
    /// Nothing.
    Silence,
}

struct Running {
    serial: u64,
    abort: AbortHandle,
    is_subscription: bool,
    /// What to subscribe to again when rights change: boards may be shared, so who shares them is asked anew. Other
    /// subscriptions watch the rights of their one subscriber themselves, and lose nothing meanwhile.
    again: Option<Ask>,
}

/// The operations that run on one socket.
pub(super) struct Operations {
    edge: Edge,
    subscriber: Subscriber,
    running: HashMap<Arc<str>, Running>,
    events: SelectAll<BoxStream<'static, Event>>,
    last_serial: u64,
}

impl Operations {
    pub(super) fn new(edge: Edge, subscriber: Subscriber) -> Self {
        Self {
            edge,
            subscriber,
            running: HashMap::new(),
            events: SelectAll::new(),
            last_serial: 0,
        }
    }

    /// Who subscribes.
    pub(super) fn subscriber(&self) -> &Subscriber {
        &self.subscriber
    }

    /// Whether they run in this session.
    pub(super) fn are_in_session(&self, ended: SessionEnded) -> bool {
        let actor = self.subscriber.actor.as_ref();
        actor.and_then(Actor::session_id) == Some(ended.session_id)
    }

    /// Whether they run by this key.
    pub(super) fn are_by_key(&self, ended: ApiKeyEnded) -> bool {
        let key = self.subscriber.actor.as_ref().and_then(Actor::api_key);
        key.is_some_and(|key| key.id == ended.api_key_id)
    }

    /// Whether an operation of this id runs.
    pub(super) fn is_running(&self, id: &str) -> bool {
        self.running.contains_key(id)
    }

    /// Whether a query or mutation runs.
    pub(super) fn has_requests(&self) -> bool {
        self.running
            .values()
            .any(|running| !running.is_subscription)
    }

    /// Starts an operation; the outcome is its refusal, or silence.
    pub(super) async fn start(&mut self, id: String, ask: Ask) -> Outcome {
        let id: Arc<str> = id.into();
        if self.running.len() >= MAX_OPERATIONS {
            let message = format!("a socket runs at most {MAX_OPERATIONS} operations at a time");
            let refusal = AppError::refused(ErrorCode::RateLimited, message);
            return self.refused(id, refusal);
        }
        self.edge.keys.note_use(self.subscriber.actor.as_ref());
        let prepared = match self.prepare(&id, &ask) {
            Ok(prepared) => prepared,
            Err(refusal) => return refusal,
        };
        let (budgets, subscriber) = (self.edge.budgets.clone(), self.subscriber.clone());
        let actor = subscriber.actor.as_ref();
        match budgets
            .spend(actor, &subscriber.info, prepared.points())
            .await
        {
            Ok(left) => self.begin(id, ask, prepared, Some(left)),
            Err(over) => self.refused(id, budget::refusal(&over)),
        }
    }

    fn prepare(&self, id: &Arc<str>, ask: &Ask) -> std::result::Result<Prepared, Outcome> {
        let actor = self.subscriber.actor.as_ref();
        self.edge
            .schema
            .prepare(ask.clone(), actor)
            .map_err(|error| {
                let answer = self.edge.schema.refuse(error, &self.subscriber.info);
                Outcome::Error(Arc::clone(id), Arc::new(answer))
            })
    }

    fn begin(
        &mut self,
        id: Arc<str>,
        ask: Ask,
        prepared: Prepared,
        budget: Option<Budget>,
    ) -> Outcome {
        let is_subscription = prepared.kind == OperationType::Subscription;
        let again = prepared.is_snapshot().then(|| ask.clone());
        let messages = if is_subscription {
            self.subscription(ask, prepared)
        } else {
            self.request(prepared, budget)
        };
        self.last_serial += 1;
        let serial = self.last_serial;
        let words = messages
            .map(Word::Says)
            .chain(stream::once(std::future::ready(Word::End)));
        let (words, abort) = stream::abortable(words);
        let event_id = Arc::clone(&id);
        let events = words.map(move |word| Event {
            id: Arc::clone(&event_id),
            serial,
            word,
        });
        self.events.push(events.boxed());
        let running = Running {
            serial,
            abort,
            is_subscription,
            again,
        };
        self.running.insert(id, running);
        Outcome::Silence
    }

    fn subscription(&self, ask: Ask, prepared: Prepared) -> BoxStream<'static, Message> {
        let hub = self.edge.hub.clone();
        let subscriber = self.subscriber.clone();
        async move { hub.subscribe(subscriber, ask, prepared).await }
            .flatten_stream()
            .boxed()
    }

    fn request(&self, prepared: Prepared, budget: Option<Budget>) -> BoxStream<'static, Message> {
        let schema = self.edge.schema.clone();
        let data = RequestData::new(
            self.subscriber.actor.clone(),
            self.subscriber.info.clone(),
            self.subscriber.organization.clone(),
        )
        .with_budget(budget, &self.edge.budgets);
        stream::once(async move { Message::Answer(Arc::new(schema.execute(prepared, data).await)) })
            .boxed()
    }

    /// Ends an operation that the client completed.
    pub(super) fn stop(&mut self, id: &str) {
        if let Some(running) = self.running.remove(id) {
            running.abort.abort();
        }
    }

    /// The next event; waits for ever while nothing runs.
    pub(super) async fn next(&mut self) -> Event {
        loop {
            if let Some(event) = self.events.next().await {
                return event;
            }
            std::future::pending::<()>().await;
        }
    }

    /// What an event means for the client.
    pub(super) fn take(&mut self, event: Event) -> Outcome {
        let Event { id, serial, word } = event;
        let is_current = self
            .running
            .get(&id)
            .is_some_and(|running| running.serial == serial);
        if !is_current {
            return Outcome::Silence;
        }
        match word {
            Word::Says(Message::Answer(answer)) if answer.refusal.is_some() => {
                self.stop(&id);
                Outcome::Error(id, answer)
            }
            Word::Says(Message::Answer(answer)) => Outcome::Next(id, answer),
            Word::Says(Message::Again) => self.restart(id),
            Word::End => {
                self.stop(&id);
                Outcome::Complete(id)
            }
        }
    }

    /// Subscribes to boards anew, as rights have changed: what is not allowed any more ends in an error.
    pub(super) fn restart_boards(&mut self) -> Vec<Outcome> {
        let ids = self.ids(|running| running.again.is_some());
        ids.into_iter().map(|id| self.restart(id)).collect()
    }

    fn restart(&mut self, id: Arc<str>) -> Outcome {
        let Some(running) = self.running.remove(&id) else {
            return Outcome::Silence;
        };
        running.abort.abort();
        let Some(ask) = running.again else {
            return Outcome::Silence;
        };
        // What the server starts anew by itself costs the client nothing.
        match self.prepare(&id, &ask) {
            Ok(prepared) => self.begin(id, ask, prepared, None),
            Err(refusal) => refusal,
        }
    }

    /// Ends every subscription in an error, as the session is over.
    pub(super) fn refuse_subscriptions(&mut self) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for id in self.ids(|running| running.is_subscription) {
            self.stop(&id);
            outcomes.push(self.refused(id, AppError::unauthenticated()));
        }
        outcomes
    }

    fn ids(&self, is_meant: impl Fn(&Running) -> bool) -> Vec<Arc<str>> {
        self.running
            .iter()
            .filter(|(_, running)| is_meant(running))
            .map(|(id, _)| Arc::clone(id))
            .collect()
    }

    fn refused(&self, id: Arc<str>, error: AppError) -> Outcome {
        let error = async_graphql::Error::from(error).into_server_error(Pos::default());
        let error = ServerError {
            locations: Vec::new(),
            ..error
        };
        let answer = Answer::refused(vec![error], &self.subscriber.info);
        Outcome::Error(id, Arc::new(answer))
    }
}
