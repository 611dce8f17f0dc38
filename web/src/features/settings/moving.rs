//! Leaving the organization, and founding another one.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use shared::validation::{organization::name as check_name, sign_in::ORGANIZATION_NAME_MAX};

use crate::{
    api::graphql::{
        CreateOrganizationInput, FoundOrganization, FoundOrganizationData, LeaveOrganization,
        LeaveOrganizationInput,
    },
    routes::Page,
    state::{
        organization::Organization, pending::pending, session::use_session, toasts::use_toasts,
    },
    ui::{
        button::{Look, button, submit_button},
        dialog::{dialog, question},
        dynamic::switch,
        field::{TextField, text_field},
        trouble::trouble_line,
    },
};

/// Both ways on.
pub(super) fn cards(organization: &Organization, role: String) -> AnyView {
    view! { {found()}{leave(organization, role)} }.into_any()
}

fn found() -> AnyView {
    let name = RwSignal::new(String::new());
    let refusal = RwSignal::new(None);
    let call = pending();
    let (session, navigate) = (use_session(), use_navigate());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let wrong = name.with_untracked(|name| check(name));
        if wrong.is_some() {
            refusal.set(wrong);
            return;
        }
        let input = CreateOrganizationInput {
            name: name.get_untracked(),
            slug: None,
        };
        let navigate = navigate.clone();
        let done = move |data: FoundOrganizationData| {
            let slug = data.create_organization.organization.slug;
            spawn_local(async move {
                session.start().await;
                navigate(&Page::Dashboard.path(&slug), Default::default());
            });
        };
        call.run(FoundOrganization { input }, done);
    };
    view! {
        <form class="card form" novalidate on:submit=submit>
            <h2>"Another organization"</h2>
            <p class="form-words">"It has people, sources and points of its own. You are its administrator."</p>
            {text_field(TextField {
                id: "new-organization", label: "Its name", help: "At most 100 characters.", value: name, check, refusal,
                autocomplete: "off", limit: Some(ORGANIZATION_NAME_MAX),
            })}
            {switch(move || trouble_line(call.trouble.get()))}
            <div class="form-end">{submit_button("Create organization", call.is_busy.into())}</div>
        </form>
    }
    .into_any()
}

fn leave(organization: &Organization, role: String) -> AnyView {
    let is_open = RwSignal::new(false);
    let call = pending();
    let (session, toasts, navigate) = (use_session(), use_toasts(), use_navigate());
    let line = organization.place().organization.clone();
    let words = [
        "You lose access to ",
        &line.name,
        " at once, and your keys there stop. What you did stays. An administrator can invite you again.",
    ]
    .concat();
    let id = line.id;
    let go = Callback::new(move |()| {
        let input = LeaveOrganizationInput {
            organization_id: id.clone(),
        };
        let navigate = navigate.clone();
        call.run(LeaveOrganization { input }, move |_| {
            spawn_local(async move {
                is_open.set(false);
                session.start().await;
                toasts.say("You have left the organization.".to_owned());
                navigate("/", Default::default());
            });
        });
    });
    view! {
        <section class="card form" aria-labelledby="leave-head">
            <h2 id="leave-head">"Leave"</h2>
            <p class="form-words">{role}</p>
            <div class="form-end">{button(Look::Danger, "Leave this organization", Callback::new(move |()| is_open.set(true)))}</div>
        </section>
        {dialog(is_open, "Leave this organization?", move || question(words.clone(), "Leave", is_open, call.state(), go))}
    }
    .into_any()
}

fn check(text: &str) -> Option<String> {
    check_name(text)
        .err()
        .map(|error| ["The name ", &error.message, "."].concat())
}
