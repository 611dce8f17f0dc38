//! A choice among words, as the browser's own list.

use leptos::prelude::*;

/// A value and the word for it.
pub type Choice = (String, String);

/// A choice below its label, in a form.
pub fn select_field(
    id: &'static str,
    label: &'static str,
    choices: Vec<Choice>,
    value: RwSignal<String>,
) -> AnyView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {list(Some(id), None, choices, value.into(), Callback::new(move |chosen| value.set(chosen)))}
        </div>
    }
    .into_any()
}

/// A choice that narrows a list; its label is read aloud only.
pub fn filter_select(
    label: &'static str,
    choices: Vec<Choice>,
    value: Signal<String>,
    on_choice: Callback<String>,
) -> AnyView {
    view! { <span class="filter-select">{list(None, Some(label), choices, value, on_choice)}</span> }
        .into_any()
}

fn list(
    id: Option<&'static str>,
    label: Option<&'static str>,
    choices: Vec<Choice>,
    value: Signal<String>,
    on_choice: Callback<String>,
) -> AnyView {
    let options = choices
        .into_iter()
        .map(|(key, word)| {
            let own = key.clone();
            let is_chosen = Signal::derive(move || value.with(|value| *value == own));
            view! { <option value=key prop:selected=is_chosen>{word}</option> }.into_any()
        })
        .collect_view();
    view! {
        <select id=id aria-label=label on:change=move |event| on_choice.run(event_target_value(&event))>{options}</select>
    }
    .into_any()
}
