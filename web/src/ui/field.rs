//! Inputs with label, help and error.

use std::time::Duration;

use leptos::prelude::*;

use super::{
    dynamic::{switch, text},
    icon::{Icon, icon},
};

/// How long the typing rests before a list is searched.
const REST: Duration = Duration::from_millis(250);

/// One line of text to fill in.
pub struct TextField {
    /// Unique on the page.
    pub id: &'static str,
    /// Above the input.
    pub label: &'static str,
    /// Below it.
    pub help: &'static str,
    /// What is typed.
    pub value: RwSignal<String>,
    /// What is wrong with a value, in words; asked once the person left the field.
    pub check: fn(&str) -> Option<String>,
    /// What the server said about it.
    pub refusal: RwSignal<Option<String>>,
    /// `autocomplete` of the input.
    pub autocomplete: &'static str,
    /// The most characters it takes; shown as a counter.
    pub limit: Option<usize>,
}

/// Shows a field. The error appears after leaving it, then follows the typing.
pub fn text_field(field: TextField) -> AnyView {
    let TextField {
        id,
        label,
        help,
        value,
        check,
        refusal,
        autocomplete,
        limit,
    } = field;
    let was_left = RwSignal::new(false);
    let error = Signal::derive(move || {
        refusal.get().or_else(|| {
            if was_left.get() {
                value.with(|value| check(value))
            } else {
                None
            }
        })
    });
    let type_in = move |event| {
        value.set(event_target_value(&event));
        refusal.set(None);
    };
    let note_id = [id, "-note"].concat();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                id=id
                type="text"
                autocomplete=autocomplete
                prop:value=value
                aria-describedby=note_id.clone()
                aria-invalid=Signal::derive(move || error.with(Option::is_some).to_string())
                on:input=type_in
                on:blur=move |_| was_left.set(true)
            />
            <div class="field-note" id=note_id>
                {switch(move || match error.get() {
                    Some(words) => view! { <p class="field-error">{icon(Icon::Warning)}{words}</p> }.into_any(),
                    None => view! { <p class="field-help">{help}</p> }.into_any(),
                })}
                {limit.map(|limit| view! {
                    <span class="field-counter">{text(move || [value.with(|v| v.chars().count()).to_string().as_str(), " / ", &limit.to_string()].concat())}</span>
                })}
            </div>
        </div>
    }
    .into_any()
}

/// One line of text to search by.
pub fn search_field(
    label: &'static str,
    value: Signal<String>,
    on_type: Callback<String>,
) -> AnyView {
    view! {
        <label class="search">
            {icon(Icon::Search)}
            <span class="only-read">{label}</span>
            <input type="search" placeholder=label prop:value=value on:input=move |event| on_type.run(event_target_value(&event))/>
        </label>
    }
    .into_any()
}

/// One line of text to search by; `on_rest` gets the words once the typing rests, so that not every letter is a question.
pub fn resting_search_field(label: &'static str, on_rest: Callback<String>) -> AnyView {
    let typed = RwSignal::new(String::new());
    let type_in = Callback::new(move |words: String| {
        typed.set(words.clone());
        set_timeout(
            move || {
                // Nothing typed since, and the page is still there.
                if typed.try_get_untracked().as_ref() == Some(&words) {
                    on_rest.run(words.clone());
                }
            },
            REST,
        );
    });
    search_field(label, typed.into(), type_in)
}
