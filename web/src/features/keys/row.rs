//! One key: what it may do, how it is used, and how it ends.

use leptos::prelude::*;
use shared::{scope::ApiKeyOwner, validation::api_key::OVERLAP_DEFAULT_HOURS};

use super::{Desk, secret::Revealed};
use crate::{
    api::graphql::{KeyLine, RevokeApiKeyInput, RevokeKey, RotateApiKeyInput, RotateKey},
    format,
    state::{
        clock::use_clock,
        organization::use_organization,
        pending::{Pending, pending},
        session::use_session,
        toasts::use_toasts,
    },
    ui::{
        badge::{Tone, badge},
        button::{Look, busy_button, button},
        choice::select_field,
        dialog::{dialog, question},
        dynamic::switch,
        time::ago,
        trouble::trouble_line,
    },
};

/// For how long the old secret may work on, in hours and in words.
const OVERLAPS: [(i32, &str); 4] = [
    (0, "The old secret ends at once"),
    (1, "The old secret works for an hour more"),
    (OVERLAP_DEFAULT_HOURS, "The old secret works for a day more"),
    (24 * 7, "The old secret works for a week more"),
];

/// Shows the key.
pub fn row(key: KeyLine, desk: Desk) -> AnyView {
    let (tone, word) = state(&key);
    let is_rotating = RwSignal::new(false);
    let is_revoking = RwSignal::new(false);
    let call = pending();
    let name = StoredValue::new(key.name.clone());
    let id = StoredValue::new(key.id.clone());
    let scopes = key
        .scopes
        .iter()
        .map(|scope| {
            view! { <code class="scope" title=scope.purpose()>{scope.code()}</code> }.into_any()
        })
        .collect_view();
    let actions = key.revoked_at.is_none().then(|| {
        view! {
            <div class="line-actions">
                {may_rotate(&key).then(|| button(Look::Plain, "New secret", Callback::new(move |()| is_rotating.set(true))))}
                {button(Look::Danger, "Revoke", Callback::new(move |()| is_revoking.set(true)))}
            </div>
        }
    });
    view! {
        <li class="line">
            <div class="line-words">
                <p class="line-title"><b>{key.name.clone()}</b><code>"dm_\u{2026}"{key.last_four.clone()}</code>{badge(tone, word)}</p>
                <p class="line-scopes">{scopes}</p>
                <p class="line-note">{owner(&key, desk)}" \u{b7} "{use_of(&key)}" \u{b7} "{ending(&key)}</p>
            </div>
            {actions}
        </li>
        {dialog(is_rotating, "Make a new secret?", move || rotation(id, call, desk, is_rotating))}
        {dialog(is_revoking, "Revoke this key?", move || question(
            ["\u{201c}", &name.get_value(), "\u{201d} stops working at once, wherever it is used, and cannot be brought back."].concat(),
            "Revoke key", is_revoking, call.state(), revoke(id, call, desk, is_revoking),
        ))}
    }
    .into_any()
}

fn state(key: &KeyLine) -> (Tone, &'static str) {
    if key.revoked_at.is_some() {
        (Tone::Neutral, "Revoked")
    } else if key.is_active {
        (Tone::Positive, "Works")
    } else {
        (Tone::Warning, "Expired")
    }
}

/// Whose it is: whoever has the secret acts as the owner, so nobody else makes a new one.
fn may_rotate(key: &KeyLine) -> bool {
    let Some(signed_in) = use_session().signed_in() else {
        return false;
    };
    key.owner == ApiKeyOwner::Organization
        || key
            .user
            .as_ref()
            .is_some_and(|user| user.id == signed_in.user.person.id)
}

fn owner(key: &KeyLine, desk: Desk) -> String {
    match (&key.user, key.owner) {
        (_, ApiKeyOwner::Organization) => "The organization\u{2019}s".to_owned(),
        (Some(user), _) if desk.is_whole => user.name.clone(),
        _ => "Yours".to_owned(),
    }
}

fn use_of(key: &KeyLine) -> AnyView {
    let requests = format::count(key.total_requests, "request");
    match key.last_used_at {
        Some(at) => {
            let clock = use_clock();
            let now = Signal::derive(move || clock.ticking());
            view! { {requests}", last used "{ago(at, now, &use_organization().zone)} }.into_any()
        }
        None => "never used".into_any(),
    }
}

fn ending(key: &KeyLine) -> String {
    let zone = use_organization().zone;
    let day = |at| format::short_day(zone.day_of(at));
    match (key.revoked_at, key.expires_at) {
        (Some(at), _) => "revoked ".to_owned() + &day(at),
        (None, Some(at)) if key.is_active => "until ".to_owned() + &day(at),
        (None, Some(at)) => "expired ".to_owned() + &day(at),
        (None, None) => "without end".to_owned(),
    }
}

fn rotation(
    id: StoredValue<String>,
    call: Pending,
    desk: Desk,
    is_open: RwSignal<bool>,
) -> AnyView {
    let overlap = RwSignal::new(2);
    let go = Callback::new(move |()| {
        let input = RotateApiKeyInput {
            id: id.get_value(),
            overlap_hours: OVERLAPS[overlap.get_untracked()].0,
        };
        call.run(RotateKey { input }, move |data| {
            is_open.set(false);
            let rotated = data.rotate_api_key;
            desk.refresh.run(());
            desk.revealed.set(Some(Revealed {
                key: rotated.api_key,
                secret: rotated.secret,
            }));
        });
    });
    let words = OVERLAPS.map(|(_, words)| words.to_owned()).to_vec();
    view! {
        <p class="form-words">"The key stays the same: only what a program sends changes."</p>
        {select_field("key-overlap", "Until then", words, overlap)}
        {switch(move || trouble_line(call.trouble.get()))}
        <div class="form-end">
            {button(Look::Plain, "Cancel", Callback::new(move |()| is_open.set(false)))}
            {busy_button(Look::Primary, "Make a new secret", call.is_busy.into(), go)}
        </div>
    }
    .into_any()
}

fn revoke(
    id: StoredValue<String>,
    call: Pending,
    desk: Desk,
    is_open: RwSignal<bool>,
) -> Callback<()> {
    let toasts = use_toasts();
    Callback::new(move |()| {
        let input = RevokeApiKeyInput { id: id.get_value() };
        call.run(RevokeKey { input }, move |_| {
            is_open.set(false);
            toasts.say("The key is revoked.");
            desk.refresh.run(());
        });
    })
}
