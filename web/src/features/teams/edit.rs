//! The form of a team.

use leptos::prelude::*;
use shared::validation::line;

use crate::{
    api::graphql::{
        CreateTeam, CreateTeamInput, DeleteTeam, DeleteTeamInput, Team, UpdateTeam, UpdateTeamInput,
    },
    state::pending::pending,
    ui::{
        button::{Look, busy_button, button, submit_button},
        dynamic::{show, switch},
        field::{TextField, text_field},
        select::{Choice, select_field},
        trouble::trouble_line,
    },
};

/// The form of a team, new or known.
pub fn form(
    team: Option<Team>,
    departments: Vec<Choice>,
    is_open: RwSignal<bool>,
    refresh: Callback<()>,
) -> AnyView {
    let call = pending();
    let name = RwSignal::new(
        team.as_ref()
            .map_or_else(String::new, |team| team.name.clone()),
    );
    let refusal = RwSignal::new(None);
    let own = team.as_ref().and_then(|team| team.department.as_ref());
    let department = RwSignal::new(own.map_or_else(String::new, |one| one.id.clone()));
    let id = StoredValue::new(team.map(|team| team.id));
    let done = move || {
        is_open.set(false);
        refresh.run(());
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let wrong = name.with_untracked(|name| check(name));
        if wrong.is_some() {
            refusal.set(wrong);
            return;
        }
        let name = name.get_untracked();
        let department_id = Some(department.get_untracked()).filter(|id| !id.is_empty());
        match id.get_value() {
            Some(id) => {
                let input = UpdateTeamInput {
                    id,
                    name: Some(name),
                    lead_id: None,
                    department_id,
                };
                call.run(UpdateTeam { input }, move |_| done());
            }
            None => {
                let input = CreateTeamInput {
                    name,
                    lead_id: None,
                    department_id,
                };
                call.run(CreateTeam { input }, move |_| done());
            }
        }
    };
    // Deleting asks once more, in place.
    let is_sure = RwSignal::new(false);
    let delete = Callback::new(move |()| {
        if !is_sure.get_untracked() {
            is_sure.set(true);
            return;
        }
        if let Some(id) = id.get_value() {
            let input = DeleteTeamInput { id };
            call.run(DeleteTeam { input }, move |_| done());
        }
    });
    let may_delete = id.with_value(Option::is_some);
    let removal = move || {
        if !may_delete {
            return ().into_any();
        }
        let word = if is_sure.get() {
            "Yes, delete the team"
        } else {
            "Delete"
        };
        busy_button(Look::Danger, word, call.is_busy.into(), delete)
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            {text_field(TextField {
                id: "team-name", label: "Name", help: "Unique in the organization.", value: name, check, refusal,
                autocomplete: "off", limit: Some(100),
            })}
            {select_field("team-department", "Department", departments, department)}
            {show(is_sure.into(), || view! { <p class="form-words" role="alert">"Members stay members, and points stay with them. The team's board and history go."</p> }.into_any())}
            {switch(move || trouble_line(call.trouble.get()))}
            <div class="form-end">
                {switch(removal)}
                {button(Look::Plain, "Cancel", Callback::new(move |()| is_open.set(false)))}
                {submit_button("Save", call.is_busy.into())}
            </div>
        </form>
    }
    .into_any()
}

/// What is wrong with a name: the server's own rule.
pub fn check(text: &str) -> Option<String> {
    let error = line("name", text, 100).err()?;
    Some(["The name ", &error.message, "."].concat())
}
