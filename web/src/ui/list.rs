//! Lists whose rows keep their identity while they move.

use std::sync::Arc;

use leptos::prelude::*;

/// A list of rows by key: a key that stays keeps its elements. `row` reads the row's data through
/// signals, as it runs once a key.
pub fn keyed(
    keys: impl Fn() -> Vec<String> + Send + Sync + 'static,
    row: impl Fn(String) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    boxed(Signal::derive(keys), Arc::new(row))
}

fn boxed(keys: Signal<Vec<String>>, row: Arc<dyn Fn(String) -> AnyView + Send + Sync>) -> AnyView {
    view! { <For each=move || keys.get() key=String::clone children=move |key| row(key)/> }
        .into_any()
}
