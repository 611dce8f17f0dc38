//! Choices in forms.

use leptos::prelude::*;

/// One of several things that can be ticked.
pub struct Tick {
    /// Unique on the page.
    pub id: String,
    /// What it is.
    pub label: &'static str,
    /// What it means.
    pub help: &'static str,
    /// Whether it is ticked.
    pub is_on: Signal<bool>,
    /// Ticks it or takes the tick away.
    pub toggle: Callback<()>,
}

/// A box to tick, with its meaning beside it.
pub fn tick(tick: Tick) -> AnyView {
    let Tick {
        id,
        label,
        help,
        is_on,
        toggle,
    } = tick;
    view! {
        <label class="tick" for=id.clone()>
            <input type="checkbox" id=id.clone() prop:checked=is_on on:change=move |_| toggle.run(())/>
            <span><code>{label}</code><em>{help}</em></span>
        </label>
    }
    .into_any()
}

/// A choice of one among a few, by number.
pub fn select_field(
    id: &'static str,
    label: &'static str,
    options: Vec<String>,
    chosen: RwSignal<usize>,
) -> AnyView {
    let options = options
        .into_iter()
        .enumerate()
        .map(|(number, words)| {
            view! { <option value=number.to_string() selected=number == chosen.get_untracked()>{words}</option> }
        })
        .collect_view();
    let choose = move |event| {
        if let Ok(number) = event_target_value(&event).parse() {
            chosen.set(number);
        }
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select id=id on:change=choose>{options}</select>
        </div>
    }
    .into_any()
}
