//! Subscriptions over HTTP, for clients without websockets: server-sent events, one request a subscription.
//!
//! The form is that of graphql-sse's "distinct connections" mode: `event: next` for each result, `event: complete` at the end.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::ServerError;
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::super::answer::Answer;
use super::super::credentials::{at, key_expiry};
use super::super::edge::Edge;
use super::super::schema::{Ask, Prepared};
use super::super::socket::{Message, Subscriber};
use super::accept::Media;
use crate::access::Actor;
use crate::contexts::identity::SessionEnded;
use crate::contexts::keys::ApiKeyEnded;
use crate::platform::bus::Receiver;

/// A comment this often keeps proxies from hanging up, and finds out who is gone.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Everything that one subscription over HTTP waits for.
struct Events {
    edge: Edge,
    subscriber: Subscriber,
    ask: Ask,
    messages: BoxStream<'static, Message>,
    session_ended: Receiver<SessionEnded>,
    key_ended: Receiver<ApiKeyEnded>,
    /// When the key that asks runs out.
    key_expires: Option<Instant>,
    closing: CancellationToken,
    next_comment: Instant,
    is_over: bool,
}

/// Answers a subscription with its results as they come.
pub(super) fn stream_of(
    edge: &Edge,
    subscriber: Subscriber,
    ask: Ask,
    prepared: Prepared,
) -> Response {
    let events = Events {
        messages: subscribe(edge, &subscriber, &ask, prepared),
        session_ended: edge.platform.bus.subscribe(),
        key_ended: edge.platform.bus.subscribe(),
        key_expires: key_expiry(edge, subscriber.actor.as_ref()),
        closing: edge.platform.tasks.closing(),
        edge: edge.clone(),
        subscriber,
        ask,
        next_comment: Instant::now() + KEEP_ALIVE,
        is_over: false,
    };
    let body = stream::unfold(events, async |mut events| {
        let bytes = events.next().await?;
        Some((Ok::<_, Infallible>(bytes), events))
    });
    respond(Body::from_stream(body))
}

/// What was answered at once, such as a refusal, as the one result of a stream.
pub(super) fn stream_of_one(answer: &Answer) -> Response {
    respond(Body::from([next(answer), complete()].concat()))
}

fn respond(body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, Media::EventStream.content_type()),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, body).into_response()
}

fn subscribe(
    edge: &Edge,
    subscriber: &Subscriber,
    ask: &Ask,
    prepared: Prepared,
) -> BoxStream<'static, Message> {
    let (hub, subscriber, ask) = (edge.hub.clone(), subscriber.clone(), ask.clone());
    async move { hub.subscribe(subscriber, ask, prepared).await }
        .flatten_stream()
        .boxed()
}

impl Events {
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if self.is_over {
                return None;
            }
            tokio::select! {
                () = self.closing.cancelled() => return None,
                hint = self.session_ended.recv() => {
                    let session = (self.subscriber.actor.as_ref()).and_then(Actor::session_id);
                    // A hint that was missed may have been ours: the client comes again and is asked who it is.
                    if hint.map_or(true, |hint| Some(hint.session_id) == session) {
                        return None;
                    }
                }
                hint = self.key_ended.recv() => {
                    let key = (self.subscriber.actor.as_ref()).and_then(Actor::api_key);
                    let is_ours = |ended: ApiKeyEnded| key.is_some_and(|key| key.id == ended.api_key_id);
                    if hint.map_or(key.is_some(), is_ours) {
                        return None;
                    }
                }
                () = at(self.key_expires) => return None,
                message = self.messages.next() => match message {
                    Some(Message::Answer(answer)) => {
                        self.is_over = answer.refusal.is_some();
                        return Some(self.result(&answer));
                    }
                    Some(Message::Again) => match self.prepare() {
                        Ok(prepared) => {
                            self.messages = subscribe(&self.edge, &self.subscriber, &self.ask, prepared);
                        }
                        Err(_) => return None,
                    },
                    None => {
                        self.is_over = true;
                        return Some(complete());
                    }
                },
                () = tokio::time::sleep_until(self.next_comment) => {
                    self.next_comment += KEEP_ALIVE;
                    return Some(Bytes::from_static(b":\n\n"));
                }
            }
        }
    }

    fn prepare(&self) -> Result<Prepared, ServerError> {
        let actor = self.subscriber.actor.as_ref();
        self.edge.schema.prepare(self.ask.clone(), actor)
    }

    fn result(&self, answer: &Arc<Answer>) -> Bytes {
        if self.is_over {
            [next(answer), complete()].concat().into()
        } else {
            next(answer)
        }
    }
}

/// JSON has no line breaks of its own, so one line of data holds it.
fn next(answer: &Answer) -> Bytes {
    [b"event: next\ndata: ".as_slice(), &answer.body, b"\n\n"]
        .concat()
        .into()
}

fn complete() -> Bytes {
    Bytes::from_static(b"event: complete\ndata:\n\n")
}
