//! Buttons and what looks like them.

use leptos::prelude::*;

use super::{
    dynamic::show,
    icon::{Icon, icon},
};

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The one main action of a page or dialog.
    Primary,
    /// All others.
    Plain,
    /// Without a border, inside rows and bars.
    Quiet,
    /// Destroys something.
    Danger,
}

impl Look {
    /// The classes of a button of this look.
    pub fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Plain => "button",
            Self::Quiet => "button quiet",
            Self::Danger => "button danger",
        }
    }
}

/// A button with words.
pub fn button(look: Look, label: &'static str, on_press: Callback<()>) -> AnyView {
    view! { <button type="button" class=look.class() on:click=move |_| on_press.run(())>{label}</button> }.into_any()
}

/// A button with a picture and words.
pub fn icon_text_button(
    look: Look,
    picture: Icon,
    label: &'static str,
    on_press: Callback<()>,
) -> AnyView {
    view! { <button type="button" class=look.class() on:click=move |_| on_press.run(())>{icon(picture)}{label}</button> }
        .into_any()
}

/// A button with a picture only; `label` is read aloud and shown on hover.
pub fn icon_button(picture: Icon, label: &'static str, on_press: Callback<()>) -> AnyView {
    view! {
        <button type="button" class="icon-button" aria-label=label title=label on:click=move |_| on_press.run(())>
            {icon(picture)}
        </button>
    }
    .into_any()
}

/// A button whose action takes time: it says so and takes no second press meanwhile.
pub fn busy_button(
    look: Look,
    label: &'static str,
    is_busy: Signal<bool>,
    on_press: Callback<()>,
) -> AnyView {
    let press = move |_| {
        if !is_busy.get_untracked() {
            on_press.run(());
        }
    };
    view! {
        <button type="button" class=look.class() aria-disabled=Signal::derive(move || is_busy.get().to_string()) on:click=press>
            {show(is_busy, || view! { <span class="spinner"></span> }.into_any())}
            {label}
        </button>
    }
    .into_any()
}

/// The button that sends a form.
pub fn submit_button(label: &'static str, is_busy: Signal<bool>) -> AnyView {
    view! {
        <button type="submit" class=Look::Primary.class() aria-disabled=Signal::derive(move || is_busy.get().to_string())>
            {show(is_busy, || view! { <span class="spinner"></span> }.into_any())}
            {label}
        </button>
    }
    .into_any()
}

/// A button that puts `text` on the clipboard and says that it did.
pub fn copy_button(label: &'static str, text: Signal<String>) -> AnyView {
    // Browsers lend the clipboard to secure pages only; elsewhere the text is selected by hand.
    if !window().is_secure_context() {
        return ().into_any();
    }
    let is_copied = RwSignal::new(false);
    let copy = move |_| {
        // The promise fails only without permission; the text can still be selected by hand.
        let promise = window()
            .navigator()
            .clipboard()
            .write_text(&text.get_untracked());
        leptos::task::spawn_local(async move {
            if wasm_bindgen_futures::JsFuture::from(promise).await.is_ok() {
                is_copied.set(true);
                set_timeout(
                    move || {
                        let _ = is_copied.try_set(false);
                    },
                    std::time::Duration::from_secs(2),
                );
            }
        });
    };
    let word = Signal::derive(move || if is_copied.get() { "Copied" } else { label }.to_owned());
    view! {
        <button type="button" class="button" on:click=copy>
            {super::dynamic::switch(move || icon(if is_copied.get() { Icon::Check } else { Icon::Copy }))}
            <span aria-live="polite">{word}</span>
        </button>
    }
    .into_any()
}
