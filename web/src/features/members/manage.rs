//! What an administrator does with one member.

use leptos::prelude::*;
use shared::{
    role::{MembershipStatus, Role},
    validation::invitation::{EMPLOYEE_ID_MAX, employee_id},
};

use super::role_choices;
use crate::{
    api::graphql::{
        ChangeMember, ChangeMemberRoleInput, ChangeMemberStatusInput, ChangeRole, ChangeStatus,
        Member, RemoveMember, RemoveMemberInput, UpdateMemberInput,
    },
    state::{pending::pending, toasts::use_toasts},
    ui::{
        button::{Look, busy_button, button, submit_button},
        dialog::{dialog, question},
        dynamic::{effect, switch},
        field::{TextField, text_field},
        select::{Choice, select_field},
        trouble::trouble_line,
    },
};

/// The dialogs of the member that is `managed`.
pub fn dialogs(
    managed: RwSignal<Option<Member>>,
    departments: Signal<Vec<Choice>>,
    changed: RwSignal<u32>,
) -> AnyView {
    let is_open = RwSignal::new(false);
    let is_removing = RwSignal::new(false);
    effect(move || {
        if managed.with(Option::is_some) {
            is_open.set(true);
        }
    });
    Effect::new(move |was_open: Option<bool>| {
        let is_open = is_open.get() || is_removing.get();
        if was_open == Some(true) && !is_open {
            managed.set(None);
        }
        is_open
    });
    let form = move || {
        let member = managed.get_untracked();
        member.map_or_else(
            || ().into_any(),
            |member| {
                form(
                    member,
                    departments.get_untracked(),
                    is_open,
                    is_removing,
                    changed,
                )
            },
        )
    };
    let removal = move || {
        let member = managed.get_untracked();
        member.map_or_else(
            || ().into_any(),
            |member| removal(&member, is_removing, changed),
        )
    };
    view! {
        {dialog(is_open, "Manage member", form)}
        {dialog(is_removing, "Remove this member?", removal)}
    }
    .into_any()
}

fn form(
    member: Member,
    departments: Vec<Choice>,
    is_open: RwSignal<bool>,
    is_removing: RwSignal<bool>,
    changed: RwSignal<u32>,
) -> AnyView {
    let toasts = use_toasts();
    let call = pending();
    let number = RwSignal::new(member.employee_id.clone().unwrap_or_default());
    let refusal = RwSignal::new(None);
    let role = RwSignal::new(member.role.as_str().to_owned());
    let own = member.department.as_ref().map(|one| one.id.clone());
    let department = RwSignal::new(own.clone().unwrap_or_default());
    let mut places = vec![(String::new(), "No department of their own".to_owned())];
    places.extend(departments);
    let (user, name) = (
        StoredValue::new(member.user.person.id.clone()),
        StoredValue::new(member.user.person.name.clone()),
    );
    let done = move |words: &'static str| {
        toasts.say([&name.get_value(), words].concat());
        is_open.set(false);
        changed.update(|count| *count += 1);
    };
    let before = (member.role, member.employee_id.clone().unwrap_or_default());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let wrong = number.with_untracked(|number| check_number(number));
        if wrong.is_some() {
            refusal.set(wrong);
            return;
        }
        let details = UpdateMemberInput {
            user_id: user.get_value(),
            employee_id: Some(number.get_untracked().trim().to_owned())
                .filter(|number| *number != before.1),
            department_id: Some(department.get_untracked())
                .filter(|id| !id.is_empty() && Some(id) != own.as_ref()),
        };
        let has_details = details.employee_id.is_some() || details.department_id.is_some();
        let chosen = role.get_untracked().parse::<Role>().unwrap_or(before.0);
        let save_details = move || {
            if !has_details {
                done(" is up to date.");
                return;
            }
            call.run_or(
                ChangeMember { input: details },
                move |_| done(" is up to date."),
                move |error| {
                    let is_number = error.message.contains("number");
                    if is_number {
                        refusal.set(Some(error.message.clone()));
                    }
                    is_number
                },
            );
        };
        if chosen == before.0 {
            save_details();
            return;
        }
        let input = ChangeMemberRoleInput {
            user_id: user.get_value(),
            role: chosen,
        };
        call.run(ChangeRole { input }, move |_| {
            if has_details {
                // The call is free again once its answer is taken.
                set_timeout(save_details, std::time::Duration::ZERO);
            } else {
                done(" has a new role.");
            }
        });
    };
    let is_active = member.status == MembershipStatus::Active;
    let toggle = Callback::new(move |()| {
        let input = ChangeMemberStatusInput {
            user_id: user.get_value(),
            status: if is_active {
                MembershipStatus::Inactive
            } else {
                MembershipStatus::Active
            },
        };
        call.run(ChangeStatus { input }, move |_| {
            done(if is_active {
                " is suspended."
            } else {
                " is let in again."
            });
        });
    });
    let remove = Callback::new(move |()| {
        is_removing.set(true);
        is_open.set(false);
    });
    let word = if is_active { "Suspend" } else { "Let in again" };
    view! {
        <form class="form" novalidate on:submit=submit>
            <p class="form-words"><b>{name.get_value()}</b>" "{member.user.email}</p>
            {select_field("member-role", "Role", role_choices(), role)}
            {select_field("member-department", "Department", places, department)}
            {text_field(TextField {
                id: "member-number", label: "Employee number", help: "Unique in the organization; may be empty.", value: number,
                check: check_number, refusal, autocomplete: "off", limit: Some(EMPLOYEE_ID_MAX),
            })}
            {switch(move || trouble_line(call.trouble.get()))}
            <div class="form-end">
                {button(Look::Danger, "Remove", remove)}
                {busy_button(Look::Plain, word, call.is_busy.into(), toggle)}
                {submit_button("Save", call.is_busy.into())}
            </div>
        </form>
    }
    .into_any()
}

/// What is wrong with a number: the server's own rule; none is fine.
fn check_number(text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return None;
    }
    let error = employee_id(text).err()?;
    Some(["The number ", &error.message, "."].concat())
}

fn removal(member: &Member, is_open: RwSignal<bool>, changed: RwSignal<u32>) -> AnyView {
    let (call, toasts) = (pending(), use_toasts());
    let (user, name) = (
        member.user.person.id.clone(),
        member.user.person.name.clone(),
    );
    let words = [
        &name,
        " loses access at once and leaves all teams. Points and history stay, and an invitation brings the person back.",
    ]
    .concat();
    let go = Callback::new(move |()| {
        let name = name.clone();
        let input = RemoveMemberInput {
            user_id: user.clone(),
        };
        call.run(RemoveMember { input }, move |_| {
            is_open.set(false);
            toasts.say([&name, " is removed."].concat());
            changed.update(|count| *count += 1);
        });
    });
    question(words, "Remove member", is_open, call.state(), go)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_number_is_no_mistake() {
        assert_eq!(check_number(" "), None);
        assert!(check_number(&"x".repeat(EMPLOYEE_ID_MAX + 1)).is_some());
    }
}
