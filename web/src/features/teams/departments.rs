//! Departments: added, renamed and deleted in place.

use leptos::prelude::*;

use super::edit::check;
use crate::{
    api::graphql::{
        CreateDepartment, CreateDepartmentInput, DeleteDepartment, DeleteDepartmentInput,
        TeamsData, UpdateDepartment, UpdateDepartmentInput,
    },
    state::{pending::pending, remote::Remote},
    ui::{
        button::{Look, busy_button, button, submit_button},
        card,
        dialog::dialog,
        dynamic::{show, switch},
        field::{TextField, text_field},
        trouble::trouble_line,
    },
};

/// The card of departments.
pub fn card(teams: Remote<TeamsData>, may_manage: bool, refresh: Callback<()>) -> AnyView {
    let (edited, is_open) = (
        RwSignal::new(None::<(String, String)>),
        RwSignal::new(false),
    );
    let open = Callback::new(move |one: Option<(String, String)>| {
        edited.set(one);
        is_open.set(true);
    });
    let lines = move || {
        teams.data.with(|data| {
            let departments = data
                .as_ref()
                .and_then(|data| data.organization.as_ref())
                .map_or(&[][..], |organization| &organization.departments);
            if departments.is_empty() {
                return view! { <li>"No department yet."</li> }.into_any();
            }
            let lines = departments.iter().map(|one| {
                let pair = (one.id.clone(), one.name.clone());
                let change = may_manage.then(|| {
                    button(Look::Quiet, "Change", Callback::new(move |()| open.run(Some(pair.clone()))))
                });
                view! { <li><span class="people-words"><b>{one.name.clone()}</b></span>{change}</li> }
                    .into_any()
            });
            lines.collect_view().into_any()
        })
    };
    let add = may_manage.then(|| {
        button(
            Look::Plain,
            "Add department",
            Callback::new(move |()| open.run(None)),
        )
    });
    let body = view! { <ul class="rows">{switch(lines)}</ul> }.into_any();
    view! {
        {card::card("people-card", "Departments", add.into_any(), body)}
        {dialog(is_open, "Department", move || form(edited.get_untracked(), is_open, refresh))}
    }
    .into_any()
}

fn form(
    department: Option<(String, String)>,
    is_open: RwSignal<bool>,
    refresh: Callback<()>,
) -> AnyView {
    let call = pending();
    let (id, name) = department.unzip();
    let name = RwSignal::new(name.unwrap_or_default());
    let (id, refusal) = (StoredValue::new(id), RwSignal::new(None));
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
        match id.get_value() {
            Some(id) => {
                let input = UpdateDepartmentInput { id, name };
                call.run(UpdateDepartment { input }, move |_| done());
            }
            None => {
                let input = CreateDepartmentInput { name };
                call.run(CreateDepartment { input }, move |_| done());
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
            let input = DeleteDepartmentInput { id };
            call.run(DeleteDepartment { input }, move |_| done());
        }
    });
    let may_delete = id.with_value(Option::is_some);
    let removal = move || {
        if !may_delete {
            return ().into_any();
        }
        let word = if is_sure.get() {
            "Yes, delete it"
        } else {
            "Delete"
        };
        busy_button(Look::Danger, word, call.is_busy.into(), delete)
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            {text_field(TextField {
                id: "department-name", label: "Name", help: "Unique in the organization.", value: name, check, refusal,
                autocomplete: "off", limit: Some(100),
            })}
            {show(is_sure.into(), || view! { <p class="form-words" role="alert">"Its teams and people are in no department then."</p> }.into_any())}
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
