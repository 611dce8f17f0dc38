//! Turning the pages of a list that comes in stretches.

use leptos::prelude::*;

use super::{
    button::{Look, button},
    dynamic::show,
};

/// Where a list stands: the cursors of the pages before this one.
#[derive(Clone, Copy)]
pub struct Pages(RwSignal<Vec<String>>);

impl Pages {
    /// At the first page.
    pub fn first() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// The cursor that this page begins behind.
    pub fn after(self) -> Option<String> {
        self.0.with(|cursors| cursors.last().cloned())
    }

    /// Back to the first page.
    pub fn restart(self) {
        if self.0.with_untracked(|cursors| !cursors.is_empty()) {
            self.0.set(Vec::new());
        }
    }
}

/// Buttons to the page before and the page after; `next` is the cursor of the latter.
pub fn pager(pages: Pages, next: Signal<Option<String>>) -> AnyView {
    let forth = Callback::new(move |()| {
        if let Some(cursor) = next.get_untracked() {
            pages.0.update(|cursors| cursors.push(cursor));
        }
    });
    let back = Callback::new(move |()| pages.0.update(|cursors| drop(cursors.pop())));
    let has_back = Signal::derive(move || pages.0.with(|cursors| !cursors.is_empty()));
    let has_forth = Signal::derive(move || next.with(Option::is_some));
    view! {
        <div class="more pager">
            {show(has_back, move || button(Look::Plain, "Previous", back))}
            {show(has_forth, move || button(Look::Plain, "Next", forth))}
        </div>
    }
    .into_any()
}
