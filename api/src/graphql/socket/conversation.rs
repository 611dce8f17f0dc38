//! One socket from its first message to its last.

use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message as Frame, Utf8Bytes, WebSocket};
use axum::http::{HeaderMap, header};
use serde_json::{Map, Value};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, timeout};

use super::super::credentials::{
    Cookies, ORGANIZATION_HEADER, actor_of, at, has_session_cookies, key_expiry, organization_in,
    organization_of,
};
use super::super::edge::Edge;
use super::operations::{Operations, Outcome};
use super::protocol::{self, ClientMessage, Close};
use super::share::Subscriber;
use crate::access::{Actor, RequestInfo};
use crate::contexts::identity::{SessionEnded, StandingChanged};
use crate::contexts::keys::ApiKeyEnded;
use crate::error::{AppError, ErrorCode, Result};
use crate::platform::bus::Receiver;

/// How long the other side may take to answer a close.
const GOODBYE: Duration = Duration::from_secs(2);
/// How often a key whose time has come is asked again whether it is good.
const KEY_LOOK: Duration = Duration::from_secs(1);
/// How long requests may still run when their session has ended.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// What the handshake brought.
pub(super) struct Handshake {
    headers: HeaderMap,
    info: RequestInfo,
}

impl Handshake {
    /// Keeps what is needed later of a handshake.
    pub(super) fn new(mut headers: HeaderMap, info: RequestInfo) -> Self {
        let kept = [
            header::COOKIE.as_str(),
            header::ORIGIN.as_str(),
            header::HOST.as_str(),
            header::AUTHORIZATION.as_str(),
            ORGANIZATION_HEADER,
        ];
        let others: Vec<_> = headers
            .keys()
            .filter(|name| !kept.contains(&name.as_str()))
            .cloned()
            .collect();
        for name in others {
            headers.remove(name);
        }
        Self { headers, info }
    }

    /// Who subscribes, and about which organization.
    async fn subscriber(&self, edge: &Edge, payload: &Map<String, Value>) -> Going<Subscriber> {
        let actor = match self.authenticate(edge, payload).await {
            Ok(Some(actor)) => Some(actor),
            // A browser whose access ran out renews it and comes again; a guest asks what everybody may.
            Ok(None) if !has_session_cookies(&self.headers) => None,
            Ok(None) | Err(_) => return Err(Close::Forbidden.into()),
        };
        let organization = match text_of(payload, ORGANIZATION_HEADER) {
            Some(name) => organization_of(Some(name)),
            None => organization_in(&self.headers),
        };
        Ok(Subscriber {
            actor,
            info: self.info.clone(),
            organization: organization.map_err(|_| Close::Forbidden)?,
        })
    }

    /// Who speaks: by `connection_init`, else by the handshake.
    async fn authenticate(
        &self,
        edge: &Edge,
        payload: &Map<String, Value>,
    ) -> Result<Option<Actor>> {
        let mut headers = self.headers.clone();
        if let Some(token) = text_of(payload, header::AUTHORIZATION.as_str()) {
            let value = token.parse().map_err(|_| AppError::unauthenticated())?;
            headers.insert(header::AUTHORIZATION, value);
        }
        let cookies = Cookies::Socket {
            origins: &edge.settings.origins,
        };
        actor_of(&headers, cookies, edge, self.info.clone()).await
    }
}

/// One socket.
pub(super) struct Conversation {
    edge: Edge,
    handshake: Handshake,
    socket: WebSocket,
    session_ended: Receiver<SessionEnded>,
    key_ended: Receiver<ApiKeyEnded>,
    standing_changed: Receiver<StandingChanged>,
    /// Whether anything was heard since the last look.
    was_heard: bool,
}

/// Why a conversation ends.
enum End {
    /// This side closes.
    Close(Close, String),
    /// A message of the client was too long.
    TooLong,
    /// The other side closes.
    Closed,
    /// The other side is gone.
    Gone,
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        Self::Close(close, String::new())
    }
}

type Going<T = ()> = std::result::Result<T, End>;

impl Conversation {
    pub(super) fn new(edge: Edge, handshake: Handshake, socket: WebSocket) -> Self {
        Self {
            session_ended: edge.platform.bus.subscribe(),
            key_ended: edge.platform.bus.subscribe(),
            standing_changed: edge.platform.bus.subscribe(),
            edge,
            handshake,
            socket,
            was_heard: true,
        }
    }

    /// Speaks until one side ends it.
    pub(super) async fn hold(mut self) {
        let Err(end) = self.converse().await;
        match end {
            End::Close(close, id) => {
                let (code, reason) = close.frame(&id);
                self.close(code, reason).await;
            }
            End::TooLong => self.close(1009, "Message too big".to_owned()).await,
            End::Closed => self.answer_close().await,
            End::Gone => {}
        }
    }

