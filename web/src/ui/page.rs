//! The head of a page.

use leptos::prelude::*;

/// Title, one sentence of state in words, and what can be done here.
pub fn page_head(title: &'static str, sentence: AnyView, actions: AnyView) -> AnyView {
    view! {
        <header class="page-head">
            <div class="page-words"><h1>{title}</h1><p class="page-sentence">{sentence}</p></div>
            <div class="page-actions">{actions}</div>
        </header>
    }
    .into_any()
}

/// Sets the title of the browser's tab.
pub fn set_title(title: &str) {
    document().set_title(&[title, " \u{b7} DevMetrics"].concat());
}
