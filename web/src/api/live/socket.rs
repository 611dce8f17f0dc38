//! The socket itself: its states, its streams, and the way back after a loss.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use super::{
    LiveStatus,
    backoff::delay_ms,
    protocol::{self, ServerMessage},
};
use crate::api::{
    client::{Api, Renewal},
    errors::ApiError,
    json::Json,
};

/// Receives the data of each result.
pub(super) type OnMessage = Rc<dyn Fn(Result<&Json, ApiError>)>;

/// Silence after which the server is asked for a sign of life, and after which it counts as gone.
const PING_AFTER_MS: f64 = 12_000.0;
const GONE_AFTER_MS: f64 = 25_000.0;
const WATCH_EVERY: Duration = Duration::from_secs(4);

/// Close codes that a fresh session may help against.
const UNAUTHORIZED: u16 = 4401;
const FORBIDDEN: u16 = 4403;
const MOST_REFUSALS: u32 = 3;

struct Stream {
    id: u32,
    body: String,
    on_message: OnMessage,
}

/// The listeners of one socket, kept alive as long as it.
struct Listeners {
    _open: Closure<dyn FnMut()>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _close: Closure<dyn FnMut(CloseEvent)>,
}

/// One socket and everything that runs over it.
pub(super) struct Hub {
    api: Api,
    status: RwSignal<LiveStatus>,
    reconnections: RwSignal<u32>,
    organization: RefCell<Option<String>>,
    socket: RefCell<Option<(WebSocket, Listeners)>>,
    streams: RefCell<Vec<Stream>>,
    next_id: Cell<u32>,
    /// Which socket is the current one: what older ones still say is not heard.
    generation: Cell<u32>,
    attempt: Cell<u32>,
    /// How often in a row the server refused who this is.
    refusals: Cell<u32>,
    was_live: Cell<bool>,
    last_heard: Cell<f64>,
    waiting: Cell<Option<TimeoutHandle>>,
}

impl Hub {
    pub(super) fn new(
        api: Api,
        status: RwSignal<LiveStatus>,
        reconnections: RwSignal<u32>,
    ) -> Rc<Self> {
        let hub = Rc::new(Self {
            api,
            status,
            reconnections,
            organization: RefCell::new(None),
            socket: RefCell::new(None),
            streams: RefCell::new(Vec::new()),
            next_id: Cell::new(1),
            generation: Cell::new(0),
            attempt: Cell::new(0),
            refusals: Cell::new(0),
            was_live: Cell::new(false),
            last_heard: Cell::new(0.0),
            waiting: Cell::new(None),
        });
        let watched = Rc::clone(&hub);
        set_interval(move || watched.watch(), WATCH_EVERY);
        for event in ["online", "offline", "visibilitychange"] {
            let woken = Rc::clone(&hub);
            let listener = Closure::<dyn FnMut()>::new(move || woken.network_changed());
            // Both live as long as the page. `visibilitychange` bubbles up from the document.
            let _ =
                window().add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
            listener.forget();
        }
        hub
    }

    pub(super) fn connect(self: &Rc<Self>, organization: Option<String>) {
        if *self.organization.borrow() == organization
            && self.status.get_untracked() != LiveStatus::Idle
        {
            return;
        }
        *self.organization.borrow_mut() = organization;
        self.attempt.set(0);
        self.was_live.set(false);
        self.open();
    }

    pub(super) fn disconnect(&self) {
        self.drop_socket();
        self.streams.borrow_mut().clear();
        *self.organization.borrow_mut() = None;
        self.was_live.set(false);
        self.status.set(LiveStatus::Idle);
    }

    pub(super) fn retry_now(self: &Rc<Self>) {
        if self.is_down() {
            self.open();
        }
    }

    /// Registers a stream and starts it now or as soon as there is a connection.
    pub(super) fn start(&self, body: String, on_message: OnMessage) -> u32 {
        let id = self.next_id.replace(self.next_id.get() + 1);
        if self.status.get_untracked() == LiveStatus::Live {
            self.send(&protocol::subscribe(id, &body));
        }
        self.streams.borrow_mut().push(Stream {
            id,
            body,
            on_message,
        });
        id
    }

    pub(super) fn stop(&self, id: u32) {
        let before = self.streams.borrow().len();
        self.streams.borrow_mut().retain(|stream| stream.id != id);
        if self.streams.borrow().len() < before && self.status.get_untracked() == LiveStatus::Live {
            self.send(&protocol::complete(id));
        }
    }

    fn is_down(&self) -> bool {
        matches!(
            self.status.get_untracked(),
            LiveStatus::Reconnecting | LiveStatus::Offline
        )
    }

