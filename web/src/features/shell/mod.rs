//! The frame around every page of an organization.

mod rail;
mod top_bar;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use shared::permission::Permission;

use self::rail::Rights;
use crate::{
    api::{
        client::use_api,
        graphql::SignedIn,
        live::{LiveStatus, use_live},
    },
    features::{dashboard, deleted, invite, leaderboard, parts, points},
    routes::{self, Page},
    state::{
        credits::provide_credits,
        organization::Organization,
        session::{Phase, use_session},
        toasts::use_toasts,
    },
    ui::{
        button::{Look, button, icon_button},
        dynamic::{effect, switch},
        icon::Icon,
        list::keyed,
        page::set_title,
        skeleton,
        trouble::trouble_card,
    },
};

/// The root path: leads to the person's organization, or to sign-in.
pub fn home() -> AnyView {
    frame(|signed_in| {
        let navigate = use_navigate();
        match signed_in.memberships.first() {
            Some(place) => {
                let path = Page::Dashboard.path(&place.organization.slug);
                effect(move || navigate(&path, NavigateOptions { replace: true, ..Default::default() }));
                ().into_any()
            }
            None => view! {
                <main class="gate" id="main"><div class="gate-card">
                    <h1>"You belong to no organization yet"</h1>
                    {invite::offers()}
                    {deleted::offers()}
                    <p class="gate-words">"Ask an administrator to invite you, then load this page again."</p>
                </div></main>
            }
            .into_any(),
        }
    })
}

/// Everything below an organization's slug.
pub fn page() -> AnyView {
    let path = use_location().pathname;
    let slug = Memo::new(move |_| path.with(|path| routes::slug_of(path).to_owned()));
    frame(move |signed_in| {
        switch(move || {
            let slug = slug.get();
            signed_in
                .memberships
                .iter()
                .find(|place| place.organization.slug == slug)
                .map_or_else(lost, |place| {
                    shell(&signed_in, Organization::new(place.clone()))
                })
        })
    })
}

/// What is shown for a path that is no page.
pub fn lost() -> AnyView {
    set_title("Not found");
    view! {
        <main class="gate" id="main"><div class="gate-card">
            <h1>"There is no such page"</h1>
            <p class="gate-words">"The address may be mistyped, or you may not belong to this organization."</p>
            <p><a class="button" href="/">"Go to the start"</a></p>
        </div></main>
    }
    .into_any()
}

/// Shows `content` to who is signed in, and leads the others to sign-in.
fn frame(content: impl Fn(SignedIn) -> AnyView + Send + Sync + 'static) -> AnyView {
    let session = use_session();
    let navigate = use_navigate();
    let location = use_location();
    effect(move || {
        if session.phase.with(|phase| *phase == Phase::SignedOut) {
            let here =
                location.pathname.read_untracked().clone() + &location.search.read_untracked();
            navigate(
                &routes::sign_in(&here),
                NavigateOptions {
                    replace: true,
                    ..Default::default()
                },
            );
        }
    });
    switch(move || {
        match session.phase.get() {
        Phase::SignedIn(signed_in) => content(signed_in),
        Phase::Failed(trouble) => view! {
            <main class="gate" id="main">{trouble_card(trouble, Callback::new(move |()| spawn_local(session.start())))}</main>
        }
        .into_any(),
        Phase::Starting | Phase::SignedOut => view! { <div class="gate skeletons">{skeleton::rows(3)}</div> }.into_any(),
    }
    })
}

