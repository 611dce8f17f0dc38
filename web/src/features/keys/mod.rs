//! API keys: by what programs act. Members see their own, administrators all of the organization.

mod create;
mod row;
mod secret;

use leptos::prelude::*;
use shared::permission::Permission;

use self::secret::Revealed;
use crate::{
    api::graphql::{ApiKeys, ApiKeysData, KeyLine},
    features::account,
    format,
    state::{
        organization::use_organization,
        remote::{Loaded, remote},
    },
    ui::{
        button::{Look, icon_text_button},
        dialog::dialog,
        dynamic::{show, text},
        empty::empty,
        icon::Icon,
        list::keyed,
        page::{page_head, set_title},
        skeleton,
    },
};

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Desk {
    /// The secret that is shown now, once.
    revealed: RwSignal<Option<Revealed>>,
    /// Reads the keys again.
    refresh: Callback<()>,
    /// Whether the person manages the keys of the whole organization.
    is_whole: bool,
}

/// Shows the page.
pub fn page() -> AnyView {
    set_title("API keys");
    let keys = remote(|| ApiKeys {});
    let desk = Desk {
        revealed: RwSignal::new(None),
        refresh: Callback::new(move |()| keys.refetch()),
        is_whole: use_organization().allows(Permission::ManageApiKeys),
    };
    let is_creating = RwSignal::new(false);
    let add = Callback::new(move |()| is_creating.set(true));
    let sentence = move || {
        keys.data.with(|data| {
            data.as_ref()
                .map_or_else(|| "\u{a0}".to_owned(), |data| words(list(data)))
        })
    };
    view! {
        {page_head("API keys", text(sentence), icon_text_button(Look::Primary, Icon::Plus, "New key", add))}
        {account::places(account::Place::Keys)}
        {keys.view(|| skeleton::rows(4), move |data| content(data, desk, add))}
        {dialog(is_creating, "New API key", move || create::form(desk, is_creating))}
        {secret::dialog(desk.revealed)}
    }
    .into_any()
}

fn list(data: &ApiKeysData) -> &[KeyLine] {
    data.organization
        .as_ref()
        .map_or(&[], |organization| &organization.api_keys)
}

/// The state of the keys in one sentence.
fn words(keys: &[KeyLine]) -> String {
    let working = keys.iter().filter(|key| key.is_active).count();
    match working {
        0 => "No program acts here by a key.".to_owned(),
        1 => "One key works. It may do what its scopes say, and never more than its owner."
            .to_owned(),
        count => {
            format::count(count as i32, "key")
                + " work. Each may do what its scopes say, and never more than its owner."
        }
    }
}

fn content(data: Loaded<ApiKeysData>, desk: Desk, add: Callback<()>) -> AnyView {
    let is_empty = Memo::new(move |_| data.with(|data| list(data).is_empty()));
    let keys = move || data.with(|data| list(data).iter().map(key_of).collect());
    let line = move |wanted: String| {
        let found = data
            .with_untracked(|data| list(data).iter().find(|key| key_of(key) == wanted).cloned());
        found.map_or_else(|| ().into_any(), |key| row::row(key, desk))
    };
    let step = move || icon_text_button(Look::Primary, Icon::Plus, "New key", add);
    view! {
        {show(is_empty.into(), move || view! {
            <div class="card">{empty(
                Icon::Key,
                "No key yet",
                "A key lets a script, a wallboard or another service use the API on its own, with just the rights it needs.",
                Some(step()),
            )}</div>
        }.into_any())}
        <ul class="card lines" class:gone=is_empty aria-label="API keys">{keyed(keys, line)}</ul>
    }
    .into_any()
}

/// A key that changes in any way is another line.
fn key_of(key: &KeyLine) -> String {
    let state = if key.is_active { "on" } else { "off" };
    let uses = key.total_requests.to_string();
    [key.id.as_str(), &key.last_four, &uses, state].join(" ")
}
