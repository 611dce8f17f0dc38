//! The end of the organization, and a copy of it before.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;

use crate::{
    api::graphql::{DeleteOrganization, DeleteOrganizationInput},
    features::account::exports,
    state::{
        organization::Organization, pending::pending, session::use_session, toasts::use_toasts,
    },
    ui::{
        button::{Look, busy_button, button},
        dialog::dialog,
        dynamic::switch,
        field::{TextField, text_field},
        trouble::trouble_line,
    },
};

/// Both cards.
pub(super) fn cards(organization: &Organization) -> AnyView {
    let is_open = RwSignal::new(false);
    let line = organization.place().organization.clone();
    let (id, slug) = (line.id.clone(), line.slug.clone());
    view! {
        <section class="card form" aria-labelledby="copy-head">
            <h2 id="copy-head">"A copy of everything"</h2>
            <p class="form-words">"One document in JSON: people, teams, points, events, audit log. Secrets and raw payloads are not in it."</p>
            {exports::panel(Some(id.clone()))}
        </section>
        <section class="card form" aria-labelledby="end-head">
            <h2 id="end-head">"Delete "{line.name.clone()}</h2>
            <p class="form-words">"Nobody sees it any more, its keys stop, and its sources take nothing. Members are told by mail. Administrators can restore it for 30 days; then it is gone for good. Make a copy first."</p>
            <div class="form-end">{button(Look::Danger, "Delete this organization", Callback::new(move |()| is_open.set(true)))}</div>
        </section>
        {dialog(is_open, "Delete this organization?", move || form(id.clone(), slug.clone(), is_open))}
    }
    .into_any()
}

fn form(id: String, slug: String, is_open: RwSignal<bool>) -> AnyView {
    let (session, toasts) = (use_session(), use_toasts());
    let navigate = StoredValue::new_local(use_navigate());
    let typed = RwSignal::new(String::new());
    let refusal = RwSignal::new(None);
    let call = pending();
    let go = move |()| {
        let input = DeleteOrganizationInput {
            organization_id: id.clone(),
            confirmation: typed.get_untracked(),
        };
        let done = move |_| {
            spawn_local(async move {
                is_open.set(false);
                // Away first: the page of an organization that is gone has nothing to show.
                let _ = navigate.try_with_value(|navigate| navigate("/", Default::default()));
                session.start().await;
                toasts.say("The organization is deleted. It can be restored for 30 days.");
            });
        };
        call.run_or(DeleteOrganization { input }, done, move |error| {
            let is_typed = error.field.as_deref() == Some("confirmation");
            if is_typed {
                refusal.set(Some(["It ", &error.message, "."].concat()));
            }
            is_typed
        });
    };
    view! {
        <div class="form">
            <p class="form-words">"Type "<b>{slug}</b>" to go on."</p>
            {text_field(TextField {
                id: "end-confirmation", label: "The organization\u{2019}s address", help: "As it stands in this page\u{2019}s address.",
                value: typed, check: |_| None, refusal, autocomplete: "off", limit: None,
            })}
            {switch(move || trouble_line(call.trouble.get()))}
            <div class="form-end">
                {button(Look::Plain, "Cancel", Callback::new(move |()| is_open.set(false)))}
                {busy_button(Look::Danger, "Delete for everybody", call.is_busy.into(), Callback::new(go))}
            </div>
        </div>
    }
    .into_any()
}
