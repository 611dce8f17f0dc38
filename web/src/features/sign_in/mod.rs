//! The sign-in page.

mod demo;
mod providers;

pub use providers::words_of;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use shared::validation::sign_in::is_local_path;

use crate::{
    api::graphql::{SignInMethod, StartServerInfo},
    state::session::{Phase, Session, use_session},
    ui::{
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
                .filter(|next| is_local_path(next));
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

/// Every way in that the server offers, the best first.
fn ways(session: Session, server: StartServerInfo) -> AnyView {
    let query = use_location().query.get_untracked();
    let refused = query.get("refused").map(|code| providers::words_of(&code));
    let next = query.get("next").unwrap_or_default();
    let offers = providers::offers(&server, &next);
    let has_demo = server.sign_in_methods.contains(&SignInMethod::Demo);
    let ways = match (offers, has_demo) {
        (None, false) => by_link(),
        (Some(offers), false) => view! { <h1>"Sign in"</h1>{offers} }.into_any(),
        (offers, true) => view! { {demo::accounts(session, server)}{offers} }.into_any(),
    };
    view! {
        {refused.map(|words| trouble_line(Some(Trouble { title: "Not signed in", detail: words.to_owned(), request_id: None })))}
        {ways}
    }
    .into_any()
}

fn by_link() -> AnyView {
    view! {
        <h1>"Sign in"</h1>
        <p class="gate-words">"Open the one-time link that you were given. Whoever runs this server makes a new one with"</p>
        <pre class="gate-code"><code>"devmetrics setup-link --email you@example.com"</code></pre>
    }
    .into_any()
}