    async fn converse(&mut self) -> Going<Infallible> {
        if self.socket.protocol().is_none() {
            return Err(Close::OtherProtocol.into());
        }
        let closing = self.edge.platform.tasks.closing();
        let payload = tokio::select! {
            () = closing.cancelled() => return Err(Close::GoingAway.into()),
            payload = timeout(self.edge.settings.init_timeout, self.await_init()) => {
                payload.map_err(|_| Close::InitTimeout)??
            }
        };
        let subscriber = self.handshake.subscriber(&self.edge, &payload).await?;
        self.send(protocol::ack()).await?;
        let mut operations = Operations::new(self.edge.clone(), subscriber);
        let keep_alive = self.edge.settings.keep_alive;
        let mut look = Instant::now() + keep_alive;
        let mut silent_looks = 0;
        let mut key_expires = key_expiry(&self.edge, operations.subscriber().actor.as_ref());
        loop {
            tokio::select! {
                () = closing.cancelled() => return Err(Close::GoingAway.into()),
                frame = self.socket.recv() => {
                    let frame = frame.ok_or(End::Gone)?;
                    if let Some(message) = self.read(frame)? {
                        self.handle(message, &mut operations).await?;
                    }
                }
                event = operations.next() => {
                    let outcome = operations.take(event);
                    self.tell(outcome).await?;
                }
                hint = self.session_ended.recv() => {
                    let is_over = match hint {
                        Ok(hint) => operations.are_in_session(hint),
                        // Some were missed: the truth is asked.
                        Err(_) => self.is_over(&payload, operations.subscriber()).await,
                    };
                    if is_over {
                        return Err(self.end_session(operations).await);
                    }
                }
                hint = self.key_ended.recv() => {
                    // Rotated or changed, it may still be good; and missed hints may have been about it.
                    let is_ours = hint.map_or(true, |hint| operations.are_by_key(hint));
                    if is_ours && self.is_over(&payload, operations.subscriber()).await {
                        return Err(self.end_session(operations).await);
                    }
                    // Where the secret works for a while yet, it has an end now.
                    if is_ours {
                        key_expires = self.key_expiry(&payload).await;
                    }
                }
                () = at(key_expires) => {
                    if self.is_over(&payload, operations.subscriber()).await {
                        return Err(self.end_session(operations).await);
                    }
                    key_expires = Some(Instant::now() + KEY_LOOK);
                }
                hint = self.standing_changed.recv() => {
                    if concerns(hint, operations.subscriber()) {
                        for outcome in operations.restart_boards() {
                            self.tell(outcome).await?;
                        }
                    }
                }
                () = tokio::time::sleep_until(look) => {
                    look += keep_alive;
                    silent_looks = if std::mem::take(&mut self.was_heard) { 0 } else { silent_looks + 1 };
                    if silent_looks >= 2 {
                        return Err(Close::TooSlow.into());
                    }
                    if self.is_over(&payload, operations.subscriber()).await {
                        return Err(self.end_session(operations).await);
                    }
                    self.send_frame(Frame::Ping(Default::default())).await?;
                }
            }
        }
    }

    /// Waits for `connection_init`; pings are answered before it, too.
    async fn await_init(&mut self) -> Going<Map<String, Value>> {
        loop {
            let frame = self.socket.recv().await.ok_or(End::Gone)?;
            match self.read(frame)? {
                Some(ClientMessage::Init(payload)) => return Ok(payload),
                Some(ClientMessage::Ping(payload)) => self.send(protocol::pong(payload)).await?,
                Some(ClientMessage::Subscribe { .. }) => return Err(Close::Unauthorized.into()),
                Some(ClientMessage::Pong | ClientMessage::Complete { .. }) | None => {}
            }
        }
    }

    fn read(
        &mut self,
        frame: std::result::Result<Frame, axum::Error>,
    ) -> Going<Option<ClientMessage>> {
        self.was_heard = true;
        match frame {
            Ok(Frame::Text(text)) => Ok(Some(ClientMessage::parse(&text)?)),
            Ok(Frame::Binary(_)) => Err(Close::Malformed("Messages are text").into()),
            // The library answers pings and closes itself.
            Ok(Frame::Ping(_) | Frame::Pong(_)) => Ok(None),
            Ok(Frame::Close(_)) => Err(End::Closed),
            Err(error) => {
                let text = error.to_string();
                tracing::debug!("a websocket broke: {text}");
                if text.contains("too long") || text.contains("Space limit") {
                    Err(End::TooLong)
                } else {
                    Err(End::Gone)
                }
            }
        }
    }

