//! How an error is told: what happened, what to quote, and a way on.

use leptos::prelude::*;

use super::{
    button::{Look, button},
    icon::{Icon, icon},
};

/// An error in the words of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Trouble {
    /// What kind of thing happened.
    pub title: &'static str,
    /// One sentence more.
    pub detail: String,
    /// What to quote when asking for help.
    pub request_id: Option<String>,
}

/// The error in place of what should be there.
pub fn trouble_card(trouble: Trouble, retry: Callback<()>) -> AnyView {
    view! {
        <div class="trouble card" role="alert">
            {icon(Icon::Warning)}
            <div class="trouble-words">
                <h2>{trouble.title}</h2>
                <p>{trouble.detail}</p>
                {request_id(trouble.request_id)}
            </div>
            {button(Look::Plain, "Try again", retry)}
        </div>
    }
    .into_any()
}

/// The error above data that is still there.
pub fn trouble_bar(trouble: Trouble, retry: Callback<()>) -> AnyView {
    view! {
        <div class="trouble-bar" role="alert">
            {icon(Icon::Warning)}
            <p><b>{trouble.title}</b>" What you see was read before. "{request_id(trouble.request_id)}</p>
            {button(Look::Quiet, "Try again", retry)}
        </div>
    }
    .into_any()
}

/// The error beside a form's button.
pub fn trouble_line(trouble: Option<Trouble>) -> AnyView {
    trouble.map_or_else(
        || ().into_any(),
        |trouble| {
            view! { <p class="trouble-line" role="alert">{icon(Icon::Warning)}<span>{trouble.detail}" "{request_id(trouble.request_id)}</span></p> }
                .into_any()
        },
    )
}

fn request_id(id: Option<String>) -> AnyView {
    id.map_or_else(
        || ().into_any(),
        |id| view! { <span class="request-id">"Request "<code>{id}</code></span> }.into_any(),
    )
}
