//! Where a one-time link lands: the first administrator names the organization.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use shared::validation::{FieldError, sign_in};

use crate::{
    api::auth::{self, Link},
    format, routes,
    state::session::use_session,
    ui::{
        button::{Look, button, submit_button},
        dynamic::switch,
        field::{TextField, text_field},
        icon::{Icon, icon},
        page::set_title,
        trouble::{Trouble, trouble_line},
    },
};

/// The form behind the link.
pub fn page() -> AnyView {
    let session = use_session();
    let navigate = use_navigate();
    let token = use_location()
        .query
        .read_untracked()
        .get("token")
        .unwrap_or_default();
    set_title("Set up");
    // The token must not stay in the address, where history and screenshots keep it.
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some("/setup"));
    }
    if token.is_empty() {
        return no_token();
    }

    let name = RwSignal::new(String::new());
    let organization = RwSignal::new(String::new());
    let name_refusal = RwSignal::new(None);
    let organization_refusal = RwSignal::new(None);
    let trouble = RwSignal::new(None::<Trouble>);
    let is_busy = RwSignal::new(false);
    let token = StoredValue::new(token);

    let open = StoredValue::new_local(move |link: Link| {
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        trouble.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            match auth::sign_in_link(link).await {
                Ok(()) => {
                    session.start().await;
                    navigate(
                        "/",
                        NavigateOptions {
                            replace: true,
                            ..Default::default()
                        },
                    );
                }
                Err(error) => {
                    is_busy.set(false);
                    match error.field.as_deref() {
                        Some("name") => name_refusal.set(Some(error.message)),
                        Some("organizationName") => organization_refusal.set(Some(error.message)),
                        _ => trouble.set(Some(error.into())),
                    }
                }
            }
        });
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        name_refusal.set(name.with_untracked(|name| check_person(name)));
        organization_refusal.set(organization.with_untracked(|name| check_organization(name)));
        if name_refusal.with_untracked(Option::is_some)
            || organization_refusal.with_untracked(Option::is_some)
        {
            return;
        }
        let trimmed =
            |name: RwSignal<String>| Some(name.with_untracked(|name| name.trim().to_owned()));
        open.with_value(|open| {
            open(Link {
                token: token.get_value(),
                name: trimmed(name),
                organization_name: trimmed(organization),
                time_zone: format::browser_zone(),
            });
        });
    };
    // A second link of a person who has an organization only signs in.
    let only_sign_in = Callback::new(move |()| {
        open.with_value(|open| {
            open(Link {
                token: token.get_value(),
                name: None,
                organization_name: None,
                time_zone: format::browser_zone(),
            })
        });
    });

    view! {
        <main class="gate" id="main">
            <form class="gate-card" novalidate on:submit=submit>
                <p class="brand"><span class="brand-mark">{icon(Icon::Mark)}</span>"DevMetrics"</p>
                <h1>"Set up your organization"</h1>
                <p class="gate-words">"You are its first administrator. Everything here can be changed later."</p>
                {text_field(TextField {
                    id: "setup-name", label: "Your name", help: "As colleagues know you.", value: name, check: check_person,
                    refusal: name_refusal, autocomplete: "name", limit: None,
                })}
                {text_field(TextField {
                    id: "setup-organization", label: "Organization", help: "Its address follows from the name.", value: organization, check: check_organization,
                    refusal: organization_refusal, autocomplete: "organization", limit: None,
                })}
                {switch(move || trouble_line(trouble.get()))}
                <div class="form-end">
                    {button(Look::Quiet, "I have one, just sign in", only_sign_in)}
                    {submit_button("Create my organization", is_busy.into())}
                </div>
            </form>
        </main>
    }
    .into_any()
}

fn no_token() -> AnyView {
    view! {
        <main class="gate" id="main">
            <div class="gate-card">
                <h1>"This link is not complete"</h1>
                <p class="gate-words">"Open the whole link as it was printed. It works once; whoever runs this server can make a new one."</p>
                <p><a class="button" href=routes::SIGN_IN>"Go to sign-in"</a></p>
            </div>
        </main>
    }
    .into_any()
}

/// What is wrong with a person's name: the server's own rule.
fn check_person(name: &str) -> Option<String> {
    told(sign_in::person_name(name))
}

/// What is wrong with an organization's name: the server's own rule.
fn check_organization(name: &str) -> Option<String> {
    told(sign_in::organization_name(name))
}

/// The error of a field as a sentence: "must not be empty" stands alone here.
fn told(outcome: Result<String, FieldError>) -> Option<String> {
    outcome
        .err()
        .map(|error| ["This ", &error.message, "."].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rules_of_the_server() {
        assert_eq!(
            check_person("  ").as_deref(),
            Some("This must not be empty.")
        );
        assert!(check_organization(&"x".repeat(101)).is_some());
        assert_eq!(check_person(" Ana "), None);
    }
}
