//! Cards: a titled frame, and the number card.

use leptos::prelude::*;

use super::{
    counter::counter,
    icon::{Icon, icon},
};

/// A titled frame.
pub fn card(class: &'static str, title: &'static str, aside: AnyView, body: AnyView) -> AnyView {
    view! {
        <section class=["card ", class].concat() aria-label=title>
            <header class="card-head"><h2>{title}</h2>{aside}</header>
            {body}
        </section>
    }
    .into_any()
}

/// What a number card shows.
pub struct NumberCard {
    /// What the number is.
    pub label: &'static str,
    /// The number.
    pub value: Signal<i32>,
    /// Below it: the change, or what it is compared with.
    pub note: AnyView,
    /// Where the number leads.
    pub href: String,
}

/// A number that is a door: the whole card leads to where it comes from.
pub fn number_card(number: NumberCard) -> AnyView {
    view! {
        <a class="card number-card" href=number.href>
            <span class="number-label">{number.label}{icon(Icon::ChevronRight)}</span>
            <span class="number-value">{counter(number.value)}</span>
            <span class="number-note">{number.note}</span>
        </a>
    }
    .into_any()
}
