//! The form that adds a source.

use leptos::prelude::*;
use shared::{
    validation::webhook_source::{NAME_MAX, name as check_name},
    vocabulary::Provider,
};

use super::{Desk, secret::Revealed};
use crate::{
    api::graphql::{CreateSource, CreateWebhookSourceInput},
    state::pending::pending,
    ui::{
        button::{Look, button, submit_button},
        dynamic::switch,
        field::{TextField, text_field},
        trouble::trouble_line,
    },
};

/// The form; on success it closes and the secret is shown.
pub fn form(desk: Desk, is_open: RwSignal<bool>) -> AnyView {
    let name = RwSignal::new(String::new());
    let refusal = RwSignal::new(None);
    let signing_token = RwSignal::new(String::new());
    let call = pending();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let wrong = name.with_untracked(|name| check(name));
        if wrong.is_some() {
            refusal.set(wrong);
            return;
        }
        let token = signing_token.get_untracked();
        let input = CreateWebhookSourceInput {
            provider: Provider::Gitlab,
            name: name.with_untracked(|name| name.trim().to_owned()),
            signing_token: Some(token.trim().to_owned()).filter(|token| !token.is_empty()),
        };
        let done = move |data: crate::api::graphql::CreateSourceData| {
            let created = data.create_webhook_source;
            is_open.set(false);
            desk.refresh.run(());
            desk.revealed.set(Some(Revealed {
                source: created.webhook_source,
                secret: created.secret,
                is_new: true,
            }));
        };
        call.run_or(CreateSource { input }, done, move |error| {
            let is_name = error.field.as_deref() == Some("name");
            if is_name {
                refusal.set(Some(error.message.clone()));
            }
            is_name
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <p class="form-words">"GitLab posts the events of a project or a group to the address of the source."</p>
            {text_field(TextField {
                id: "source-name", label: "Name", help: "What it is, for example the group in GitLab.", value: name,
                check, refusal, autocomplete: "off", limit: Some(NAME_MAX),
            })}
            {text_field(TextField {
                id: "source-signing-token", label: "Signing token (optional)",
                help: "Only if GitLab shows one for this webhook: deliveries must then be signed by it as well.",
                value: signing_token, check: |_| None, refusal: RwSignal::new(None), autocomplete: "off", limit: None,
            })}
            {switch(move || trouble_line(call.trouble.get()))}
            <div class="form-end">
                {button(Look::Plain, "Cancel", Callback::new(move |()| is_open.set(false)))}
                {submit_button("Add source", call.is_busy.into())}
            </div>
        </form>
    }
    .into_any()
}

/// What is wrong with a name: the server's own rule.
fn check(text: &str) -> Option<String> {
    check_name(text)
        .err()
        .map(|error| ["The name ", &error.message, "."].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_follows_the_rule_of_the_server() {
        assert_eq!(check(" ").as_deref(), Some("The name must not be empty."));
        assert_eq!(check("GitLab"), None);
    }
}
