//! A secret, shown once: copy it now or make a new one.

use leptos::prelude::*;

use crate::{
    api::graphql::KeyLine,
    ui::{
        button::{Look, button},
        copied::copied,
        dialog,
        dynamic::{effect, switch},
        icon::{Icon, icon},
    },
};

/// A secret that the server just made.
#[derive(Clone, PartialEq)]
pub struct Revealed {
    /// The key that it opens.
    pub key: KeyLine,
    /// The secret.
    pub secret: String,
}

/// Shows the secret while there is one; closing forgets it.
pub fn dialog(revealed: RwSignal<Option<Revealed>>) -> AnyView {
    let is_open = RwSignal::new(false);
    effect(move || {
        if revealed.with(Option::is_some) {
            is_open.set(true);
        }
    });
    Effect::new(move |was_open: Option<bool>| {
        let is_open = is_open.get();
        if was_open == Some(true) && !is_open {
            revealed.set(None);
        }
        is_open
    });
    let close = Callback::new(move |()| is_open.set(false));
    dialog::dialog(is_open, "Copy the secret now", move || {
        switch(move || {
            revealed
                .get()
                .map_or_else(|| ().into_any(), |revealed| content(revealed, close))
        })
    })
}

fn content(revealed: Revealed, close: Callback<()>) -> AnyView {
    let Revealed { key, secret } = revealed;
    let curl = example(&window().location().origin().unwrap_or_default(), &secret);
    let words = [
        "\u{201c}",
        &key.name,
        "\u{201d} is ready. A program sends the secret as a bearer token.",
    ]
    .concat();
    view! {
        <p class="form-words">{words}</p>
        {copied("Secret", secret)}
        <p class="notice">{icon(Icon::Warning)}"Only its hash is kept: it is never shown again."</p>
        {copied("Try it from a terminal", curl)}
        <div class="form-end">{button(Look::Primary, "I have copied it", close)}</div>
    }
    .into_any()
}

/// A request that every key may make.
fn example(origin: &str, secret: &str) -> String {
    [
        "curl '",
        origin,
        "/graphql' -H 'Authorization: Bearer ",
        secret,
        "' -H 'Content-Type: application/json' -d '{\"query\":\"{ apiKeySelf { name scopes } }\"}'",
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_carries_address_and_secret() {
        let example = example("http://localhost", "dm_s3cret");

        assert!(example.starts_with("curl 'http://localhost/graphql'"));
        assert!(example.contains("Bearer dm_s3cret'"));
    }
}
