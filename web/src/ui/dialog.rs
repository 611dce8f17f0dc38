//! Dialogs: the browser's own, which keeps the focus inside and closes on Escape.

use leptos::{html, prelude::*};

use super::{
    button::icon_button,
    dynamic::{effect, show},
    icon::Icon,
};

/// A dialog that is there while `is_open`. Its content is built anew each time.
pub fn dialog(
    is_open: RwSignal<bool>,
    title: &'static str,
    content: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let element = NodeRef::<html::Dialog>::new();
    effect(move || {
        let is_open = is_open.get();
        if let Some(element) = element.get() {
            if is_open && !element.open() {
                // It fails only for an element that is not on the page.
                let _ = element.show_modal();
            } else if !is_open && element.open() {
                element.close();
            }
        }
    });
    view! {
        <dialog class="dialog" aria-label=title node_ref=element on:close=move |_| is_open.set(false)>
            {show(is_open.into(), move || view! {
                <header class="dialog-head">
                    <h2>{title}</h2>
                    {icon_button(Icon::Close, "Close", Callback::new(move |()| is_open.set(false)))}
                </header>
                <div class="dialog-body">{content()}</div>
            }.into_any())}
        </dialog>
    }
    .into_any()
}
