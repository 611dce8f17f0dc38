//! One account: whose it is or may be, and what can be said about it.

use leptos::prelude::*;
use shared::people::MatchReason;

use crate::{
    api::graphql::{
        IdentityLine, MergeIdentitiesInput, MergeIdentity, UnmergeIdentitiesInput, UnmergeIdentity,
    },
    features::members::picker::member_picker,
    format,
    state::{pending::pending, toasts::use_toasts},
    ui::{
        badge::{Tone, badge},
        button::{Look, busy_button, button},
        dialog::question,
        dynamic::switch,
        trouble::trouble_line,
    },
};

/// What an account is called.
fn name_of(line: &IdentityLine) -> String {
    let names = [&line.display_name, &line.username, &line.email];
    let name = names.into_iter().flatten().next();
    name.cloned().unwrap_or_else(|| "Somebody".to_owned())
}

fn reason_words(reason: MatchReason) -> &'static str {
    match reason {
        MatchReason::Email => "has this address, which is not proven",
        MatchReason::Username => "has an account of this name elsewhere",
        MatchReason::Name => "is called so",
        MatchReason::LocalPart => "has an address that begins so",
    }
}

/// Shows the account; `chosen` opens the dialog about it.
pub(super) fn row(
    line: IdentityLine,
    chosen: RwSignal<Option<IdentityLine>>,
    changed: RwSignal<u32>,
) -> AnyView {
    let login = line.username.as_ref().map(|name| ["@", name].concat());
    let waiting = (line.waiting_credits > 0)
        .then(|| format::count(line.waiting_credits, "credit") + " waiting");
    let place = [&line.instance, " (", line.provider.as_str(), ")"].concat();
    let notes: Vec<String> = [login, Some(place), waiting]
        .into_iter()
        .flatten()
        .collect();
    let whose = match (&line.user, &line.suggestion) {
        (Some(user), _) => view! { <span class="people-words"><b>{user.name.clone()}</b></span> }.into_any(),
        (None, Some(may_be)) => view! {
            <span class="people-words">
                <b>"Perhaps "{may_be.user.name.clone()}</b><span>{reason_words(may_be.reason)}</span>
            </span>
        }
        .into_any(),
        (None, None) => badge(Tone::Warning, "Nobody yet"),
    };
    let about = line.clone();
    let open = Callback::new(move |()| chosen.set(Some(about.clone())));
    let actions = match (&line.user, &line.suggestion) {
        (Some(_), _) => button(Look::Quiet, "Undo", open),
        (None, Some(may_be)) => {
            let merge = merge(line.id.clone(), may_be.user.id.clone(), changed);
            view! { {merge}{button(Look::Quiet, "Somebody else", open)} }.into_any()
        }
        (None, None) => button(Look::Plain, "Choose", open),
    };
    view! {
        <tr>
            <td class="people-who"><span class="people-words"><b>{name_of(&line)}</b><span>{notes.join(" \u{b7} ")}</span></span></td>
            <td>{whose}</td>
            <td class="people-action">{actions}</td>
        </tr>
    }
    .into_any()
}

/// The button that says whose it is.
fn merge(account_id: String, user_id: String, changed: RwSignal<u32>) -> AnyView {
    let (call, toasts) = (pending(), use_toasts());
    let go = Callback::new(move |()| {
        let input = MergeIdentitiesInput {
            account_id: account_id.clone(),
            user_id: user_id.clone(),
        };
        call.run(MergeIdentity { input }, move |_| {
            toasts.say("The account is matched; what it earned is credited.");
            changed.update(|count| *count += 1);
        });
    });
    view! {
        {busy_button(Look::Primary, "That is right", call.is_busy.into(), go)}
        {switch(move || trouble_line(call.trouble.get()))}
    }
    .into_any()
}

/// The form in which somebody is found for the account.
pub(super) fn choosing(
    line: IdentityLine,
    is_open: RwSignal<bool>,
    changed: RwSignal<u32>,
) -> AnyView {
    let (call, toasts) = (pending(), use_toasts());
    let person = RwSignal::new(String::new());
    let is_missing = RwSignal::new(false);
    let account_id = line.id.clone();
    let go = Callback::new(move |()| {
        let user_id = person.get_untracked();
        is_missing.set(user_id.is_empty());
        if user_id.is_empty() {
            return;
        }
        let input = MergeIdentitiesInput {
            account_id: account_id.clone(),
            user_id,
        };
        call.run(MergeIdentity { input }, move |_| {
            is_open.set(false);
            toasts.say("The account is matched; what it earned is credited.");
            changed.update(|count| *count += 1);
        });
    });
    view! {
        <div class="form">
            <p class="form-words">"What "<b>{name_of(&line)}</b>" earned before is credited to the member, for the days on which it was earned."</p>
            {member_picker("identity-person", "Member", "Choose a member", person)}
            {switch(move || if is_missing.get() {
                view! { <p class="field-error" role="alert">"Choose a member."</p> }.into_any()
            } else {
                ().into_any()
            })}
            {switch(move || trouble_line(call.trouble.get()))}
            <div class="form-end">
                {button(Look::Plain, "Cancel", Callback::new(move |()| is_open.set(false)))}
                {busy_button(Look::Primary, "Match", call.is_busy.into(), go)}
            </div>
        </div>
    }
    .into_any()
}

/// The question before an account is parted from its member.
pub(super) fn undoing(
    line: IdentityLine,
    is_open: RwSignal<bool>,
    changed: RwSignal<u32>,
) -> AnyView {
    let (call, toasts) = (pending(), use_toasts());
    let member = line.user.as_ref().map_or("", |user| &user.name);
    let words = [
        "What ",
        &name_of(&line),
        " earned is taken back from ",
        member,
        ", for the days on which it was earned, and waits for whoever it is. It is not matched to them by itself again; you can match it again.",
    ]
    .concat();
    let account_id = line.id.clone();
    let go = Callback::new(move |()| {
        let input = UnmergeIdentitiesInput {
            account_id: account_id.clone(),
        };
        call.run(UnmergeIdentity { input }, move |_| {
            is_open.set(false);
            toasts.say("The account is nobody\u{2019}s now.");
            changed.update(|count| *count += 1);
        });
    });
    question(words, "Part them", is_open, call.state(), go)
}