    fn open(self: &Rc<Self>) {
        self.drop_socket();
        self.status
            .set(if self.was_live.get() || self.attempt.get() > 0 {
                LiveStatus::Reconnecting
            } else {
                LiveStatus::Connecting
            });
        let generation = self.generation.get();
        let Ok(socket) = WebSocket::new_with_str(&address(), "graphql-transport-ws") else {
            self.lost(generation, 0);
            return;
        };
        self.last_heard.set(js_sys::Date::now());

        let hub = Rc::clone(self);
        let open = Closure::<dyn FnMut()>::new(move || {
            if hub.generation.get() == generation {
                hub.send(&protocol::connection_init(
                    hub.organization.borrow().as_deref(),
                ));
            }
        });
        let hub = Rc::clone(self);
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if hub.generation.get() == generation
                && let Some(text) = event.data().as_string()
            {
                hub.heard(&text);
            }
        });
        let hub = Rc::clone(self);
        let close = Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
            hub.lost(generation, event.code());
        });
        socket.set_onopen(Some(open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(close.as_ref().unchecked_ref()));
        *self.socket.borrow_mut() = Some((
            socket,
            Listeners {
                _open: open,
                _message: message,
                _close: close,
            },
        ));
    }

    fn heard(self: &Rc<Self>, text: &str) {
        self.last_heard.set(js_sys::Date::now());
        match ServerMessage::parse(text) {
            Some(ServerMessage::Ack) => {
                self.attempt.set(0);
                self.status.set(LiveStatus::Live);
                for stream in self.streams.borrow().iter() {
                    self.send(&protocol::subscribe(stream.id, &stream.body));
                }
                if self.was_live.replace(true) {
                    self.reconnections.update(|count| *count += 1);
                }
            }
            Some(ServerMessage::Ping) => self.send(protocol::PONG),
            Some(ServerMessage::Next { id, payload }) => match payload.get("errors") {
                Some(errors) if !errors.items().is_empty() => {
                    self.deliver(id, Err(ApiError::from_errors(errors)))
                }
                _ => {
                    // Only data proves that the session is good: guests may open a socket, too.
                    self.refusals.set(0);
                    self.deliver(id, Ok(payload.get("data").unwrap_or(&Json::Null)));
                }
            },
            Some(ServerMessage::Error { id, errors }) => {
                let error = ApiError::from_errors(&errors);
                if error.is_unauthenticated() {
                    // The session ran out under the open socket: renew it, then connect anew.
                    self.drop_socket();
                    self.lost(self.generation.get(), UNAUTHORIZED);
                } else {
                    self.deliver(id, Err(error));
                }
            }
            // A stream that ended stays registered: the next connection asks for it again.
            Some(ServerMessage::Complete { .. }) => {}
            Some(ServerMessage::Pong) | None => {}
        }
    }

    fn deliver(&self, id: u32, answer: Result<&Json, ApiError>) {
        // The receiver may start or stop streams: nothing is borrowed while it runs.
        let receiver = self
            .streams
            .borrow()
            .iter()
            .find(|stream| stream.id == id)
            .map(|stream| Rc::clone(&stream.on_message));
        if let Some(receiver) = receiver {
            receiver(answer);
        }
    }

    fn lost(self: &Rc<Self>, generation: u32, code: u16) {
        if self.generation.get() != generation {
            return;
        }
        self.generation.set(generation + 1);
        let attempt = self.attempt.replace(self.attempt.get().saturating_add(1));
        if !window().navigator().on_line() {
            self.status.set(LiveStatus::Offline);
            return;
        }
        self.status.set(LiveStatus::Reconnecting);
        let wait = Duration::from_millis(delay_ms(attempt, js_sys::Math::random()).into());
        if matches!(code, UNAUTHORIZED | FORBIDDEN) {
            let hub = Rc::clone(self);
            let generation = self.generation.get();
            let refusals = self.refusals.replace(self.refusals.get() + 1);
            leptos::task::spawn_local(async move {
                let renewal = hub.api.refresh().await;
                if hub.generation.get() != generation {
                    return;
                }
                // Refused again and again with a fresh session: the access itself is gone.
                if renewal == Renewal::Refused
                    || (renewal == Renewal::Renewed && refusals >= MOST_REFUSALS)
                {
                    hub.disconnect();
                    hub.api.expire();
                } else {
                    hub.open_after(wait);
                }
            });
        } else {
            self.open_after(wait);
        }
    }

    fn open_after(self: &Rc<Self>, wait: Duration) {
        let hub = Rc::clone(self);
        let generation = self.generation.get();
        let reopen = move || {
            if hub.generation.get() == generation {
                hub.open();
            }
        };
        self.waiting.set(set_timeout_with_handle(reopen, wait).ok());
    }

    /// Closes the current socket without hearing of it again.
    fn drop_socket(&self) {
        self.generation.set(self.generation.get() + 1);
        if let Some(timer) = self.waiting.take() {
            timer.clear();
        }
        if let Some((socket, _listeners)) = self.socket.borrow_mut().take() {
            socket.set_onopen(None);
            socket.set_onmessage(None);
            socket.set_onclose(None);
            let _ = socket.close();
        }
    }

    fn send(&self, text: &str) {
        if let Some((socket, _)) = self.socket.borrow().as_ref()
            && socket.ready_state() == WebSocket::OPEN
        {
            // A socket that broke meanwhile reports it by its close event.
            let _ = socket.send_with_str(text);
        }
    }

    /// A network that went away without a word shows only by silence.
    fn watch(self: &Rc<Self>) {
        if !matches!(
            self.status.get_untracked(),
            LiveStatus::Live | LiveStatus::Connecting
        ) {
            return;
        }
        let silence = js_sys::Date::now() - self.last_heard.get();
        if silence > GONE_AFTER_MS {
            let generation = self.generation.get();
            self.lost(generation, 0);
        } else if silence > PING_AFTER_MS {
            self.send(protocol::PING);
        }
    }

    fn network_changed(self: &Rc<Self>) {
        if !window().navigator().on_line() {
            if self.status.get_untracked() == LiveStatus::Live {
                self.drop_socket();
                self.status.set(LiveStatus::Offline);
            }
        } else if self.is_down()
            && document().visibility_state() == web_sys::VisibilityState::Visible
        {
            self.open();
        }
    }
}

fn address() -> String {
    let location = window().location();
    let scheme = if location
        .protocol()
        .is_ok_and(|protocol| protocol == "https:")
    {
        "wss://"
    } else {
        "ws://"
    };
    [scheme, &location.host().unwrap_or_default(), "/graphql/ws"].concat()
}
