//! Who is in a team, and who leads it.

use leptos::prelude::*;

use crate::{
    api::graphql::{
        AssignMate, AssignMemberInput, ClearLead, FindPeople, FindPeopleData, Team, TeamMate,
        TeamPeople, TeamPeopleData, UnassignMate, UnassignMemberInput, UpdateTeam, UpdateTeamInput,
    },
    state::{
        pending::{Pending, pending},
        remote::{Loaded, remote},
    },
    ui::{
        badge::{Tone, badge},
        button::{Look, button},
        dynamic::switch,
        field::search_field,
        skeleton,
        trouble::trouble_line,
    },
};

/// What the parts share.
#[derive(Clone, Copy)]
struct Desk {
    team: StoredValue<String>,
    lead: RwSignal<Option<String>>,
    call: Pending,
    changed: Callback<()>,
    may_manage: bool,
}

/// The people of a team; administrators put others in and take them out.
pub fn panel(team: Team, may_manage: bool, refresh: Callback<()>) -> AnyView {
    let id = team.id.clone();
    let people = remote(move || TeamPeople {
        team_id: id.clone(),
    });
    let desk = Desk {
        team: StoredValue::new(team.id),
        lead: RwSignal::new(team.lead.map(|lead| lead.id)),
        call: pending(),
        changed: Callback::new(move |()| {
            people.refetch();
            refresh.run(());
        }),
        may_manage,
    };
    let call = desk.call;
    view! {
        <p class="form-words"><b>{team.name}</b></p>
        {people.view(|| skeleton::rows(3), move |data| list(data, desk))}
        {switch(move || trouble_line(call.trouble.get()))}
        {may_manage.then(|| finder(desk))}
    }
    .into_any()
}

fn list(data: Loaded<TeamPeopleData>, desk: Desk) -> AnyView {
    let lines = move || {
        let lead = desk.lead.get();
        data.with(|data| {
            let people = data
                .organization
                .as_ref()
                .map_or(&[][..], |organization| &organization.members.nodes);
            if people.is_empty() {
                return view! { <li>"Nobody is in this team yet."</li> }.into_any();
            }
            let lines = people.iter().map(|mate| line(mate, lead.as_ref(), desk));
            lines.collect_view().into_any()
        })
    };
    view! { <ul class="rows">{switch(lines)}</ul> }.into_any()
}

fn line(mate: &TeamMate, lead: Option<&String>, desk: Desk) -> AnyView {
    let is_lead = lead == Some(&mate.user.id);
    let team = desk.team.get_value();
    let is_primary = mate.primary_team.as_ref().is_some_and(|own| own.id == team);
    let user = StoredValue::new(mate.user.id.clone());
    let promote = Callback::new(move |()| {
        if is_lead {
            let operation = ClearLead {
                id: desk.team.get_value(),
            };
            desk.call.run(operation, move |_| {
                desk.lead.set(None);
                desk.changed.run(());
            });
            return;
        }
        let input = UpdateTeamInput {
            id: desk.team.get_value(),
            name: None,
            lead_id: Some(user.get_value()),
            department_id: None,
        };
        desk.call.run(UpdateTeam { input }, move |_| {
            desk.lead.set(Some(user.get_value()));
            desk.changed.run(());
        });
    });
    let take_out = Callback::new(move |()| {
        let input = UnassignMemberInput {
            user_id: user.get_value(),
            team_id: desk.team.get_value(),
        };
        desk.call
            .run(UnassignMate { input }, move |_| desk.changed.run(()));
    });
    let actions = desk.may_manage.then(|| {
        let word = if is_lead { "No lead" } else { "Make lead" };
        view! { {button(Look::Quiet, word, promote)}{button(Look::Quiet, "Take out", take_out)} }
            .into_any()
    });
    view! {
        <li>
            <span class="people-words"><b>{mate.user.name.clone()}</b><span>{(!is_primary).then_some("primary elsewhere")}</span></span>
            {is_lead.then(|| badge(Tone::Info, "Lead"))}{actions}
        </li>
    }
    .into_any()
}

fn finder(desk: Desk) -> AnyView {
    let words = RwSignal::new(String::new());
    let found = remote(move || FindPeople {
        search: words.get(),
    });
    let results = found.view(|| skeleton::rows(1), move |data| matches(data, words, desk));
    view! {
        {search_field("Add by name", words.into(), Callback::new(move |text| words.set(text)))}
        {results}
    }
    .into_any()
}

fn matches(data: Loaded<FindPeopleData>, words: RwSignal<String>, desk: Desk) -> AnyView {
    let lines = move || {
        if words.with(|words| words.trim().is_empty()) {
            return ().into_any();
        }
        data.with(|data| {
            let people = data
                .organization
                .as_ref()
                .map_or(&[][..], |organization| &organization.members.nodes);
            people
                .iter()
                .map(|mate| candidate(mate, words, desk))
                .collect_view()
        })
        .into_any()
    };
    view! { <ul class="rows">{switch(lines)}</ul> }.into_any()
}

fn candidate(mate: &TeamMate, words: RwSignal<String>, desk: Desk) -> AnyView {
    let user = mate.user.id.clone();
    let add = Callback::new(move |()| {
        let input = AssignMemberInput {
            user_id: user.clone(),
            team_id: desk.team.get_value(),
            is_primary: false,
        };
        desk.call.run(AssignMate { input }, move |_| {
            words.set(String::new());
            desk.changed.run(());
        });
    });
    view! {
        <li><span class="people-words"><b>{mate.user.name.clone()}</b></span>{button(Look::Plain, "Add", add)}</li>
    }
    .into_any()
}
