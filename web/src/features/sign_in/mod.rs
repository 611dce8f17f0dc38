//! The sign-in page.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use crate::{
    api::{
        auth,
        graphql::{SignInMethod, StartServerInfo},
    },
    routes,
    state::session::{Phase, Session, use_session},
    ui::{
        avatar::avatar,
        dynamic::{effect, switch},
        icon::{Icon, icon},
        page::set_title,
        skeleton,
        trouble::{Trouble, trouble_card, trouble_line},
    },
};

/// Shows the ways in; who is in already is led on.
pub fn page() -> AnyView {
    let session = use_session();
    let navigate = use_navigate();
    let query = use_location().query;
    set_title("Sign in");

    effect(move || {
        if let Phase::SignedIn(_) = session.phase.get() {
            let next = query
                .read_untracked()
                .get("next")
                .filter(|next| routes::is_local(next));
            let options = NavigateOptions {
                replace: true,
                ..Default::default()
            };
            navigate(&next.unwrap_or_else(|| "/".to_owned()), options);
        }
    });

    view! {
        <main class="gate" id="main">
            <div class="gate-card">
                {brand()}
                {switch(move || match session.phase.get() {
                    Phase::Failed(trouble) => trouble_card(trouble, Callback::new(move |()| spawn_local(session.start()))),
                    Phase::SignedOut => switch(move || match session.server.get() {
                        Some(server) => ways(session, server),
                        None => skeleton::rows(4),
                    }),
                    Phase::Starting | Phase::SignedIn(_) => view! { <div class="skeletons">{skeleton::rows(4)}</div> }.into_any(),
                })}
            </div>
            <p class="gate-foot">{switch(move || session.server.get().map_or_else(|| ().into_any(), |server| ["DevMetrics ", &server.version].concat().into_any()))}</p>
        </main>
    }
    .into_any()
}

/// The name of the product with its mark.
pub fn brand() -> AnyView {
    view! { <p class="brand"><span class="brand-mark">{icon(Icon::Mark)}</span>"DevMetrics"</p> }
        .into_any()
}

fn ways(session: Session, server: StartServerInfo) -> AnyView {
    let pressed = RwSignal::new(None::<String>);
    let trouble = RwSignal::new(None::<Trouble>);
    if !server.sign_in_methods.contains(&SignInMethod::Demo) {
        return view! {
            <h1>"Sign in"</h1>
            <p class="gate-words">"Open the one-time link that you were given. Whoever runs this server makes a new one with"</p>
            <pre class="gate-code"><code>"devmetrics setup-link --email you@example.com"</code></pre>
        }
        .into_any();
    }
    let accounts = server
        .demo_accounts
        .into_iter()
        .map(|account| {
            let email = account.email.clone();
            let is_pressed = Signal::derive({
                let email = email.clone();
                move || pressed.with(|pressed| pressed.as_ref() == Some(&email))
            });
            let press = move |_| {
                if pressed.with_untracked(Option::is_some) {
                    return;
                }
                pressed.set(Some(email.clone()));
                trouble.set(None);
                let email = email.clone();
                spawn_local(async move {
                    match auth::sign_in_demo(email).await {
                        Ok(()) => session.start().await,
                        Err(error) => trouble.set(Some(error.into())),
                    }
                    let _ = pressed.try_set(None);
                });
            };
            view! {
                <li>
                    <button type="button" class="account" class:busy=is_pressed on:click=press>
                        {avatar(&account.name, None)}
                        <span class="account-words">
                            <b>{account.name}</b>
                            <span>{account.description}</span>
                        </span>
                        <code>{account.email}</code>
                        {icon(Icon::ChevronRight)}
                    </button>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <h1>"Choose who to be"</h1>
        <p class="gate-words">"This server runs with demo data. Each account sees the same organization with different rights."</p>
        <ul class="accounts">{accounts}</ul>
        {switch(move || trouble_line(trouble.get()))}
    }
    .into_any()
}
