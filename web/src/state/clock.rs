//! The time as the server has it: the page never trusts the computer's own clock.

use std::time::Duration;

use leptos::prelude::*;

use crate::time::Timestamp;

/// How often relative times ("5 min ago") are written anew.
const TICK: Duration = Duration::from_secs(15);

/// The server's clock.
#[derive(Clone, Copy)]
pub struct Clock {
    offset_ms: StoredValue<f64>,
    ticking: RwSignal<Timestamp>,
}

/// Puts the clock into the context.
pub fn provide_clock() -> Clock {
    let clock = Clock {
        offset_ms: StoredValue::new(0.0),
        ticking: RwSignal::new(Timestamp(js_sys::Date::now() as i64)),
    };
    set_interval(move || clock.ticking.set(clock.now()), TICK);
    provide_context(clock);
    clock
}

/// The clock of this page.
pub fn use_clock() -> Clock {
    use_context().expect("the app provides the clock before anything is shown")
}

impl Clock {
    /// Sets the clock by what the server says.
    pub fn synchronize(self, server_now: Timestamp) {
        self.offset_ms
            .set_value(server_now.0 as f64 - js_sys::Date::now());
        self.ticking.set(server_now);
    }

    /// The time now.
    pub fn now(self) -> Timestamp {
        Timestamp((js_sys::Date::now() + self.offset_ms.get_value()) as i64)
    }

    /// The time now, as a signal that moves every few seconds.
    pub fn ticking(self) -> Timestamp {
        self.ticking.get()
    }
}
