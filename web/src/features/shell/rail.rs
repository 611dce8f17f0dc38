//! The places of the product: a rail at the side, a bar at the bottom of phones.

use leptos::prelude::*;

use crate::{
    routes::Page,
    ui::icon::{Icon, icon},
};

/// What of the product the person may enter.
#[derive(Clone, Copy)]
pub struct Rights {
    /// Has points of their own.
    pub has_points: bool,
    /// Sees who the members are.
    pub has_members: bool,
    /// Manages webhook sources.
    pub has_sources: bool,
    /// Makes API keys.
    pub has_keys: bool,
    /// Reads the audit log.
    pub has_audit: bool,
}

/// Shows the places that the person may enter.
pub fn rail(slug: &str, page: Memo<Option<Page>>, rights: Rights) -> AnyView {
    let is_narrow = RwSignal::new(false);
    let place = |target: Page, picture: Icon, label: &'static str| {
        let current = Signal::derive(move || (page.get() == Some(target)).then_some("page"));
        view! {
            <a class="place" href=target.path(slug) aria-current=current title=label>
                {icon(picture)}<span class="place-word">{label}</span>
            </a>
        }
        .into_any()
    };
    // One place leads to all pages about people.
    let is_about_people = Signal::derive(move || {
        matches!(
            page.get(),
            Some(Page::Members | Page::Teams | Page::Identities | Page::Absences)
        )
        .then_some("page")
    });
    let people = rights.has_members.then(|| {
        view! {
            <a class="place" href=Page::Members.path(slug) aria-current=is_about_people title="People">
                {icon(Icon::People)}<span class="place-word">"People"</span>
            </a>
        }
        .into_any()
    });
    let integrations = (rights.has_sources || rights.has_keys).then(|| {
        view! {
            <p class="rail-group">"Integrations"</p>
            {rights.has_sources.then(|| place(Page::Sources, Icon::Plug, "Sources"))}
            {rights.has_keys.then(|| place(Page::Keys, Icon::Key, "API keys"))}
        }
        .into_any()
    });
    view! {
        <nav class="rail" class:narrow=is_narrow aria-label="Main">
            <a class="brand" href=Page::Dashboard.path(slug) aria-label="DevMetrics, to the dashboard">
                <span class="brand-mark">{icon(Icon::Mark)}</span><span class="place-word">"DevMetrics"</span>
            </a>
            <div class="places">
                {place(Page::Dashboard, Icon::Home, "Dashboard")}
                {place(Page::Leaderboard, Icon::Podium, "Leaderboard")}
                {rights.has_points.then(|| place(Page::Points, Icon::Ledger, "Points"))}
                {people}
                {integrations}
                {rights.has_audit.then(|| place(Page::Audit, Icon::Table, "Audit log"))}
            </div>
            <button
                type="button" class="place collapse" aria-pressed=Signal::derive(move || is_narrow.get().to_string())
                aria-label="Narrow navigation" title="Narrow navigation"
                on:click=move |_| is_narrow.update(|is| *is = !*is)
            >
                {icon(Icon::Collapse)}<span class="place-word">"Narrow"</span>
            </button>
        </nav>
    }
    .into_any()
}
