//! A secret, shown once: copy it now or make a new one.

use leptos::prelude::*;

use crate::{
    api::graphql::Source,
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
    /// The source that it belongs to.
    pub source: Source,
    /// The secret.
    pub secret: String,
    /// Whether the source is new; else its secret was replaced.
    pub is_new: bool,
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
    let Revealed {
        source,
        secret,
        is_new,
    } = revealed;
    let words = if is_new {
        "In GitLab, open Settings \u{2192} Webhooks, and paste the address and the secret token."
    } else {
        "The old secret stopped working just now. Paste the new one into GitLab."
    };
    let curl = example(&source.url, &secret);
    view! {
        <p class="form-words">{words}</p>
        {copied("Address", source.url)}
        {copied("Secret token", secret)}
        <p class="notice">{icon(Icon::Warning)}"The secret is kept only encrypted and is never shown again."</p>
        {copied("Try it from a terminal", curl)}
        <div class="form-end">{button(Look::Primary, "I have copied it", close)}</div>
    }
    .into_any()
}

/// A delivery as GitLab would send it.
fn example(url: &str, secret: &str) -> String {
    [
        "curl -X POST '",
        url,
        "' -H 'Content-Type: application/json' -H 'X-Gitlab-Event: Push Hook' -H 'X-Gitlab-Token: ",
        secret,
        "' -d '{\"object_kind\":\"push\",\"event_name\":\"push\"}'",
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_carries_address_and_secret() {
        let example = example("http://localhost/webhooks/gitlab/1", "s3cret");

        assert!(example.starts_with("curl -X POST 'http://localhost/webhooks/gitlab/1'"));
        assert!(example.contains("X-Gitlab-Token: s3cret"));
    }
}
