//! The dashboard: am I fine, what moved, what is expected of me.

mod data;
mod feed;
mod points;
mod sentence;
mod standing;

use leptos::prelude::*;

use crate::{
    routes::Page,
    state::{organization::use_organization, remote::remote},
    ui::{
        dynamic::text,
        empty::empty,
        icon::Icon,
        page::{page_head, set_title},
    },
};

/// Shows the page.
pub fn page() -> AnyView {
    set_title("Dashboard");
    let organization = use_organization();
    if !organization.is_ranked() {
        return watcher(organization.slug());
    }
    let standing = remote(|| data::DashboardStanding {});
    data::follow_standing(standing);
    let sentence = move || {
        standing.data.with(|data| {
            data.as_ref().map_or_else(
                || "\u{a0}".to_owned(),
                |data| sentence::of(&data::ladder(&data.organization)),
            )
        })
    };
    view! {
        {page_head("Dashboard", text(sentence), ().into_any())}
        <div class="grid">
            {points::cards(organization.slug())}
            {standing::card(standing, organization.slug())}
            {feed::card()}
        </div>
    }
    .into_any()
}

/// Viewers earn no points: they are shown where they can look.
fn watcher(slug: &str) -> AnyView {
    let step = view! { <a class="button primary" href=Page::Leaderboard.path(slug)>"Open the leaderboard"</a> }.into_any();
    view! {
        {page_head("Dashboard", "You are a viewer here: you see the teams, and earn no points.".into_any(), ().into_any())}
        <div class="card">
            {empty(Icon::Podium, "The teams are on the leaderboard", "It moves as their work arrives. An administrator can make you a member.", Some(step))}
        </div>
    }
    .into_any()
}
