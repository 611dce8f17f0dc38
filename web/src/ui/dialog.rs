//! Dialogs: the browser's own, which keeps the focus inside and closes on Escape.

use leptos::{html, prelude::*};

use super::{
    button::{Look, busy_button, button, icon_button},
    dynamic::{effect, show, switch},
    icon::Icon,
    trouble::{Trouble, trouble_line},
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

/// How a call of a dialog goes.
#[derive(Clone, Copy)]
pub struct CallState {
    /// Whether it runs.
    pub is_busy: Signal<bool>,
    /// Why it failed.
    pub trouble: Signal<Option<Trouble>>,
}

/// A question before something that cannot be taken back.
pub fn question(
    words: String,
    answer: &'static str,
    is_open: RwSignal<bool>,
    call: CallState,
    go: Callback<()>,
) -> AnyView {
    view! {
        <p class="form-words">{words}</p>
        {switch(move || trouble_line(call.trouble.get()))}
        <div class="form-end">
            {button(Look::Plain, "Cancel", Callback::new(move |()| is_open.set(false)))}
            {busy_button(Look::Danger, answer, call.is_busy, go)}
        </div>
    }
    .into_any()
}
