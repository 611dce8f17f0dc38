//! Where the person is signed in, and how to end it.

mod device;

use leptos::prelude::*;

use self::device::device_of;
use crate::{
    api::{
        graphql::{
            EndSession, RevokeSessionInput, SessionLine, Sessions, SessionsData, SignOutEverywhere,
            SignOutInput,
        },
        live::use_live,
    },
    format,
    state::{
        clock::use_clock,
        organization::use_organization,
        pending::pending,
        remote::{Loaded, remote},
        session::use_session,
        toasts::use_toasts,
    },
    ui::{
        badge::{Tone, badge},
        button::{Look, busy_button, button},
        dialog::{dialog, question},
        dynamic::{switch, text},
        list::keyed,
        page::{page_head, set_title},
        skeleton,
        time::ago,
        trouble::trouble_line,
    },
};

/// Shows the page.
pub fn page() -> AnyView {
    set_title("Sessions");
    let sessions = remote(|| Sessions {});
    let is_leaving = RwSignal::new(false);
    let refresh = Callback::new(move |()| sessions.refetch());
    let sentence = move || {
        sessions.data.with(|data| {
            data.as_ref().map_or_else(
                || "\u{a0}".to_owned(),
                |data| match list(data).len() {
                    1 => "You are signed in here and nowhere else.".to_owned(),
                    count => {
                        "You are signed in at ".to_owned()
                            + &format::count(count as i32, "place")
                            + ". End what you do not know."
                    }
                },
            )
        })
    };
    let everywhere = button(
        Look::Danger,
        "Sign out everywhere",
        Callback::new(move |()| is_leaving.set(true)),
    );
    view! {
        {page_head("Sessions", text(sentence), everywhere)}
        {sessions.view(|| skeleton::rows(3), move |data| content(data, refresh))}
        {everywhere_dialog(is_leaving)}
    }
    .into_any()
}

fn list(data: &SessionsData) -> &[SessionLine] {
    data.viewer.as_ref().map_or(&[], |viewer| &viewer.sessions)
}

fn content(data: Loaded<SessionsData>, refresh: Callback<()>) -> AnyView {
    let keys = move || {
        data.with(|data| {
            list(data)
                .iter()
                .map(|session| session.id.clone())
                .collect()
        })
    };
    let line = move |wanted: String| {
        let found = data.with_untracked(|data| {
            list(data)
                .iter()
                .find(|session| session.id == wanted)
                .cloned()
        });
        found.map_or_else(|| ().into_any(), |session| row(session, refresh))
    };
    view! { <ul class="card lines" aria-label="Sessions">{keyed(keys, line)}</ul> }.into_any()
}

fn row(session: SessionLine, refresh: Callback<()>) -> AnyView {
    let zone = use_organization().zone;
    let clock = use_clock();
    let now = Signal::derive(move || clock.ticking());
    let call = pending();
    let toasts = use_toasts();
    let device = device_of(session.user_agent.as_deref());
    let id = StoredValue::new(session.id.clone());
    let end = Callback::new(move |()| {
        let input = RevokeSessionInput { id: id.get_value() };
        call.run(EndSession { input }, move |_| {
            toasts.say("That session is over.");
            refresh.run(());
        });
    });
    let began = "since ".to_owned() + &format::short_day(zone.day_of(session.created_at));
    let ends = "until ".to_owned() + &format::short_day(zone.day_of(session.expires_at));
    let address = session
        .address
        .clone()
        .unwrap_or_else(|| "unknown address".to_owned());
    let action =
        (!session.is_current).then(|| busy_button(Look::Danger, "End", call.is_busy.into(), end));
    let agent = session.user_agent.unwrap_or_default();
    view! {
        <li class="line">
            <div class="line-words">
                <p class="line-title"><b title=agent>{device}</b>{session.is_current.then(|| badge(Tone::Positive, "This one"))}</p>
                <p class="line-note">{address}" \u{b7} used "{ago(session.last_used_at, now, &zone)}" \u{b7} "{began}" \u{b7} "{ends}</p>
                {switch(move || trouble_line(call.trouble.get()))}
            </div>
            <div class="line-actions">{action}</div>
        </li>
    }
    .into_any()
}

fn everywhere_dialog(is_open: RwSignal<bool>) -> AnyView {
    let call = pending();
    let (session, live) = (use_session(), use_live());
    let go = Callback::new(move |()| {
        let input = SignOutInput { everywhere: true };
        call.run(SignOutEverywhere { input }, move |_| {
            is_open.set(false);
            live.disconnect();
            session.end();
        });
    });
    dialog(is_open, "Sign out everywhere?", move || {
        question(
            "Every session of yours ends at once, this one too. API keys go on working.".to_owned(),
            "Sign out everywhere",
            is_open,
            call.state(),
            go,
        )
    })
}
