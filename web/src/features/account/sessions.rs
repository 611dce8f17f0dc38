//! Where the person is signed in, and how to end it.

use leptos::prelude::*;

use super::{Place, device::device, places};
use crate::{
    api::graphql::{EndSession, OwnSessions, OwnSessionsData, RevokeSessionInput, SessionLine},
    format,
    state::{
        clock::use_clock,
        organization::use_organization,
        pending::{Pending, pending},
        remote::{Loaded, remote},
        toasts::{Toasts, use_toasts},
    },
    ui::{
        badge::{Tone, badge},
        button::{Look, button},
        dialog::{dialog, question},
        dynamic::{show, text},
        list::keyed,
        page::{page_head, set_title},
        skeleton,
        time::ago,
    },
};

/// What ends sessions, for the page and each of its rows.
#[derive(Clone, Copy)]
struct Desk {
    call: Pending,
    toasts: Toasts,
    /// Reads the sessions again.
    refresh: Callback<()>,
}

/// Shows the page.
pub fn page() -> AnyView {
    set_title("Sessions");
    let sessions = remote(|| OwnSessions {});
    let desk = Desk {
        call: pending(),
        toasts: use_toasts(),
        refresh: Callback::new(move |()| sessions.refetch()),
    };
    let others = Memo::new(move |_| {
        sessions.data.with(|data| {
            data.as_ref().map_or_else(Vec::new, |data| {
                list(data)
                    .iter()
                    .filter(|session| !session.is_current)
                    .map(|session| session.id.clone())
                    .collect::<Vec<_>>()
            })
        })
    });
    let is_ending = RwSignal::new(false);
    let has_others = Signal::derive(move || others.with(|others| !others.is_empty()));
    let sentence = move || match sessions
        .data
        .with(|data| data.as_ref().map(|data| list(data).len()))
    {
        None => "\u{a0}".to_owned(),
        Some(0 | 1) => "You are signed in here and nowhere else.".to_owned(),
        Some(count) => {
            "You are signed in at ".to_owned()
                + &format::count(count as i32, "place")
                + ". End what you do not know."
        }
    };
    let all = show(has_others, move || {
        button(
            Look::Plain,
            "End all others",
            Callback::new(move |()| is_ending.set(true)),
        )
    });
    view! {
        {page_head("Sessions", text(sentence), all)}
        {places(Place::Sessions)}
        {sessions.view(|| skeleton::rows(3), move |data| content(data, desk))}
        {dialog(is_ending, "End all other sessions?", move || question(
            "Every other browser and program is signed out at once. This one stays.".to_owned(),
            "End them", is_ending, desk.call.state(),
            Callback::new(move |()| end(desk, others.get_untracked(), 0, is_ending)),
        ))}
    }
    .into_any()
}

fn list(data: &OwnSessionsData) -> &[SessionLine] {
    data.viewer.as_ref().map_or(&[], |viewer| &viewer.sessions)
}

fn content(data: Loaded<OwnSessionsData>, desk: Desk) -> AnyView {
    let keys = move || data.with(|data| list(data).iter().map(key_of).collect());
    let line = move |wanted: String| {
        let found = data.with_untracked(|data| {
            list(data)
                .iter()
                .find(|session| key_of(session) == wanted)
                .cloned()
        });
        found.map_or_else(|| ().into_any(), |session| row(session, desk))
    };
    view! { <ul class="card lines" aria-label="Sessions">{keyed(keys, line)}</ul> }.into_any()
}

/// A session that was used again is another line.
fn key_of(session: &SessionLine) -> String {
    [&session.id, " ", &session.last_used_at.0.to_string()].concat()
}

fn row(session: SessionLine, desk: Desk) -> AnyView {
    let clock = use_clock();
    let zone = use_organization().zone;
    let now = Signal::derive(move || clock.ticking());
    let name = device(session.user_agent.as_deref());
    let address = session
        .address
        .map(|address| ["from ", &address, " \u{b7} "].concat());
    let began = format::short_day(zone.day_of(session.created_at));
    let end_day = format::short_day(zone.day_of(session.expires_at));
    let is_ending = RwSignal::new(false);
    let words = [
        &name,
        " is signed out at once and what is open there closes.",
    ]
    .concat();
    let id = session.id;
    let action = if session.is_current {
        badge(Tone::Positive, "This session")
    } else {
        button(
            Look::Danger,
            "End",
            Callback::new(move |()| is_ending.set(true)),
        )
    };
    view! {
        <li class="line">
            <div class="line-words">
                <p class="line-title" title=session.user_agent><b>{name}</b></p>
                <p class="line-note">
                    {address}"last used "{ago(session.last_used_at, now, &zone)}" \u{b7} since "{began}" \u{b7} until "{end_day}" without use"
                </p>
            </div>
            <div class="line-actions">{action}</div>
        </li>
        {dialog(is_ending, "End this session?", move || {
            let id = id.clone();
            question(
                words.clone(), "End session", is_ending, desk.call.state(),
                Callback::new(move |()| end(desk, vec![id.clone()], 0, is_ending)),
            )
        })}
    }
    .into_any()
}

/// Ends one session after the other, then says how many. One that ended meanwhile stops it: the list is read again, and
/// the dialog says so.
fn end(desk: Desk, mut left: Vec<String>, ended: i32, is_open: RwSignal<bool>) {
    let Some(id) = left.pop() else {
        is_open.set(false);
        desk.toasts.say(format::count(ended, "session") + " ended.");
        desk.refresh.run(());
        return;
    };
    let input = RevokeSessionInput { id };
    desk.call.run_or(
        EndSession { input },
        move |_| end(desk, left, ended + 1, is_open),
        move |_| {
            desk.refresh.run(());
            false
        },
    );
}
