//! A button that opens a small panel below it.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

use super::dynamic::show;

/// Shows `trigger` as a button; `content` is there while it is open. Escape, choosing and leaving
/// close it, and Escape gives the focus back.
pub fn menu(
    label: &'static str,
    class: &'static str,
    trigger: AnyView,
    content: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let is_open = RwSignal::new(false);
    let root = NodeRef::<html::Div>::new();
    let button = NodeRef::<html::Button>::new();
    let on_key = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" && is_open.get_untracked() {
            event.stop_propagation();
            is_open.set(false);
            if let Some(button) = button.get_untracked() {
                // The button is on the page: focus cannot fail.
                let _ = button.focus();
            }
        }
    };
    let on_leave = move |event: web_sys::FocusEvent| {
        let target = event
            .related_target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        // Focus also leaves when the page goes away, and the menu's signals with it.
        let is_inside = root
            .try_get_untracked()
            .flatten()
            .is_some_and(|root| root.contains(target.as_ref()));
        if !is_inside {
            let _ = is_open.try_set(false);
        }
    };
    view! {
        <div class=["menu ", class].concat() node_ref=root on:keydown=on_key on:focusout=on_leave>
            <button
                type="button" class="menu-button" node_ref=button
                aria-expanded=Signal::derive(move || is_open.get().to_string())
                on:click=move |_| is_open.update(|open| *open = !*open)
            >
                <span class="only-read">{label}</span>{trigger}
            </button>
            {show(is_open.into(), move || view! { <div class="menu-panel" tabindex="-1">{content()}</div> }.into_any())}
        </div>
    }
    .into_any()
}
