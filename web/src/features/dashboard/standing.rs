//! The person's place on this week's board, with the neighbours.

use leptos::prelude::*;

use super::data::{DashboardStandingData, Ladder, StandingEntry, ladder};
use crate::{
    format,
    routes::Page,
    state::remote::{Loaded, Remote},
    ui::{
        avatar::avatar,
        badge::told_movement,
        card,
        dynamic::switch,
        empty::empty,
        icon::{Icon, icon},
        skeleton,
    },
};

/// The rank card.
pub fn card(standing: Remote<DashboardStandingData>, slug: &str) -> AnyView {
    let path = Page::Leaderboard.path(slug);
    let door = view! { <a class="card-link" href=path>"Leaderboard"{icon(Icon::ChevronRight)}</a> }
        .into_any();
    card::card(
        "standing-card",
        "This week",
        door,
        standing.view(|| skeleton::rows(4), content),
    )
}

fn content(data: Loaded<DashboardStandingData>) -> AnyView {
    let ladder = Memo::new(move |_| data.with(|data| ladder(&data.organization)));
    // Without points there is nothing to stand on, even where the board lists everyone.
    let has_place = |own: &Option<StandingEntry>| own.as_ref().is_some_and(|own| own.points > 0);
    switch(move || match ladder.get() {
        Ladder { own, .. } if !has_place(&own) => empty(
            Icon::Podium,
            "No place yet",
            "Your rank stands here as soon as you earn the first points of the week.",
            None,
        ),
        Ladder { own: None, .. } => ().into_any(),
        Ladder {
            own: Some(own),
            above,
            below,
            most,
            size,
        } => {
            let moved = own.previous_rank.map(|before| {
                let change = before - own.rank;
                let words = match change {
                    1.. => [&format::count(change, "place"), " up on last week"].concat(),
                    0 => "as last week".to_owned(),
                    _ => [&format::count(-change, "place"), " down on last week"].concat(),
                };
                told_movement(change, words)
            });
            view! {
                <p class="rank"><b>{format::ordinal(own.rank)}</b><span>"of "{format::number(size)}</span></p>
                <p class="rank-note">{moved}</p>
                <ol class="ladder">
                    {above.map(|entry| step(entry, most))}
                    {step(own, most)}
                    {below.map(|entry| step(entry, most))}
                </ol>
            }
            .into_any()
        }
    })
}

fn step(entry: StandingEntry, most: i32) -> AnyView {
    let share = entry.points.max(0) * 100 / most.max(1);
    let name = entry.name().to_owned();
    let picture = entry.user.as_ref().and_then(|user| user.avatar_url.clone());
    view! {
        <li class="ladder-step" class:own=entry.is_viewer>
            <span class="ladder-rank">{format::number(entry.rank)}</span>
            {avatar(&name, picture)}
            <span class="ladder-name">{if entry.is_viewer { "You".to_owned() } else { name }}</span>
            <span class="ladder-points">{format::number(entry.points)}</span>
            <span class="ladder-bar"><i style=["width:", &share.to_string(), "%"].concat()></i></span>
        </li>
    }
    .into_any()
}
