//! Teams and departments: who leads, who is in, what belongs together.

mod departments;
mod edit;
mod people;

use leptos::prelude::*;
use shared::permission::Permission;

use crate::{
    api::graphql::{Team, Teams, TeamsData},
    features::members::places::{Place, places},
    format,
    state::{
        organization::use_organization,
        remote::{Loaded, Remote, remote},
    },
    ui::{
        button::{Look, button, icon_text_button},
        card::card,
        dialog::dialog,
        dynamic::{effect, show},
        empty::empty,
        icon::Icon,
        list::keyed,
        page::{page_head, set_title},
        select::Choice,
        skeleton,
    },
};

/// Shows the page.
pub fn page() -> AnyView {
    set_title("Teams");
    let may_manage = use_organization().allows(Permission::ManageTeams);
    let teams = remote(|| Teams {});
    let (edited, is_editing) = (RwSignal::new(None::<Team>), RwSignal::new(false));
    let (opened, is_open) = (RwSignal::new(None::<Team>), RwSignal::new(false));
    effect(move || {
        if opened.with(Option::is_some) {
            is_open.set(true);
        }
    });
    let refresh = Callback::new(move |()| teams.refetch());
    let add = Callback::new(move |()| {
        edited.set(None);
        is_editing.set(true);
    });
    let actions = if may_manage {
        icon_text_button(Look::Primary, Icon::Plus, "Add team", add)
    } else {
        ().into_any()
    };
    let edit = Callback::new(move |team: Team| {
        edited.set(Some(team));
        is_editing.set(true);
    });
    let body = teams.view(
        || skeleton::rows(5),
        move |data| list(data, may_manage, edit, opened),
    );
    let form = move || edit::form(edited.get_untracked(), choices(teams), is_editing, refresh);
    let team = move || {
        let team = opened.get_untracked();
        team.map_or_else(
            || ().into_any(),
            |team| people::panel(team, may_manage, refresh),
        )
    };
    view! {
        {page_head("Teams", "A person may be in several teams; points count for the primary one.".into_any(), actions)}
        {places(&use_organization(), Signal::stored(Place::Teams))}
        {card("people-card", "Teams", ().into_any(), body)}
        {departments::card(teams, may_manage, refresh)}
        {dialog(is_editing, "Team", form)}
        {dialog(is_open, "People of the team", team)}
    }
    .into_any()
}

/// The departments to choose from.
fn choices(teams: Remote<TeamsData>) -> Vec<Choice> {
    let mut choices = vec![(String::new(), "No department".to_owned())];
    teams.data.with_untracked(|data| {
        let departments = data
            .as_ref()
            .and_then(|data| data.organization.as_ref())
            .map_or(&[][..], |organization| &organization.departments);
        choices.extend(
            departments
                .iter()
                .map(|one| (one.id.clone(), one.name.clone())),
        );
    });
    choices
}

fn nodes(data: &TeamsData) -> &[Team] {
    data.organization
        .as_ref()
        .map_or(&[], |organization| &organization.teams)
}

fn list(
    data: Loaded<TeamsData>,
    may_manage: bool,
    edit: Callback<Team>,
    opened: RwSignal<Option<Team>>,
) -> AnyView {
    let is_empty = Memo::new(move |_| data.with(|data| nodes(data).is_empty()));
    let keys = move || data.with(|data| nodes(data).iter().map(key_of).collect());
    let row = move |key: String| {
        let found =
            data.with_untracked(|data| nodes(data).iter().find(|one| key_of(one) == key).cloned());
        found.map_or_else(
            || ().into_any(),
            |team| line(team, may_manage, edit, opened),
        )
    };
    view! {
        {show(is_empty.into(), || empty(Icon::People, "No team yet", "Teams stand on boards together, and their lead sees the people's details.", None))}
        <table class="people" class:gone=is_empty>
            <caption class="only-read">"Teams by name"</caption>
            <thead><tr>
                <th scope="col">"Team"</th><th scope="col">"Lead"</th><th scope="col">"Department"</th>
                <th scope="col"><span class="only-read">"Action"</span></th>
            </tr></thead>
            <tbody>{keyed(keys, row)}</tbody>
        </table>
    }
    .into_any()
}

fn key_of(team: &Team) -> String {
    let lead = team.lead.as_ref().map_or("", |lead| lead.id.as_str());
    let department = team.department.as_ref().map_or("", |one| one.id.as_str());
    let count = team.member_count.to_string();
    [
        &team.id, " ", &team.name, " ", lead, " ", department, " ", &count,
    ]
    .concat()
}

fn line(
    team: Team,
    may_manage: bool,
    edit: Callback<Team>,
    opened: RwSignal<Option<Team>>,
) -> AnyView {
    let (shown, changed) = (team.clone(), team.clone());
    let people = button(
        Look::Quiet,
        "People",
        Callback::new(move |()| {
            // A team that is opened again is news too.
            opened.set(None);
            opened.set(Some(shown.clone()));
        }),
    );
    let change = may_manage.then(|| {
        button(
            Look::Quiet,
            "Change",
            Callback::new(move |()| edit.run(changed.clone())),
        )
    });
    view! {
        <tr>
            <td class="people-who"><span class="people-words"><b>{team.name}</b><span>{format::count(team.member_count, "member")}</span></span></td>
            <td>{team.lead.map(|lead| lead.name)}</td>
            <td class="people-teams">{team.department.map(|one| one.name)}</td>
            <td class="people-action">{people}{change}</td>
        </tr>
    }
    .into_any()
}
