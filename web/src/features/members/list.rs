//! The table of members: searched, filtered, page by page.

use leptos::prelude::*;
use shared::role::{MembershipStatus, Role};

use super::{manage, role_choices, status_word};
use crate::{
    api::graphql::{Member, Members, MembersData, MembersOrganization},
    format,
    state::{
        organization::role_word,
        remote::{Loaded, remote},
    },
    ui::{
        avatar::avatar,
        badge::{Tone, badge},
        card,
        dynamic::{show, switch, text},
        empty::empty,
        field::resting_search_field,
        icon::Icon,
        list::keyed,
        pager::{Pages, pager},
        select::{Choice, filter_select},
        skeleton,
    },
};

/// What narrows the list.
#[derive(Clone, Copy)]
struct Filter {
    search: RwSignal<String>,
    role: RwSignal<String>,
    status: RwSignal<String>,
    team: RwSignal<String>,
    pages: Pages,
}

impl Filter {
    fn new() -> Self {
        let nothing = || RwSignal::new(String::new());
        Self {
            search: nothing(),
            role: nothing(),
            status: nothing(),
            team: nothing(),
            pages: Pages::first(),
        }
    }

    fn operation(self) -> Members {
        let given =
            |value: RwSignal<String>| Some(value.get()).filter(|value| !value.trim().is_empty());
        Members {
            search: given(self.search),
            role: given(self.role).and_then(|word| word.parse::<Role>().ok()),
            status: given(self.status).and_then(|word| word.parse::<MembershipStatus>().ok()),
            team_id: given(self.team),
            after: self.pages.after(),
        }
    }

    fn is_narrow(self) -> bool {
        [self.search, self.role, self.status, self.team]
            .iter()
            .any(|value| value.with(|value| !value.is_empty()))
    }

    fn choose(self, value: RwSignal<String>) -> Callback<String> {
        Callback::new(move |chosen| {
            self.pages.restart();
            value.set(chosen);
        })
    }
}

/// The card of the list.
pub fn card(may_manage: bool, changed: RwSignal<u32>) -> AnyView {
    let filter = Filter::new();
    let members = remote(move || {
        changed.track();
        filter.operation()
    });
    let managed = RwSignal::new(None::<Member>);
    let body = members.view(
        || skeleton::rows(8),
        move |data| content(data, filter, may_manage, managed),
    );
    let total = text(move || {
        members.data.with(|data| {
            organization(data.as_ref()).map_or_else(String::new, |organization| {
                format::count(organization.members.total_count, "member")
            })
        })
    });
    let total = view! { <span class="card-note" role="status">{total}</span> }.into_any();
    let departments = Signal::derive(move || {
        members.data.with(|data| {
            organization(data.as_ref()).map_or_else(Vec::new, |organization| {
                let all = organization.departments.iter();
                all.map(|one| (one.id.clone(), one.name.clone())).collect()
            })
        })
    });
    view! {
        {card::card("people-card", "People", total, body)}
        {may_manage.then(|| manage::dialogs(managed, departments, changed))}
    }
    .into_any()
}

fn organization(data: Option<&MembersData>) -> Option<&MembersOrganization> {
    data.and_then(|data| data.organization.as_ref())
}

fn nodes(data: &MembersData) -> &[Member] {
    data.organization
        .as_ref()
        .map_or(&[], |organization| &organization.members.nodes)
}

