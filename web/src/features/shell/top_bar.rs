//! The bar above each page: organization, connection, theme, person.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{
        auth,
        graphql::SignedIn,
        live::{Live, LiveStatus, use_live},
    },
    routes::Page,
    state::{
        organization::role_word,
        session::{Session, use_session},
        theme::{Theme, use_theme},
        toasts::{Toasts, use_toasts},
    },
    ui::{
        avatar::avatar,
        dynamic::switch,
        icon::{Icon, icon},
        menu::menu,
    },
};

/// Shows the bar.
pub fn top_bar(signed_in: &SignedIn, slug: &str) -> AnyView {
    view! {
        <header class="top-bar">
            {organizations(signed_in, slug)}
            <span class="grow"></span>
            {switch(connection)}
            {themes()}
            {person(signed_in, slug)}
        </header>
    }
    .into_any()
}

fn organizations(signed_in: &SignedIn, slug: &str) -> AnyView {
    let places = signed_in
        .memberships
        .iter()
        .map(|place| {
            (
                place.organization.name.clone(),
                place.organization.slug.clone(),
                role_word(place.role),
            )
        })
        .collect::<Vec<_>>();
    let name = places
        .iter()
        .find(|place| place.1 == slug)
        .map(|place| place.0.clone())
        .unwrap_or_default();
    let trigger = view! { {avatar(&name, None)}<b class="organization-name">{name.clone()}</b>{icon(Icon::ChevronDown)} }.into_any();
    let current = slug.to_owned();
    let settings = Page::Settings.path(slug);
    menu("Switch organization", "organizations", trigger, move || {
        let items = places
            .iter()
            .map(|(name, slug, role)| {
                let current = (*slug == current).then_some("true");
                view! {
                    <a class="menu-item" href=Page::Dashboard.path(slug) aria-current=current>
                        {avatar(name, None)}<span class="menu-words"><b>{name.clone()}</b><span>{*role}</span></span>
                        {current.map(|_| icon(Icon::Check))}
                    </a>
                }
                .into_any()
            })
            .collect_view();
        view! {
            <p class="menu-title">"Your organizations"</p>
            {items}
            <a class="menu-item" href=settings.clone()>{icon(Icon::Gear)}<span class="menu-words">"Settings, or another organization"</span></a>
        }
        .into_any()
    })
}

fn connection() -> AnyView {
    let (class, word) = match use_live().status.get() {
        LiveStatus::Live => ("connection live", "Live"),
        LiveStatus::Idle | LiveStatus::Connecting => ("connection", "Connecting"),
        LiveStatus::Reconnecting => ("connection lost", "Reconnecting"),
        LiveStatus::Offline => ("connection lost", "Offline"),
    };
    view! { <span class=class role="status"><span class="connection-dot"></span>{word}</span> }
        .into_any()
}

fn themes() -> AnyView {
    let theme = use_theme();
    let picture = |theme| match theme {
        Theme::System => Icon::Screen,
        Theme::Light => Icon::Sun,
        Theme::Dark => Icon::Moon,
    };
    menu(
        "Colours",
        "to-right",
        switch(move || icon(picture(theme.get()))),
        move || {
            Theme::ALL
            .map(|choice| {
                let is_chosen = Signal::derive(move || (theme.get() == choice).to_string());
                view! {
                    <button type="button" class="menu-item" aria-pressed=is_chosen on:click=move |_| theme.choose(choice)>
                        {icon(picture(choice))}<span class="menu-words">{choice.label()}</span>
                    </button>
                }
                .into_any()
            })
            .into_iter()
            .collect_view()
            .into_any()
        },
    )
}

fn person(signed_in: &SignedIn, slug: &str) -> AnyView {
    let (session, live, toasts) = (use_session(), use_live(), use_toasts());
    let user = signed_in.user.person.clone();
    let email = signed_in.user.email.clone().unwrap_or_default();
    let sessions = Page::Sessions.path(slug);
    let profile = Page::Profile.path(slug);
    let instance = signed_in.is_operator.then(|| Page::Instance.path(slug));
    let trigger = avatar(&user.name, user.avatar_url.clone());
    menu("Your account", "to-right", trigger, move || {
        view! {
            <div class="menu-head"><b>{user.name.clone()}</b><span>{email.clone()}</span></div>
            <a class="menu-item" href=profile.clone()>{icon(Icon::People)}<span class="menu-words">"Profile"</span></a>
            <a class="menu-item" href=sessions.clone()>{icon(Icon::Screen)}<span class="menu-words">"Sessions"</span></a>
            {instance.clone().map(|path| view! { <a class="menu-item" href=path>{icon(Icon::Gear)}<span class="menu-words">"Instance"</span></a> })}
            <button type="button" class="menu-item" on:click=move |_| sign_out(session, live, toasts)>
                {icon(Icon::SignOut)}<span class="menu-words">"Sign out"</span>
            </button>
        }
        .into_any()
    })
}

fn sign_out(session: Session, live: Live, toasts: Toasts) {
    spawn_local(async move {
        match auth::sign_out().await {
            Err(error) if !error.is_unauthenticated() => {
                toasts.say("You are still signed in: the server was not reached.")
            }
            _ => {
                live.disconnect();
                session.end();
            }
        }
    });
}
