//! A value to take elsewhere.

use leptos::prelude::*;

use super::button::copy_button;

/// A value with its copy button.
pub fn copied(label: &'static str, value: String) -> AnyView {
    let shown = value.clone();
    view! {
        <div class="copied">
            <span class="copied-label">{label}</span>
            <code tabindex="0">{shown}</code>
            {copy_button("Copy", Signal::stored(value))}
        </div>
    }
    .into_any()
}
