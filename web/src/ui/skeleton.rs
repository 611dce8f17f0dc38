//! Grey shapes of what comes. They appear only after a moment, by the style sheet.

use leptos::prelude::*;

/// A block of a given class, which sets its size.
pub fn block(class: &'static str) -> AnyView {
    view! { <span class=class></span> }.into_any()
}

/// Lines of a list.
pub fn rows(count: usize) -> AnyView {
    (0..count)
        .map(|_| view! { <div class="skeleton-row"><span class="bone round"></span><span class="bone line"></span><span class="bone short"></span></div> }.into_any())
        .collect_view()
        .into_any()
}
