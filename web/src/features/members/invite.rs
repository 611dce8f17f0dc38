//! Inviting: addresses typed, or a table pasted; each bad line is named before anything is sent.

use leptos::prelude::*;
use shared::{
    people::InviteOutcome,
    role::Role,
    validation::invitation::{CheckedInvitee, PEOPLE_MAX, read_table},
};

use super::role_choices;
use crate::{
    api::graphql::{
        InviteMemberInput, InviteMembers, InviteMembersInviteMemberResults, PersonToInviteInput,
    },
    format,
    state::pending::pending,
    ui::{
        badge::{Tone, badge},
        button::{Look, button, copy_button, submit_button},
        dynamic::{switch, text},
        select::select_field,
        trouble::trouble_line,
    },
};

/// What the text holds: who can be invited, and what is wrong, by line.
struct Reading {
    good: Vec<CheckedInvitee>,
    bad: Vec<(usize, String)>,
}

fn read(entered: &str, default_role: Role) -> Reading {
    let mut reading = Reading {
        good: Vec::new(),
        bad: Vec::new(),
    };
    for mut invitee in read_table(entered) {
        if invitee
            .role
            .as_deref()
            .is_none_or(|role| role.trim().is_empty())
        {
            invitee.role = Some(default_role.as_str().to_owned());
        }
        match invitee.check() {
            Ok(one) => reading.good.push(one),
            Err(error) => reading
                .bad
                .push((invitee.line, [error.field, " ", &error.message].concat())),
        }
    }
    reading
}

/// The form; afterwards it shows what became of each line.
pub fn form(is_open: RwSignal<bool>, changed: RwSignal<u32>) -> AnyView {
    let entered = RwSignal::new(String::new());
    let role = RwSignal::new(Role::Member.as_str().to_owned());
    let results = RwSignal::new(None::<Vec<InviteMembersInviteMemberResults>>);
    let reading = move || {
        let role = role.with(|word| word.parse().unwrap_or(Role::Member));
        entered.with(|entered| read(entered, role))
    };
    let call = pending();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let good = untrack(reading).good;
        if good.is_empty() {
            return;
        }
        let people = good
            .into_iter()
            .map(|one| PersonToInviteInput {
                email: one.email,
                role: one.role,
                name: one.name,
                employee_id: one.employee_id,
                team: one.team,
            })
            .collect();
        let input = InviteMemberInput { people, csv: None };
        call.run(InviteMembers { input }, move |data| {
            results.set(Some(data.invite_member.results));
            changed.update(|count| *count += 1);
        });
    };
    let close = Callback::new(move |()| is_open.set(false));
    let ask = move || {
        view! {
            <form class="form" novalidate on:submit=submit>
                <div class="field">
                    <label for="invite-people">"Addresses"</label>
                    <textarea
                        id="invite-people" rows="6" autocomplete="off" spellcheck="false" aria-describedby="invite-note"
                        placeholder="ada@example.com\ngrace@example.com, viewer, Grace Hopper" prop:value=entered
                        on:input=move |event| entered.set(event_target_value(&event))
                    ></textarea>
                    <p class="field-help" id="invite-note">
                        "One person a line. A table from a spreadsheet may have more columns: role, name, employee number, team."
                    </p>
                </div>
                {select_field("invite-role", "Role, where a line names none", role_choices(), role)}
                {switch(move || problems(&reading()))}
                {switch(move || trouble_line(call.trouble.get()))}
                <div class="form-end">
                    {button(Look::Plain, "Cancel", close)}
                    {submit_button("Send invitations", call.is_busy.into())}
                </div>
            </form>
        }
        .into_any()
    };
    switch(move || match results.get() {
        None => ask(),
        Some(results) => outcome(results, close),
    })
}

fn problems(reading: &Reading) -> AnyView {
    let count = reading.good.len();
    let words = match (count, reading.bad.is_empty()) {
        (0, true) => String::new(),
        (count, _) if count > PEOPLE_MAX => {
            ["At most ", &PEOPLE_MAX.to_string(), " at once."].concat()
        }
        (count, _) => [&format::count(count as i32, "invitation"), " to send."].concat(),
    };
    let lines = reading
        .bad
        .iter()
        .take(20)
        .map(|(line, why)| view! { <li>"Line "{line.to_string()}": "{why.clone()}</li> }.into_any())
        .collect_view();
    view! { <div class="invite-check" role="status"><p>{words}</p><ul>{lines}</ul></div> }
        .into_any()
}

fn outcome(results: Vec<InviteMembersInviteMemberResults>, close: Callback<()>) -> AnyView {
    let sent = results
        .iter()
        .filter(|one| one.outcome == InviteOutcome::Invited)
        .count();
    let words = format::count(sent as i32, "invitation")
        + " sent. A link can also be passed on by hand; it lets one person in.";
    let lines = results.into_iter().map(result_line).collect_view();
    view! {
        <p class="form-words" role="status">{text(move || words.clone())}</p>
        <ul class="invite-results">{lines}</ul>
        <div class="form-end">{button(Look::Primary, "Done", close)}</div>
    }
    .into_any()
}

fn result_line(result: InviteMembersInviteMemberResults) -> AnyView {
    let (tone, word) = match result.outcome {
        InviteOutcome::Invited => (Tone::Positive, "Invited"),
        InviteOutcome::AlreadyInvited => (Tone::Neutral, "Invited before"),
        InviteOutcome::AlreadyMember => (Tone::Neutral, "Member already"),
        InviteOutcome::Refused => (Tone::Negative, "Not invited"),
    };
    let link = result
        .invitation
        .and_then(|invitation| invitation.url)
        .map(|url| copy_button("Copy link", Signal::stored(url)));
    view! {
        <li>
            <span class="people-words"><b>{result.email}</b><span>{result.message}</span></span>
            {badge(tone, word)}{link}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_without_a_role_get_the_chosen_one() {
        let reading = read("a@x.test\nb@x.test, admin\nnobody", Role::Viewer);

        let roles: Vec<_> = reading.good.iter().map(|one| one.role).collect();
        assert_eq!(roles, [Role::Viewer, Role::Admin]);
        assert_eq!(reading.bad.len(), 1);
        assert_eq!(reading.bad[0].0, 3);
    }
}
