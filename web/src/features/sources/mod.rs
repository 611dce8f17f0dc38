//! Webhook sources: where events come from, for administrators.

mod create;
mod deliveries;
mod secret;
mod source;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use self::secret::Revealed;
use crate::{
    api::graphql::{Source, Sources, SourcesData},
    format,
    routes::Page,
    state::{
        organization::use_organization,
        remote::{Loaded, remote},
    },
    ui::{
        button::{Look, icon_text_button},
        dialog::dialog,
        dynamic::{show, switch, text},
        empty::empty,
        icon::Icon,
        page::{page_head, set_title},
        skeleton,
    },
};

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Desk {
    /// The source in view, by the address.
    chosen: Memo<Option<String>>,
    /// The secret that is shown now, once.
    revealed: RwSignal<Option<Revealed>>,
    /// Reads the sources again.
    refresh: Callback<()>,
    /// Counts the deliveries made from this page: the list reads again when it moves.
    delivered: RwSignal<u32>,
    slug: StoredValue<String>,
}

impl Desk {
    fn path_of(self, id: &str) -> String {
        let path = self.slug.with_value(|slug| Page::Sources.path(slug));
        // Ids are opaque; what base64 may hold beyond letters is escaped.
        [
            &path,
            "?source=",
            &id.replace('+', "%2B")
                .replace('/', "%2F")
                .replace('=', "%3D"),
        ]
        .concat()
    }
}

/// Shows the page.
pub fn page() -> AnyView {
    set_title("Webhook sources");
    let organization = use_organization();
    let sources = remote(|| Sources {});
    let query = use_location().query;
    let desk = Desk {
        chosen: Memo::new(move |_| query.with(|query| query.get("source"))),
        revealed: RwSignal::new(None),
        refresh: Callback::new(move |()| sources.refetch()),
        delivered: RwSignal::new(0),
        slug: StoredValue::new(organization.slug().to_owned()),
    };
    let is_creating = RwSignal::new(false);
    let sentence = move || {
        sources.data.with(|data| {
            data.as_ref().map_or_else(
                || "\u{a0}".to_owned(),
                |data| match list(data).len() {
                    0 => "Nothing sends events here yet.".to_owned(),
                    1 => "One source sends events here, by an address and a secret of its own."
                        .to_owned(),
                    count => {
                        format::count(count as i32, "source")
                            + " send events here, each by an address and a secret of its own."
                    }
                },
            )
        })
    };
    let add = Callback::new(move |()| is_creating.set(true));
    view! {
        {page_head("Webhook sources", text(sentence), icon_text_button(Look::Primary, Icon::Plus, "Add source", add))}
        {sources.view(|| skeleton::rows(4), move |data| content(data, desk, add))}
        {dialog(is_creating, "Add a webhook source", move || create::form(desk, is_creating))}
        {secret::dialog(desk.revealed)}
    }
    .into_any()
}

fn list(data: &SourcesData) -> &[Source] {
    data.organization
        .as_ref()
        .map_or(&[], |organization| &organization.webhook_sources)
}

fn content(data: Loaded<SourcesData>, desk: Desk, add: Callback<()>) -> AnyView {
    let is_empty = Memo::new(move |_| data.with(|data| list(data).is_empty()));
    // The first source is in view until another is chosen.
    let chosen = Memo::new(move |_| {
        let wanted = desk.chosen.get();
        data.with(|data| {
            let sources = list(data);
            sources
                .iter()
                .find(|source| Some(&source.id) == wanted.as_ref())
                .or(sources.first())
                .cloned()
        })
    });
    let chosen_id =
        Memo::new(move |_| chosen.with(|source| source.as_ref().map(|source| source.id.clone())));
    let cards = move || {
        data.with(|data| {
            list(data)
                .iter()
                .map(|source| source::tab(source, desk, chosen_id))
                .collect_view()
        })
        .into_any()
    };
    let step = move || icon_text_button(Look::Primary, Icon::Plus, "Add source", add);
    view! {
        {show(is_empty.into(), move || view! {
            <div class="card">{empty(
                Icon::Plug,
                "No source yet",
                "A source is an address that GitLab posts its events to. Add one, paste its address and secret into GitLab, and points begin to flow.",
                Some(step()),
            )}</div>
        }.into_any())}
        <div class="desk" class:gone=is_empty>
            <nav class="source-tabs" aria-label="Sources">{switch(cards)}</nav>
            <div class="source-view">
                {switch(move || chosen.get().map_or_else(|| ().into_any(), |source| source::panel(source, desk)))}
                {switch(move || chosen_id.get().map_or_else(|| ().into_any(), |id| deliveries::card(id, desk.delivered)))}
            </div>
        </div>
    }
    .into_any()
}
