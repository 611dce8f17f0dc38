//! What stands where nothing is yet.

use leptos::prelude::*;

use super::icon::{Icon, icon};

/// Says what would be here, and offers the step that fills it.
pub fn empty(
    picture: Icon,
    title: &'static str,
    words: &'static str,
    step: Option<AnyView>,
) -> AnyView {
    view! {
        <div class="empty">
            <span class="empty-picture">{icon(picture)}</span>
            <h3>{title}</h3>
            <p>{words}</p>
            {step}
        </div>
    }
    .into_any()
}