fn shell(signed_in: &SignedIn, organization: Organization) -> AnyView {
    let database_id = organization.place().organization.database_id.clone();
    use_api().set_organization(Some(database_id.clone()));
    let live = use_live();
    effect(move || live.connect(database_id.clone()));
    let path = use_location().pathname;
    let page = Memo::new(move |_| path.with(|path| Page::parse(path)));
    let rights = Rights {
        has_points: organization.is_ranked(),
        has_members: organization.allows(Permission::ViewMembers),
        has_sources: organization.allows(Permission::ManageWebhookSources),
        has_keys: organization.allows_own(Permission::ManageOwnApiKeys),
        has_audit: organization.allows(Permission::ViewAuditLog),
    };
    let is_operator = signed_in.is_operator;
    let may_match = organization.allows(Permission::ManageMembers);
    let slug = organization.slug().to_owned();
    provide_context(organization);
    provide_credits();

    view! {
        <a class="skip" href="#main" rel="external" on:click=skip>"Skip to content"</a>
        <div class="shell">
            {rail::rail(&slug, page, rights)}
            <div class="shell-main">
                {top_bar::top_bar(signed_in, &slug)}
                {switch(connection_banner)}
                <main id="main" class="content" tabindex="-1">
                    {switch(move || match page.get() {
                        Some(Page::Dashboard) => dashboard::page(),
                        Some(Page::Leaderboard) => leaderboard::page(),
                        Some(Page::Points) if rights.has_points => points::page(),
                        Some(Page::Profile) => parts::account_profile(),
                        Some(Page::Sessions) => parts::account_sessions(),
                        Some(Page::Settings) => parts::admin_settings(),
                        Some(Page::Data) => parts::account_data(),
                        Some(Page::Keys) if rights.has_keys => parts::account_keys(),
                        Some(Page::Members) if rights.has_members => parts::people_members(),
                        Some(Page::Teams) if rights.has_members => parts::people_teams(),
                        Some(Page::Identities) if may_match => parts::people_identities(),
                        Some(Page::Absences) if rights.has_members => parts::people_absences(),
                        Some(Page::Instance) if is_operator => parts::admin_instance(),
                        Some(Page::Audit) if rights.has_audit => parts::admin_audit(),
                        Some(Page::Sources) if rights.has_sources => parts::admin_sources(),
                        _ => lost(),
                    })}
                </main>
            </div>
        </div>
    }
    .into_any()
}

/// Moves the focus to the content. The address stays: it belongs to the router.
fn skip(event: web_sys::MouseEvent) {
    use wasm_bindgen::JsCast;
    event.prevent_default();
    if let Some(main) = document()
        .get_element_by_id("main")
        .and_then(|main| main.dyn_into::<web_sys::HtmlElement>().ok())
    {
        let _ = main.focus();
    }
}

fn connection_banner() -> AnyView {
    let live = use_live();
    let words = match live.status.get() {
        LiveStatus::Reconnecting => {
            "Connection lost. Reconnecting; what you see may be out of date."
        }
        LiveStatus::Offline => "You are offline. This page catches up when the network is back.",
        _ => return ().into_any(),
    };
    view! {
        <div class="banner" role="status">
            <span class="spinner"></span><p>{words}</p>
            {button(Look::Quiet, "Try now", Callback::new(move |()| live.retry_now()))}
        </div>
    }
    .into_any()
}

/// The messages at the corner.
pub fn toasts() -> AnyView {
    let toasts = use_toasts();
    let row = move |key: String| {
        let Some(toast) = toasts.shown.with_untracked(|shown| {
            shown
                .iter()
                .find(|toast| toast.id.to_string() == key)
                .cloned()
        }) else {
            return ().into_any();
        };
        let id = toast.id;
        view! {
            <div class="toast" class:good=toast.is_positive>
                {toast.chip.map(|chip| view! { <span class="chip positive">{chip}</span> })}
                <p>{toast.text}</p>
                {icon_button(Icon::Close, "Dismiss", Callback::new(move |()| toasts.dismiss(id)))}
            </div>
        }
        .into_any()
    };
    view! {
        <div class="toasts" role="status" aria-live="polite">
            {keyed(move || toasts.shown.with(|shown| shown.iter().map(|toast| toast.id.to_string()).collect()), row)}
        </div>
    }
    .into_any()
}
