//! A call that the person started: whether it runs, and why it failed.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{
        client::{Api, body_of, read_data, use_api},
        decode::Operation,
        errors::ApiError,
        json::Json,
    },
    ui::{dialog::CallState, trouble::Trouble},
};

/// One place from which calls are started, one at a time.
#[derive(Clone, Copy)]
pub struct Pending {
    /// Whether a call is running.
    pub is_busy: RwSignal<bool>,
    /// Why the last one failed.
    pub trouble: RwSignal<Option<Trouble>>,
    api: Api,
}

/// A place from which nothing was started yet.
pub fn pending() -> Pending {
    Pending {
        is_busy: RwSignal::new(false),
        trouble: RwSignal::new(None),
        api: use_api(),
    }
}

impl Pending {
    /// How the call goes, for a dialog that shows it.
    pub fn state(self) -> CallState {
        CallState {
            is_busy: self.is_busy.into(),
            trouble: self.trouble.into(),
        }
    }

    /// Runs `operation`, then `done` with its answer; a failure is kept in `trouble`.
    pub fn run<O: Operation>(self, operation: O, done: impl FnOnce(O::Data) + 'static) {
        self.run_or(operation, done, |_| false);
    }

    /// As [`run`](Self::run); `is_told` may take a failure that it shows at a better place.
    pub fn run_or<O: Operation>(
        self,
        operation: O,
        done: impl FnOnce(O::Data) + 'static,
        is_told: impl FnOnce(&ApiError) -> bool + 'static,
    ) {
        let finish = move |answer| match read_data::<O>(answer) {
            Ok(data) => {
                done(data);
                None
            }
            Err(error) => (!is_told(&error)).then_some(error),
        };
        self.start(body_of(&operation), Box::new(finish));
    }

    /// The part of a call that is the same for every operation, compiled once.
    fn start(self, body: String, finish: Box<Finish>) {
        if self.is_busy.get_untracked() {
            return;
        }
        self.is_busy.set(true);
        self.trouble.set(None);
        spawn_local(async move {
            let answer = self.api.send(body).await;
            // The page may have been left meanwhile; then nobody is there to be told.
            if self.is_busy.try_set(false).is_none() {
                self.trouble.set(finish(answer).map(Trouble::from));
            }
        });
    }
}

/// Takes an answer; gives back the failure that is still to be told.
type Finish = dyn FnOnce(Result<Json, ApiError>) -> Option<ApiError>;
