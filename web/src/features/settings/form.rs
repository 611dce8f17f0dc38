//! The form of the organization's own line.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use shared::{
    validation::{
        organization::{SLUG_MAX, name as check_name, slug as check_slug},
        sign_in::ORGANIZATION_NAME_MAX,
    },
    vocabulary::LeaderboardVisibility,
};

use crate::{
    api::graphql::{KeptLog, SaveOrganization, SaveOrganizationData, UpdateOrganizationInput},
    routes::Page,
    state::{
        organization::Organization, pending::pending, remote::remote, session::use_session,
        toasts::use_toasts,
    },
    ui::{
        button::submit_button,
        dynamic::{effect, switch},
        field::{TextField, text_field},
        select::{Choice, select_field},
        trouble::trouble_line,
    },
};

/// Who sees whom, in words.
fn visibilities() -> Vec<Choice> {
    [
        (LeaderboardVisibility::Named, "Everybody sees names"),
        (
            LeaderboardVisibility::Anonymous,
            "Everybody sees ranks, only their own name",
        ),
        (
            LeaderboardVisibility::AdminsOnly,
            "Administrators see everybody, others themselves",
        ),
    ]
    .map(|(value, words)| (value.as_str().to_owned(), words.to_owned()))
    .to_vec()
}

/// For how long the log is kept, in words; a time set by a program is among them.
fn keeping(days: &str) -> Vec<Choice> {
    let mut choices: Vec<Choice> = [
        ("0", "Kept for ever"),
        ("90", "Kept for 90 days"),
        ("365", "Kept for a year"),
        ("730", "Kept for two years"),
        ("2555", "Kept for seven years"),
    ]
    .map(|(days, words)| (days.to_owned(), words.to_owned()))
    .to_vec();
    if !days.is_empty() && choices.iter().all(|(value, _)| value != days) {
        choices.push((days.to_owned(), ["Kept for ", days, " days"].concat()));
    }
    choices
}

/// The form with what is set now.
pub(super) fn card(organization: &Organization) -> AnyView {
    let line = organization.place().organization.clone();
    let name = RwSignal::new(line.name.clone());
    let slug = RwSignal::new(line.slug.clone());
    let zone = RwSignal::new(line.time_zone.clone());
    let visibility = RwSignal::new(line.leaderboard_visibility.as_str().to_owned());
    let refusals = [(); 3].map(|()| RwSignal::new(None::<String>));
    let [name_refusal, slug_refusal, zone_refusal] = refusals;
    let kept = RwSignal::new(String::new());
    let retention = remote(|| KeptLog {});
    effect(move || {
        let days = retention.data.with(|data| {
            let organization = data.as_ref().and_then(|data| data.organization.as_ref());
            organization.map(|one| one.audit_retention_days)
        });
        if let Some(days) = days {
            kept.set(days.map_or_else(|| "0".to_owned(), |days| days.to_string()));
        }
    });
    let call = pending();
    let (session, toasts, navigate) = (use_session(), use_toasts(), use_navigate());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let wrong = [
            name.with_untracked(|text| wrong(check_name(text))),
            slug.with_untracked(|text| wrong(check_slug(text))),
            None,
        ];
        let is_wrong = wrong.iter().any(Option::is_some);
        for (refusal, wrong) in refusals.iter().zip(wrong) {
            refusal.set(wrong);
        }
        if is_wrong {
            return;
        }
        let input = UpdateOrganizationInput {
            name: Some(name.get_untracked()),
            slug: Some(slug.get_untracked()),
            time_zone: Some(zone.get_untracked()),
            leaderboard_visibility: visibility.get_untracked().parse().ok(),
            working_days: None,
            // Nothing while it is not known yet: what is left out stays.
            audit_retention_days: kept.get_untracked().parse().ok(),
        };
        let navigate = navigate.clone();
        let done = move |data: SaveOrganizationData| {
            let slug = data.update_organization.organization.slug;
            spawn_local(async move {
                session.start().await;
                toasts.say("The settings are saved.".to_owned());
                navigate(&Page::Settings.path(&slug), Default::default());
            });
        };
        call.run_or(SaveOrganization { input }, done, move |error| {
            let place = match error.field.as_deref() {
                Some("name") => name_refusal,
                Some("slug") => slug_refusal,
                Some("timeZone") => zone_refusal,
                _ => return false,
            };
            place.set(Some(["This ", &error.message, "."].concat()));
            true
        });
    };
    view! {
        <form class="card form" novalidate on:submit=submit>
            {text_field(TextField {
                id: "organization-name", label: "Name", help: "As everybody reads it.", value: name,
                check: |text| wrong(check_name(text)), refusal: name_refusal, autocomplete: "off", limit: Some(ORGANIZATION_NAME_MAX),
            })}
            {text_field(TextField {
                id: "organization-slug", label: "Address", help: "First part of every page's address. Old addresses stop working.",
                value: slug, check: |text| wrong(check_slug(text)), refusal: slug_refusal, autocomplete: "off", limit: Some(SLUG_MAX),
            })}
            {text_field(TextField {
                id: "organization-zone", label: "Time zone",
                help: "An IANA name such as Europe/Berlin. Days are cut in it from now on; what was counted stays where it was.",
                value: zone, check: |_| None, refusal: zone_refusal, autocomplete: "off", limit: None,
            })}
            {select_field("organization-visibility", "Leaderboards of people", visibilities(), visibility)}
            {switch(move || select_field("organization-log", "Audit log", keeping(&kept.get()), kept))}
            {switch(move || trouble_line(call.trouble.get()))}
            <div class="form-end">{submit_button("Save", call.is_busy.into())}</div>
        </form>
    }
    .into_any()
}

/// What is wrong, in words, by the server's own rule.
fn wrong(checked: Result<String, shared::validation::FieldError>) -> Option<String> {
    checked
        .err()
        .map(|error| ["This ", &error.message, "."].concat())
}
