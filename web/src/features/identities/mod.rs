//! Whose accounts at providers are: suggested, said with one press, and taken back.

mod row;

use leptos::prelude::*;
use shared::people::MatchStatus;

use crate::{
    api::graphql::{Identities, IdentitiesData, IdentityLine},
    features::members::places::{Place, places},
    format,
    state::{
        organization::use_organization,
        remote::{Loaded, remote},
    },
    ui::{
        card,
        dialog::dialog,
        dynamic::{effect, show, text},
        empty::empty,
        field::resting_search_field,
        icon::Icon,
        list::keyed,
        page::{page_head, set_title},
        pager::{Pages, pager},
        select::filter_select,
        skeleton,
    },
};

/// Shows the page.
pub fn page() -> AnyView {
    set_title("Identities");
    let search = RwSignal::new(String::new());
    let status = RwSignal::new(String::new());
    let (pages, changed) = (Pages::first(), RwSignal::new(0_u32));
    let identities = remote(move || {
        changed.track();
        Identities {
            status: status.get().parse().ok(),
            search: Some(search.get()).filter(|words| !words.trim().is_empty()),
            after: pages.after(),
        }
    });
    let find = Callback::new(move |words| {
        pages.restart();
        search.set(words);
    });
    let choose = Callback::new(move |chosen| {
        pages.restart();
        status.set(chosen);
    });
    let choices = [
        ("", "All accounts"),
        (MatchStatus::Suggested.as_str(), "Suggested"),
        (MatchStatus::Unmatched.as_str(), "Unmatched"),
        (MatchStatus::Matched.as_str(), "Matched"),
    ]
    .map(|(value, words)| (value.to_owned(), words.to_owned()))
    .to_vec();
    let total = text(move || {
        identities.data.with(|data| {
            let organization = data.as_ref().and_then(|data| data.organization.as_ref());
            organization.map_or_else(String::new, |organization| {
                format::count(organization.identity_matches.total_count, "account")
            })
        })
    });
    let body = identities.view(
        || skeleton::rows(6),
        move |data| content(data, pages, changed),
    );
    view! {
        {page_head("Identities", "Accounts that events have named, and whose they are.".into_any(), ().into_any())}
        {places(&use_organization(), Signal::stored(Place::Identities))}
        <div class="people-filters">
            {resting_search_field("Find an account", find)}
            {filter_select("Which accounts", choices, status.into(), choose)}
        </div>
        {card::card("people-card", "Accounts at providers", total, body)}
    }
    .into_any()
}

fn nodes(data: &IdentitiesData) -> &[IdentityLine] {
    let organization = data.organization.as_ref();
    organization.map_or(&[], |organization| &organization.identity_matches.nodes)
}

fn content(data: Loaded<IdentitiesData>, pages: Pages, changed: RwSignal<u32>) -> AnyView {
    let is_empty = Memo::new(move |_| data.with(|data| nodes(data).is_empty()));
    let next = Signal::derive(move || {
        data.with(|data| {
            let page = &data.organization.as_ref()?.identity_matches.page_info;
            page.end_cursor.clone().filter(|_| page.has_next_page)
        })
    });
    let chosen = RwSignal::new(None::<IdentityLine>);
    let (is_choosing, is_undoing) = (RwSignal::new(false), RwSignal::new(false));
    effect(move || {
        if let Some(line) = chosen.get() {
            let is_somebody = line.user.is_some();
            is_undoing.set(is_somebody);
            is_choosing.set(!is_somebody);
        }
    });
    effect(move || {
        if !is_choosing.get() && !is_undoing.get() {
            chosen.set(None);
        }
    });
    // Whose it is, and whose it may be, are part of the key: the line is built anew when they change.
    let key_of = |one: &IdentityLine| {
        let user = one.user.as_ref().map_or("", |user| &user.id);
        let may_be = one.suggestion.as_ref().map_or("", |one| &one.user.id);
        [&one.id, " ", user, " ", may_be].concat()
    };
    let keys = move || data.with(|data| nodes(data).iter().map(key_of).collect());
    let row = move |key: String| {
        let id = key.split(' ').next().unwrap_or_default().to_owned();
        let line = data.with_untracked(|data| nodes(data).iter().find(|one| one.id == id).cloned());
        line.map_or_else(|| ().into_any(), |line| row::row(line, chosen, changed))
    };
    let with_chosen = move |build: fn(IdentityLine, RwSignal<bool>, RwSignal<u32>) -> AnyView,
                            is_open: RwSignal<bool>| {
        let line = chosen.get_untracked();
        line.map_or_else(|| ().into_any(), |line| build(line, is_open, changed))
    };
    view! {
        {show(is_empty.into(), || empty(Icon::People, "No account is here", "Accounts appear as events name them. Choose another filter to see others.", None))}
        <table class="people" class:gone=is_empty>
            <caption class="only-read">"Accounts at providers"</caption>
            <thead><tr>
                <th scope="col">"Account"</th><th scope="col">"Whose it is"</th>
                <th scope="col"><span class="only-read">"Action"</span></th>
            </tr></thead>
            <tbody>{keyed(keys, row)}</tbody>
        </table>
        {pager(pages, next)}
        {dialog(is_choosing, "Whose account is this?", move || with_chosen(row::choosing, is_choosing))}
        {dialog(is_undoing, "Part this account from its member?", move || with_chosen(row::undoing, is_undoing))}
    }
    .into_any()
}
