//! Subscriptions over one websocket per organization, which finds its way back by itself.

mod backoff;
mod protocol;
mod socket;

use std::rc::Rc;

use leptos::prelude::*;

use self::socket::Hub;
use super::{
    client::Api,
    decode::{Operation, Read, Subscription, request_body},
    errors::ApiError,
    json::Json,
};

/// How the page is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveStatus {
    /// Nothing is asked for yet.
    Idle,
    /// The first connection is being made.
    Connecting,
    /// Changes arrive as they happen.
    Live,
    /// The connection was lost and is being made again.
    Reconnecting,
    /// The browser says that there is no network.
    Offline,
}

/// The live connection of this page.
#[derive(Clone, Copy)]
pub struct Live {
    hub: StoredValue<Rc<Hub>, LocalStorage>,
    /// How the page is connected.
    pub status: RwSignal<LiveStatus>,
    /// Counts reconnections: whoever shows data reads it again, as messages may have been missed.
    pub reconnections: RwSignal<u32>,
}

/// Puts the live connection into the context.
pub fn provide_live(api: Api) -> Live {
    let status = RwSignal::new(LiveStatus::Idle);
    let reconnections = RwSignal::new(0);
    let live = Live {
        hub: StoredValue::new_local(Hub::new(api, status, reconnections)),
        status,
        reconnections,
    };
    provide_context(live);
    live
}

/// The live connection of this page.
pub fn use_live() -> Live {
    use_context().expect("the app provides its live connection before anything is shown")
}

impl Live {
    /// Connects for an organization; a connection for another one is closed first.
    pub fn connect(self, organization: String) {
        self.hub.get_value().connect(Some(organization));
    }

    /// Closes the connection and forgets every stream.
    pub fn disconnect(self) {
        self.hub.get_value().disconnect();
    }

    /// Tries at once instead of waiting for the next attempt.
    pub fn retry_now(self) {
        self.hub.get_value().retry_now();
    }

    /// Follows a subscription until the owner (a component or an effect) is cleaned up.
    pub fn subscribe<O: Subscription>(
        self,
        operation: &O,
        on_message: impl Fn(Result<<O as Operation>::Data, ApiError>) + 'static,
    ) {
        let body = request_body(O::NAME, O::DOCUMENT, operation);
        self.follow(
            body,
            Rc::new(move |answer: Result<&Json, ApiError>| {
                on_message(answer.and_then(|data| {
                    O::Data::read(data).map_err(|error| ApiError::malformed(error.0))
                }));
            }),
        );
    }

    fn follow(self, body: String, on_message: socket::OnMessage) {
        let hub = self.hub.get_value();
        let id = hub.start(body, on_message);
        // Cleanups must be `Send`; the page has one thread, so the hub is reached by its handle.
        let handle = self.hub;
        on_cleanup(move || {
            if let Some(hub) = handle.try_get_value() {
                hub.stop(id);
            }
        });
    }
}
