//! What is known about the person, and how they are forgotten.

use leptos::{prelude::*, task::spawn_local};

use super::{Place, exports, places, privacy};
use crate::{
    api::{
        auth,
        graphql::{DeleteAccount, DeleteMyAccountInput},
        live::use_live,
    },
    state::{
        pending::pending,
        session::{Phase, Session, use_session},
        toasts::use_toasts,
    },
    ui::{
        button::{Look, busy_button, button},
        dialog::dialog,
        dynamic::switch,
        field::{TextField, text_field},
        page::{page_head, set_title},
        trouble::trouble_line,
    },
};

/// What happens to each kind of thing, in the order in which people ask.
const CONSEQUENCES: [(&str, &str); 4] = [
    (
        "Your way in",
        "Every session, API key and account that you sign in with ends at once. Nobody can undo it.",
    ),
    (
        "Your name",
        "Name, email addresses and logins are taken out of everything that is kept here, also out of what others wrote.",
    ),
    (
        "Your work",
        "Points and events stay in the totals of your teams, without a name. The boards do not show you any more.",
    ),
    (
        "Your organizations",
        "You leave them. One that has nobody else goes with you; one that others need keeps an administrator: hand over first.",
    ),
];

/// The page.
pub fn page() -> AnyView {
    set_title("Your data");
    let is_open = RwSignal::new(false);
    let lines = CONSEQUENCES
        .map(|(title, words)| {
            view! {
                <li class="line"><div class="line-words">
                    <p class="line-title"><b>{title}</b></p>
                    <p class="line-note">{words}</p>
                </div></li>
            }
        })
        .collect_view();
    let open = button(
        Look::Danger,
        "Delete my account",
        Callback::new(move |()| is_open.set(true)),
    );
    view! {
        {page_head("Your data", "What others see of you, what is known, and how it is forgotten.".into_any(), ().into_any())}
        {places(Place::Data)}
        <div class="stack">
            {privacy::card()}
            <section class="card form" aria-labelledby="export-head">
                <h2 id="export-head">"Everything that is known about you"</h2>
                <p class="form-words">"One document in JSON, for you or another program, there for a week. It takes a session that began within the last 10 minutes: sign out and in again if yours is older."</p>
                {exports::panel(None)}
            </section>
            <section class="card form" aria-labelledby="delete-head">
                <h2 id="delete-head">"What deleting your account does"</h2>
                <ul class="lines flush">{lines}</ul>
                <div class="form-end">{open}</div>
            </section>
        </div>
        {dialog(is_open, "Delete your account?", move || form(is_open))}
    }
    .into_any()
}

fn form(is_open: RwSignal<bool>) -> AnyView {
    let session = use_session();
    let (live, toasts) = (use_live(), use_toasts());
    let email = email_of(session);
    let typed = RwSignal::new(String::new());
    let refusal = RwSignal::new(None);
    let call = pending();
    let go = move |()| {
        let input = DeleteMyAccountInput {
            confirmation: typed.get_untracked(),
        };
        let done = move |_| {
            spawn_local(async move {
                // The session is over; this takes its cookies away, and without them it is over as well.
                let _ = auth::sign_out().await;
                live.disconnect();
                session.end();
                toasts.say("Your account is deleted.".to_owned());
            });
        };
        call.run_or(DeleteAccount { input }, done, move |error| {
            let is_typed = error.field.as_deref() == Some("confirmation");
            if is_typed {
                refusal.set(Some(["It ", &error.message, "."].concat()));
            }
            is_typed
        });
    };
    view! {
        <div class="form">
            <p class="form-words">"There is no way back. Type "<b>{email}</b>" to go on."</p>
            {text_field(TextField {
                id: "delete-confirmation", label: "Your email address", help: "Exactly as you sign in with it.",
                value: typed, check: |_| None, refusal, autocomplete: "off", limit: None,
            })}
            {switch(move || trouble_line(call.trouble.get()))}
            <div class="form-end">
                {button(Look::Plain, "Cancel", Callback::new(move |()| is_open.set(false)))}
                {busy_button(Look::Danger, "Delete for good", call.is_busy.into(), Callback::new(go))}
            </div>
        </div>
    }
    .into_any()
}

fn email_of(session: Session) -> String {
    session.phase.with_untracked(|phase| match phase {
        Phase::SignedIn(signed_in) => signed_in.user.email.clone().unwrap_or_default(),
        _ => String::new(),
    })
}
