//! All organizations of the instance: their plans, and whose people join them without being asked. For operators.

mod organization;

use leptos::prelude::*;

use crate::{
    api::graphql::{InstanceLine, InstanceOrganizations, InstanceOrganizationsData},
    features::settings::plan,
    format,
    state::remote::{Loaded, remote},
    ui::{
        badge::{Tone, badge},
        button::{Look, button},
        card::card,
        dialog::dialog,
        dynamic::{effect, show, text},
        empty::empty,
        field::resting_search_field,
        icon::Icon,
        list::keyed,
        page::{page_head, set_title},
        pager::{Pages, pager},
        skeleton,
    },
};

/// Shows the page.
pub fn page() -> AnyView {
    set_title("Instance");
    let search = RwSignal::new(String::new());
    let (pages, changed) = (Pages::first(), RwSignal::new(0_u32));
    let organizations = remote(move || {
        changed.track();
        InstanceOrganizations {
            search: Some(search.get()).filter(|words| !words.trim().is_empty()),
            after: pages.after(),
        }
    });
    let find = Callback::new(move |words| {
        pages.restart();
        search.set(words);
    });
    let sentence = text(move || {
        organizations.data.with(|data| {
            let instance = data.as_ref().and_then(|data| data.instance.as_ref());
            instance.map_or_else(String::new, |instance| {
                [
                    if instance.is_sign_up_open {
                        "Everybody may sign up"
                    } else {
                        "Only whom somebody invited or a rule lets in may sign up"
                    },
                    "; new organizations get the plan ",
                    plan::word(instance.default_plan),
                    ".",
                ]
                .concat()
            })
        })
    });
    let body = organizations.view(
        || skeleton::rows(6),
        move |data| content(data, pages, changed),
    );
    view! {
        {page_head("Instance", sentence, ().into_any())}
        <div class="people-filters">{resting_search_field("Find an organization", find)}</div>
        {card("people-card", "Organizations", ().into_any(), body)}
    }
    .into_any()
}

fn lines(data: &InstanceOrganizationsData) -> &[InstanceLine] {
    let instance = data.instance.as_ref();
    instance.map_or(&[], |instance| &instance.organizations.nodes)
}

fn content(
    data: Loaded<InstanceOrganizationsData>,
    pages: Pages,
    changed: RwSignal<u32>,
) -> AnyView {
    let is_empty = Memo::new(move |_| data.with(|data| lines(data).is_empty()));
    let next = Signal::derive(move || {
        data.with(|data| {
            let page = &data.instance.as_ref()?.organizations.page_info;
            page.end_cursor.clone().filter(|_| page.has_next_page)
        })
    });
    let managed = RwSignal::new(None::<String>);
    let is_open = RwSignal::new(false);
    effect(move || {
        if managed.with(Option::is_some) {
            is_open.set(true);
        }
    });
    effect(move || {
        if !is_open.get() {
            managed.set(None);
        }
    });
    let found =
        move |key: &str| data.with(|data| lines(data).iter().find(|one| one.id == key).cloned());
    // What changes of a line is part of its key: the line is built anew.
    let key_of = |one: &InstanceLine| {
        let plan = one.plan_type.as_str();
        [&one.id, " ", plan, " ", &one.join_rules.len().to_string()].concat()
    };
    let keys = move || data.with(|data| lines(data).iter().map(key_of).collect());
    let row = move |key: String| {
        let id = key.split(' ').next().unwrap_or_default();
        let line = untrack(|| found(id));
        line.map_or_else(|| ().into_any(), |line| row_of(line, managed))
    };
    let tenant =
        move || data.with_untracked(|data| data.instance.as_ref()?.entra_tenant_id.clone());
    let form = move || {
        let line = managed.get_untracked().and_then(|id| found(&id));
        line.map_or_else(
            || ().into_any(),
            |line| organization::form(line, tenant(), changed),
        )
    };
    view! {
        {show(is_empty.into(), || empty(Icon::Search, "No organization is called so", "Search for part of a name or of an address.", None))}
        <table class="people" class:gone=is_empty>
            <caption class="only-read">"Organizations"</caption>
            <thead><tr>
                <th scope="col">"Organization"</th><th scope="col">"Plan"</th><th scope="col">"Members"</th>
                <th scope="col"><span class="only-read">"Action"</span></th>
            </tr></thead>
            <tbody>{keyed(keys, row)}</tbody>
        </table>
        {pager(pages, next)}
        {dialog(is_open, "Plan and joining", form)}
    }
    .into_any()
}

fn row_of(line: InstanceLine, managed: RwSignal<Option<String>>) -> AnyView {
    let id = line.id.clone();
    let rules = (!line.join_rules.is_empty())
        .then(|| format::count(line.join_rules.len() as i32, "rule to join"));
    let note = [Some(line.slug.clone()), rules];
    let note: Vec<String> = note.into_iter().flatten().collect();
    let manage = Callback::new(move |()| managed.set(Some(id.clone())));
    view! {
        <tr>
            <td class="people-who"><span class="people-words"><b>{line.name.clone()}</b><span>{note.join(" \u{b7} ")}</span></span></td>
            <td>{plan::word(line.plan_type)}</td>
            <td>{format::number(line.member_count)}{line.deleted_at.map(|_| badge(Tone::Negative, "Deleted"))}</td>
            <td class="people-action">{button(Look::Quiet, "Manage", manage)}</td>
        </tr>
    }
    .into_any()
}
