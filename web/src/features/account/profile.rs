//! What others call the person, where the person starts, and by which accounts they sign in.

use leptos::{prelude::*, task::spawn_local};
use shared::validation::sign_in::{PERSON_NAME_MAX, person_name};

use super::{Place, linking, places};
use crate::{
    api::graphql::{
        ChooseStart, OwnProfile, OwnProfileData, OwnProfileViewer,
        OwnProfileViewerSignInAccounts as SignInAccount, SaveProfile, UnlinkAccount,
        UnlinkIdentityInput, UpdatePreferencesInput, UpdateProfileInput,
    },
    state::{
        organization::use_organization,
        pending::pending,
        remote::{Loaded, remote},
        session::use_session,
        toasts::use_toasts,
    },
    ui::{
        button::{Look, busy_button, submit_button},
        dynamic::switch,
        field::{TextField, text_field},
        page::{page_head, set_title},
        select::select_field,
        skeleton,
        trouble::trouble_line,
    },
};

/// The page.
pub fn page() -> AnyView {
    set_title("Profile");
    let changed = RwSignal::new(0_u32);
    let profile = remote(move || {
        changed.track();
        OwnProfile {}
    });
    let body = profile.view(|| skeleton::rows(4), move |data| content(data, changed));
    view! {
        {page_head("Profile", "How others know you, and how you come in.".into_any(), ().into_any())}
        {places(Place::Profile)}
        {body}
    }
    .into_any()
}

fn content(data: Loaded<OwnProfileData>, changed: RwSignal<u32>) -> AnyView {
    switch(move || {
        let viewer = data.with(|data| data.viewer.clone());
        viewer.map_or_else(
            || ().into_any(),
            |viewer| {
                view! { <div class="stack">{name(&viewer)}{start(&viewer)}{accounts(viewer.sign_in_accounts, changed)}</div> }.into_any()
            },
        )
    })
}

fn name(viewer: &OwnProfileViewer) -> AnyView {
    let value = RwSignal::new(viewer.user.person.name.clone());
    let email = viewer.user.email.clone().unwrap_or_default();
    let refusal = RwSignal::new(None);
    let (call, session, toasts) = (pending(), use_session(), use_toasts());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let wrong = value.with_untracked(|name| check(name));
        refusal.set(wrong.clone());
        if wrong.is_some() {
            return;
        }
        let input = UpdateProfileInput {
            name: value.get_untracked(),
        };
        call.run(SaveProfile { input }, move |_| {
            spawn_local(async move {
                session.start().await;
                toasts.say("Your name is saved.");
            });
        });
    };
    view! {
        <form class="card form" novalidate on:submit=submit>
            <h2>"You"</h2>
            {text_field(TextField {
                id: "profile-name", label: "Name", help: "As others read it, in every organization.", value, check, refusal,
                autocomplete: "name", limit: Some(PERSON_NAME_MAX),
            })}
            <p class="form-words">"Your address is "<b>{email}</b>"."</p>
            {switch(move || trouble_line(call.trouble.get()))}
            <div class="form-end">{submit_button("Save name", call.is_busy.into())}</div>
        </form>
    }
    .into_any()
}

fn check(text: &str) -> Option<String> {
    person_name(text)
        .err()
        .map(|error| ["The name ", &error.message, "."].concat())
}

/// Where the person starts; nothing where there is nothing to choose.
fn start(viewer: &OwnProfileViewer) -> AnyView {
    let memberships = use_session().phase.with_untracked(|phase| match phase {
        crate::state::session::Phase::SignedIn(signed_in) => signed_in.memberships.clone(),
        _ => Vec::new(),
    });
    if memberships.len() < 2 {
        return ().into_any();
    }
    let first = memberships[0].organization.id.clone();
    let chosen = RwSignal::new(
        viewer
            .preferences
            .default_organization_id
            .clone()
            .unwrap_or(first),
    );
    let choices = memberships
        .into_iter()
        .map(|place| (place.organization.id, place.organization.name))
        .collect();
    let (call, toasts) = (pending(), use_toasts());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let input = UpdatePreferencesInput {
            privacy_mode: None,
            default_organization_id: Some(chosen.get_untracked()),
        };
        call.run(ChooseStart { input }, move |_| {
            toasts.say("You start there from now on.");
        });
    };
    view! {
        <form class="card form" novalidate on:submit=submit>
            <h2>"Where you start"</h2>
            {select_field("profile-start", "Organization", choices, chosen)}
            {switch(move || trouble_line(call.trouble.get()))}
            <div class="form-end">{submit_button("Start there", call.is_busy.into())}</div>
        </form>
    }
    .into_any()
}

fn accounts(accounts: Vec<SignInAccount>, changed: RwSignal<u32>) -> AnyView {
    let is_only = accounts.len() == 1;
    let words = if accounts.is_empty() {
        "You sign in by no account at a provider yet. One that has proven your address is linked when you sign in by it."
    } else if is_only {
        "This is the only one, and stays. Another one that has proven your address is linked when you sign in by it."
    } else {
        "Whoever holds one of these can sign in as you."
    };
    let lines = accounts
        .into_iter()
        .map(|account| line(account, is_only, changed))
        .collect_view();
    view! {
        <section class="card form" aria-labelledby="ways-head">
            <h2 id="ways-head">"Accounts that you sign in with"</h2>
            <p class="form-words">{words}</p>
            {linking::outcome()}
            <ul class="lines flush">{lines}</ul>
            {linking::offers()}
        </section>
    }
    .into_any()
}

fn line(account: SignInAccount, is_only: bool, changed: RwSignal<u32>) -> AnyView {
    let zone = use_organization().zone;
    let place = match account.method.as_str() {
        "MICROSOFT" => "Microsoft Entra",
        "GITHUB" => "GitHub",
        _ => "Single sign-on",
    };
    let note = ["Last used ", &zone.exact(account.last_used_at)].concat();
    let (call, toasts) = (pending(), use_toasts());
    let id = account.id;
    let remove = Callback::new(move |()| {
        let input = UnlinkIdentityInput { id: id.clone() };
        call.run(UnlinkAccount { input }, move |_| {
            toasts.say("The account is removed.");
            changed.update(|count| *count += 1);
        });
    });
    view! {
        <li class="line">
            <div class="line-words">
                <p class="line-title"><b>{account.label.unwrap_or_else(|| place.to_owned())}</b>{place}</p>
                <p class="line-note">{note}</p>
                {switch(move || trouble_line(call.trouble.get()))}
            </div>
            {(!is_only).then(|| busy_button(Look::Danger, "Remove", call.is_busy.into(), remove))}
        </li>
    }
    .into_any()
}
