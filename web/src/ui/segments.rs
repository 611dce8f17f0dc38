//! A choice among a few, all in sight: filters that live in the address.

use leptos::prelude::*;

/// One choice: its word and the address that makes it.
pub struct Segment {
    /// The word.
    pub label: &'static str,
    /// Where it leads.
    pub href: String,
    /// Whether it is the present one.
    pub is_current: Signal<bool>,
}

/// Links side by side; the address says which is chosen.
pub fn segments(label: &'static str, choices: Vec<Segment>) -> AnyView {
    let links = choices
        .into_iter()
        .map(|choice| {
            let current = choice.is_current;
            view! {
                <a class="segment" href=choice.href aria-current=Signal::derive(move || current.get().then_some("true"))>
                    {choice.label}
                </a>
            }
            .into_any()
        })
        .collect_view();
    view! { <nav class="segments" aria-label=label>{links}</nav> }.into_any()
}
