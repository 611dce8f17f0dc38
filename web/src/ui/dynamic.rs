//! Reactive parts of a view, boxed early: each kind of closure would otherwise bring its own
//! copy of the rendering code.

use leptos::prelude::*;

/// Text that follows signals.
pub fn text(read: impl Fn() -> String + Send + Sync + 'static) -> AnyView {
    Signal::derive(read).into_any()
}

/// A part of the view that is built anew when a signal that it reads changes.
pub fn switch(build: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    boxed(Box::new(build))
}

fn boxed(build: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    (move || build()).into_any()
}

/// Shows a part only while `is_shown`; unlike [`switch`], changes of other signals leave it alone.
pub fn show(is_shown: Signal<bool>, build: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let is_shown = Memo::new(move |_| is_shown.get());
    switch(move || {
        if is_shown.get() {
            build()
        } else {
            ().into_any()
        }
    })
}

/// Reaches outside (the page, storage, the socket) whenever a signal that it reads changes.
pub fn effect(run: impl Fn() + 'static) {
    boxed_effect(Box::new(run));
}

fn boxed_effect(run: Box<dyn Fn()>) {
    Effect::new(move |_| run());
}
