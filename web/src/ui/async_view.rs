//! The only way to show data that is read from elsewhere: loading, failed, there.

use leptos::prelude::*;

use super::{
    dynamic::{show, switch},
    trouble::{Trouble, trouble_bar, trouble_card},
};

/// What the view needs to know of the reading.
#[derive(Clone, Copy)]
pub struct AsyncState {
    /// Whether there is anything to show.
    pub is_ready: Signal<bool>,
    /// Whether a reading is under way.
    pub is_loading: Signal<bool>,
    /// Why the last reading failed.
    pub trouble: Signal<Option<Trouble>>,
    /// Reads again.
    pub retry: Callback<()>,
}

/// Shows `skeleton` until there is data, then `content`, which stays while data is read again.
pub fn async_view(
    state: AsyncState,
    skeleton: fn() -> AnyView,
    content: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let is_waiting =
        Signal::derive(move || !state.is_ready.get() && state.trouble.with(Option::is_none));
    let is_stale = Signal::derive(move || state.is_ready.get() && state.is_loading.get());
    view! {
        {switch(move || match (state.trouble.get(), state.is_ready.get()) {
            (None, _) => ().into_any(),
            (Some(trouble), true) => trouble_bar(trouble, state.retry),
            (Some(trouble), false) => trouble_card(trouble, state.retry),
        })}
        {show(is_waiting, move || view! { <div class="skeletons" aria-busy="true"><span class="only-read">"Loading"</span>{skeleton()}</div> }.into_any())}
        <div class="loaded" class:stale=is_stale>{show(state.is_ready, content)}</div>
    }
    .into_any()
}
