//! One row of the board: it keeps its element while it moves.

use js_sys::{Array, Function, Object, Reflect};
use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, JsValue};

use super::{
    data::{BoardEntry, LeaderboardPageData, entries},
    filter::{Filter, before_words},
};
use crate::{
    format,
    state::remote::Loaded,
    ui::{
        avatar::avatar,
        badge::movement,
        counter::{counter, prefers_calm},
        dynamic::{switch, text},
    },
};

const GLIDE_MS: f64 = 190.0;

/// A row by its key. Its data is read through signals, so that only what changed is written.
pub fn row(
    data: Loaded<LeaderboardPageData>,
    key: String,
    filter: Memo<Filter>,
    most: Signal<i32>,
) -> AnyView {
    let found = {
        let key = key.clone();
        move || {
            let is_search = filter.with(|filter| !filter.search.is_empty());
            data.with(|data| {
                let entries = entries(data, is_search);
                let place = entries.iter().position(|entry| entry.key == key)?;
                Some((place, entries[place].clone()))
            })
        }
    };
    // A row that is leaving keeps what it showed.
    let current = Memo::new(move |before: Option<&Option<(usize, BoardEntry)>>| {
        found().or_else(|| before.cloned().flatten())
    });
    let Some((_, first)) = current.get_untracked() else {
        return ().into_any();
    };
    let entry = move |read: fn(&BoardEntry) -> i32| {
        Memo::new(move |_| {
            current.with(|current| current.as_ref().map_or(0, |(_, entry)| read(entry)))
        })
    };
    let (rank, points) = (entry(|entry| entry.rank), entry(|entry| entry.points));
    let place =
        Memo::new(move |_| current.with(|current| current.as_ref().map_or(0, |(place, _)| *place)));
    let element = NodeRef::<html::Li>::new();
    glide(element, place);

    let name = first.name().to_owned();
    let picture = first.user.as_ref().and_then(|user| user.avatar_url.clone());
    let share = move || (points.get().max(0) * 100 / most.get().max(1)).to_string();
    let below = move || {
        current.with(|current| {
            current
                .as_ref()
                .map_or_else(String::new, |(_, entry)| second_line(entry))
        })
    };
    view! {
        <li class="board-row" class:own=first.is_viewer node_ref=element>
            <span class="board-rank"><span class="only-read">"Rank "</span>{text(move || format::number(rank.get()))}</span>
            <span class="board-movement">{switch(move || moved(current.get().map(|(_, entry)| entry), filter.with(|filter| before_words(filter.period))))}</span>
            <span class="board-who">
                {avatar(if first.is_anonymous { "" } else { &name }, picture)}
                <span class="board-words">
                    <b>{name}{first.is_viewer.then_some(if first.user.is_some() { " (you)" } else { " (yours)" })}</b>
                    <span>{text(below)}</span>
                </span>
            </span>
            <span class="board-bar" aria-hidden="true"><i style:width=Signal::derive(move || share() + "%")></i></span>
            <span class="board-points">{counter(points.into())}<span class="only-read">" points"</span></span>
        </li>
    }
    .into_any()
}

/// The team of a person, or what a team is made of.
fn second_line(entry: &BoardEntry) -> String {
    match (&entry.user, &entry.team) {
        (Some(_), Some(team)) => team.name.clone(),
        (Some(_), None) => String::new(),
        (None, _) => {
            let members = entry
                .member_count
                .map(|count| format::count(count, "member"));
            let sum = entry
                .points_sum
                .map(|sum| format::count(sum, "point") + " in all");
            members
                .into_iter()
                .chain(sum)
                .collect::<Vec<_>>()
                .join(", ")
        }
    }
}

fn moved(entry: Option<BoardEntry>, before: &str) -> AnyView {
    let Some((rank, previous)) = entry.and_then(|entry| Some((entry.rank, entry.previous_rank?)))
    else {
        return ().into_any();
    };
    let change = previous - rank;
    let words = match change {
        1.. => [&format::count(change, "place"), " up on ", before].concat(),
        0 => ["as ", before].concat(),
        _ => [&format::count(-change, "place"), " down on ", before].concat(),
    };
    movement(change, words)
}

/// Lets the row glide from where it was: it is already at its new place, so it starts displaced.
fn glide(element: NodeRef<html::Li>, place: Memo<usize>) {
    Effect::new(move |before: Option<usize>| {
        let now = place.get();
        if let (Some(element), Some(before)) = (element.get(), before)
            && before != now
            && !prefers_calm()
        {
            let distance = (before as i32 - now as i32) * element.offset_height();
            let start = Object::new();
            let from = ["translateY(", &distance.to_string(), "px)"].concat();
            let frames = Array::of2(&start, &Object::new());
            let options = Object::new();
            // Members of fresh objects can always be set.
            let _ = Reflect::set(&start, &"transform".into(), &from.into());
            let _ = Reflect::set(&options, &"duration".into(), &JsValue::from_f64(GLIDE_MS));
            let _ = Reflect::set(&options, &"easing".into(), &"ease-out".into());
            if let Some(animate) = Reflect::get(&element, &"animate".into())
                .ok()
                .and_then(|it| it.dyn_into::<Function>().ok())
            {
                // A browser without it shows the row where it belongs.
                let _ = animate.call2(&element, &frames, &options);
            }
        }
        now
    });
}