fn content(
    data: Loaded<MembersData>,
    filter: Filter,
    may_manage: bool,
    managed: RwSignal<Option<Member>>,
) -> AnyView {
    let is_empty = Memo::new(move |_| data.with(|data| nodes(data).is_empty()));
    let next = Signal::derive(move || {
        data.with(|data| {
            let page = &organization(Some(data))?.members.page_info;
            page.end_cursor.clone().filter(|_| page.has_next_page)
        })
    });
    // What changes of a member changes the key: the line is written anew.
    let keys = move || data.with(|data| nodes(data).iter().map(key_of).collect());
    let row = move |key: String| {
        let found = data.with_untracked(|data| {
            nodes(data)
                .iter()
                .find(|member| key_of(member) == key)
                .cloned()
        });
        found.map_or_else(|| ().into_any(), |member| line(member, may_manage, managed))
    };
    view! {
        {filters(data, filter, may_manage)}
        {show(is_empty.into(), move || empty(
            Icon::Search,
            "Nobody is found",
            if filter.is_narrow() { "Nobody matches what is searched for." } else { "Nobody is here yet." },
            None,
        ))}
        <table class="people" class:gone=is_empty>
            <caption class="only-read">"Members by name"</caption>
            <thead><tr>
                <th scope="col">"Person"</th><th scope="col">"Role"</th><th scope="col">"Teams"</th>
                <th scope="col">"Number"</th><th scope="col"><span class="only-read">"Action"</span></th>
            </tr></thead>
            <tbody>{keyed(keys, row)}</tbody>
        </table>
        {pager(filter.pages, next)}
    }
    .into_any()
}

fn filters(data: Loaded<MembersData>, filter: Filter, may_manage: bool) -> AnyView {
    let all = |word: &str| -> Vec<Choice> { vec![(String::new(), word.to_owned())] };
    let mut roles = all("Every role");
    roles.extend(role_choices());
    let mut statuses = all("Every status");
    statuses.extend(
        [MembershipStatus::Active, MembershipStatus::Inactive]
            .map(|status| (status.as_str().to_owned(), status_word(status).to_owned())),
    );
    // Built anew only when the teams are others.
    let teams = Memo::new(move |_| {
        data.with(|data| {
            organization(Some(data)).map_or_else(Vec::new, |organization| {
                let all = organization.teams.iter();
                all.map(|team| (team.id.clone(), team.name.clone()))
                    .collect::<Vec<Choice>>()
            })
        })
    });
    let team_choices = move || {
        let mut choices = vec![(String::new(), "Every team".to_owned())];
        choices.extend(teams.get());
        filter_select(
            "Team",
            choices,
            filter.team.into(),
            filter.choose(filter.team),
        )
    };
    let label = if may_manage {
        "Search by name or address"
    } else {
        "Search by name"
    };
    view! {
        <div class="people-filters">
            {resting_search_field(label, filter.choose(filter.search))}
            {filter_select("Role", roles, filter.role.into(), filter.choose(filter.role))}
            {filter_select("Status", statuses, filter.status.into(), filter.choose(filter.status))}
            {switch(team_choices)}
        </div>
    }
    .into_any()
}

fn key_of(member: &Member) -> String {
    let mut key = [
        &member.id,
        " ",
        member.role.as_str(),
        " ",
        member.status.as_str(),
        " ",
        member.employee_id.as_deref().unwrap_or_default(),
    ]
    .concat();
    for team in &member.teams {
        key.push_str(&team.id);
    }
    if let Some(department) = &member.department {
        key.push_str(&department.id);
    }
    key
}

fn line(member: Member, may_manage: bool, managed: RwSignal<Option<Member>>) -> AnyView {
    let teams: Vec<&str> = member.teams.iter().map(|team| team.name.as_str()).collect();
    let teams = teams.join(", ");
    let suspended = (member.status != MembershipStatus::Active)
        .then(|| badge(Tone::Warning, status_word(member.status)));
    let name = member.user.person.name.clone();
    let manage = may_manage.then(|| {
        let label = ["Manage ", &name].concat();
        let member = member.clone();
        view! {
            <button type="button" class="button quiet" aria-label=label on:click=move |_| managed.set(Some(member.clone()))>"Manage"</button>
        }
        .into_any()
    });
    view! {
        <tr>
            <td class="people-who">
                {avatar(&name, member.user.person.avatar_url)}
                <span class="people-words"><b>{name.clone()}</b><span>{member.user.email}</span></span>
            </td>
            <td class="people-role">{role_word(member.role)}" "{suspended}</td>
            <td class="people-teams">{teams}</td>
            <td class="people-number">{member.employee_id}</td>
            <td class="people-action">{manage}</td>
        </tr>
    }
    .into_any()
}