    async fn handle(&mut self, message: ClientMessage, operations: &mut Operations) -> Going {
        match message {
            ClientMessage::Init(_) => Err(Close::TooManyInits.into()),
            ClientMessage::Ping(payload) => self.send(protocol::pong(payload)).await,
            ClientMessage::Pong => Ok(()),
            ClientMessage::Subscribe { id, .. } if operations.is_running(&id) => {
                Err(End::Close(Close::DuplicateId, id))
            }
            ClientMessage::Subscribe { id, ask } => {
                let outcome = operations.start(id, ask).await;
                self.tell(outcome).await
            }
            ClientMessage::Complete { id } => {
                operations.stop(&id);
                Ok(())
            }
        }
    }

    async fn tell(&mut self, outcome: Outcome) -> Going {
        let text = match outcome {
            Outcome::Silence => return Ok(()),
            Outcome::Next(id, answer) => protocol::next(&id, &answer.body),
            Outcome::Error(id, answer) => match &answer.refusal {
                Some(refusal) => protocol::error(&id, &refusal.errors),
                None => protocol::complete(&id),
            },
            Outcome::Complete(id) => protocol::complete(&id),
        };
        self.send(text).await
    }

    /// When the key's secret stops working, as far as that is known now.
    fn key_expiry<'a>(
        &'a mut self,
        payload: &'a Map<String, Value>,
    ) -> impl Future<Output = Option<Instant>> + Send + 'a {
        let (edge, handshake) = (&self.edge, &self.handshake);
        async move {
            let actor = handshake.authenticate(edge, payload).await.ok()?;
            key_expiry(edge, actor.as_ref())
        }
    }

    /// Whether the session or the key is over, or the key may not any more what it might; the database not answering ends
    /// nothing.
    fn is_over<'a>(
        &'a mut self,
        payload: &'a Map<String, Value>,
        subscriber: &'a Subscriber,
    ) -> impl Future<Output = bool> + Send + 'a {
        // The socket itself is not shared between threads; only these two are held while waiting.
        let (edge, handshake) = (&self.edge, &self.handshake);
        async move {
            let Some(actor) = &subscriber.actor else {
                return false;
            };
            match handshake.authenticate(edge, payload).await {
                Ok(Some(now)) => {
                    let scopes = |actor: &Actor| actor.api_key().map(|key| key.scopes.clone());
                    scopes(&now) != scopes(actor)
                }
                Ok(None) => true,
                Err(error) => error.code() == ErrorCode::Unauthenticated,
            }
        }
    }

    /// Ends the streams in an error, lets requests finish (one of them may have been the signing out), and closes.
    async fn end_session(&mut self, mut operations: Operations) -> End {
        for outcome in operations.refuse_subscriptions() {
            if let Err(end) = self.tell(outcome).await {
                return end;
            }
        }
        let deadline = Instant::now() + LAST_REQUESTS;
        while operations.has_requests() {
            match tokio::time::timeout_at(deadline, operations.next()).await {
                Ok(event) => {
                    let outcome = operations.take(event);
                    if let Err(end) = self.tell(outcome).await {
                        return end;
                    }
                }
                Err(_) => break,
            }
        }
        Close::Forbidden.into()
    }

    async fn send(&mut self, text: Utf8Bytes) -> Going {
        self.send_frame(Frame::Text(text)).await
    }

    async fn send_frame(&mut self, frame: Frame) -> Going {
        match timeout(self.edge.settings.send_timeout, self.socket.send(frame)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(Close::TooSlow.into()),
        }
    }

    /// Says goodbye, and hears the other side's, so that the code arrives before the connection is cut.
    async fn close(&mut self, code: u16, reason: String) {
        let frame = Frame::Close(Some(CloseFrame {
            code,
            reason: reason.into(),
        }));
        if let Ok(Ok(())) = timeout(GOODBYE, self.socket.send(frame)).await {
            self.answer_close().await;
        }
    }

    /// Reads to the end: by that, the library sends what answers a close. A client that never ends is simply left.
    async fn answer_close(&mut self) {
        let rest = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        let _ = timeout(GOODBYE, rest).await;
    }
}

/// Whether a change of standing is about who subscribes; missed hints may have been.
fn concerns(
    hint: std::result::Result<StandingChanged, RecvError>,
    subscriber: &Subscriber,
) -> bool {
    match hint {
        Ok(hint) => {
            let actor = subscriber.actor.as_ref();
            actor.is_some_and(|actor| hint.concerns_person(actor.user_id()))
        }
        Err(RecvError::Lagged(_)) => true,
        Err(RecvError::Closed) => false,
    }
}

/// A text of `connection_init`'s payload; names are compared as those of headers.
fn text_of<'a>(payload: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    payload
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .and_then(|(_, value)| value.as_str())
}
