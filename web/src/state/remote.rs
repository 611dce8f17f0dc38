//! Data read from the server: keyed by what it depends on, kept while it is read again.

use std::rc::Rc;

use leptos::prelude::*;
use shared::codes::ErrorCode;

use crate::{
    api::{
        client::{body_of, read_data, use_api},
        decode::Query,
        errors::{ApiError, Failure},
        json::Json,
        live::use_live,
    },
    ui::{
        async_view::{AsyncState, async_view},
        trouble::Trouble,
    },
};

/// How the reading of something goes.
#[derive(Clone, Copy)]
pub struct Reading {
    /// Why the last reading failed.
    pub trouble: RwSignal<Option<Trouble>>,
    /// Whether a reading is under way.
    pub is_loading: RwSignal<bool>,
    again: RwSignal<u32>,
    /// Numbers the readings; only the answer to the last one counts.
    newest: StoredValue<u32>,
}

/// The answer of a query, and how the reading of it goes.
pub struct Remote<T: Send + Sync + 'static> {
    /// The newest data; what was read before stays until it is replaced.
    pub data: RwSignal<Option<T>>,
    reading: Reading,
}

impl<T: Send + Sync> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync> Copy for Remote<T> {}

impl<T: Send + Sync> Remote<T> {
    /// Puts newer data from elsewhere, a subscription say, in place of what was read.
    ///
    /// The answer to a reading that is under way may be older, and would stay: it does not count any more.
    pub fn replace(self, data: T) {
        self.reading.newest.update_value(|number| *number += 1);
        self.reading.is_loading.set(false);
        self.reading.trouble.set(None);
        self.data.set(Some(data));
    }

    /// Reads again, unless the page was left meanwhile.
    pub fn try_refetch(self) {
        let _ = self.reading.again.try_update(|count| *count += 1);
    }

    /// Reads again; the old data stays on the page.
    pub fn refetch(self) {
        self.reading.again.update(|count| *count += 1);
    }
}

/// Runs `operation` whenever a signal that it reads changes, when asked to, and after a
/// reconnection.
pub fn remote<Q: Query>(operation: impl Fn() -> Q + 'static) -> Remote<Q::Data> {
    let data = RwSignal::new(None);
    let reading = read(
        Box::new(move || body_of(&operation())),
        Box::new(move |answer| read_data::<Q>(answer).map(|answer| data.set(Some(answer)))),
    );
    Remote { data, reading }
}

type Accept = dyn Fn(Result<Json, ApiError>) -> Result<(), ApiError>;

/// The part of reading that is the same for every query, compiled once.
fn read(request: Box<dyn Fn() -> String>, accept: Box<Accept>) -> Reading {
    let api = use_api();
    let live = use_live();
    let reading = Reading {
        trouble: RwSignal::new(None),
        is_loading: RwSignal::new(true),
        again: RwSignal::new(0),
        newest: StoredValue::new(0),
    };
    let newest = reading.newest;
    let accept = Rc::<Accept>::from(accept);
    // The resource is the driver; its own value says only that an answer came. The data is in a
    // signal of its own so that messages of a subscription can replace it.
    LocalResource::new(move || {
        reading.again.track();
        live.reconnections.track();
        let body = request();
        let accept = Rc::clone(&accept);
        async move {
            // The page may have been left meanwhile.
            let Some(number) = newest.try_get_value().map(|number| number + 1) else {
                return;
            };
            newest.set_value(number);
            reading.is_loading.set(true);
            let answer = api.send(body).await;
            // An answer to a question that is no longer asked.
            if newest.try_get_value() != Some(number) {
                return;
            }
            reading.is_loading.set(false);
            reading.trouble.set(accept(answer).err().map(Trouble::from));
        }
    });
    reading
}

impl From<ApiError> for Trouble {
    fn from(error: ApiError) -> Self {
        let title = match error.failure {
            Failure::Network => "No connection to the server",
            Failure::Malformed => "This page may be out of date",
            Failure::Refused(ErrorCode::Forbidden) => "Not yours to see",
            Failure::Refused(ErrorCode::NotFound) => "Not found",
            Failure::Refused(ErrorCode::RateLimited) => "Too many requests",
            Failure::Refused(ErrorCode::BadUserInput | ErrorCode::Conflict) => "That did not work",
            Failure::Refused(_) => "Something went wrong",
        };
        Self {
            title,
            detail: error.message,
            request_id: error.request_id,
        }
    }
}

/// Data that is there: content is built only once it is, and it never goes away again.
pub struct Loaded<T: Send + Sync + 'static>(RwSignal<Option<T>>);

impl<T: Send + Sync> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync> Copy for Loaded<T> {}

impl<T: Send + Sync> Loaded<T> {
    /// Reads from the data, and follows it.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.0.with(|data| {
            read(
                data.as_ref()
                    .expect("content is built after the first answer, and data stays"),
            )
        })
    }

    /// Reads from the data as it is now.
    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        untrack(|| self.with(read))
    }
}

impl<T: Send + Sync> Remote<T> {
    /// Shows the data: `skeleton` first, an error with a retry if it fails, else `content`.
    pub fn view(
        self,
        skeleton: fn() -> AnyView,
        content: impl Fn(Loaded<T>) -> AnyView + Send + Sync + 'static,
    ) -> AnyView {
        let state = AsyncState {
            is_ready: Memo::new(move |_| self.data.with(Option::is_some)).into(),
            is_loading: self.reading.is_loading.into(),
            trouble: self.reading.trouble.into(),
            retry: Callback::new(move |()| self.refetch()),
        };
        async_view(state, skeleton, move || content(Loaded(self.data)))
    }
}
