//! The person's points: four numbers and thirty days.

use leptos::prelude::*;

use super::data::{DashboardPoints, DashboardPointsData};
use crate::{
    api::graphql::DashboardPointsOrganizationPoints,
    format,
    routes::Page,
    state::{
        credits::use_credits,
        remote::{Loaded, remote},
    },
    ui::{
        badge::{Tone, badge},
        card::{NumberCard, card, number_card},
        chart::{Bar, bar_chart},
        dynamic::{switch, text},
        skeleton,
    },
};

/// The cards of the person's points.
pub fn cards(slug: &str) -> AnyView {
    let credits = use_credits();
    let points = remote(move || {
        credits.track();
        DashboardPoints {}
    });
    let door = Page::Points.path(slug);
    points.view(bones, move |data| cards_of(data, &door))
}

/// A number out of the summary, for a signal.
fn figure(
    data: Loaded<DashboardPointsData>,
    read: fn(&DashboardPointsOrganizationPoints) -> i32,
) -> Signal<i32> {
    Memo::new(move |_| {
        data.with(|data| {
            data.organization
                .as_ref()
                .map_or(0, |organization| read(&organization.points))
        })
    })
    .into()
}

fn cards_of(data: Loaded<DashboardPointsData>, door: &str) -> AnyView {
    let number = |label, read, note| {
        number_card(NumberCard {
            label,
            value: figure(data, read),
            note,
            href: door.to_owned(),
        })
    };
    let average = text(move || {
        let month = figure_now(data, |points| {
            points.history.iter().map(|day| day.points).sum()
        });
        [&format::number((month + 15) / 30), " a day on average"].concat()
    });
    view! {
        <div class="numbers">
            {number("Points this week", |points| points.week, switch(move || trend(data)))}
            {number("Today", |points| points.today, average)}
            {number("This month", |points| points.month, "since the 1st".into_any())}
            {number("Balance", |points| points.balance, "all points so far".into_any())}
        </div>
        {card("chart-card", "Last 30 days", ().into_any(), bar_chart("Points a day", "point", Signal::derive(move || bars(data))))}
    }
    .into_any()
}

fn figure_now(
    data: Loaded<DashboardPointsData>,
    read: fn(&DashboardPointsOrganizationPoints) -> i32,
) -> i32 {
    data.with(|data| {
        data.organization
            .as_ref()
            .map_or(0, |organization| read(&organization.points))
    })
}

/// The week against the whole week before.
fn trend(data: Loaded<DashboardPointsData>) -> AnyView {
    match data.with(|data| {
        data.organization
            .as_ref()
            .and_then(|organization| organization.points.trend_percent)
    }) {
        Some(percent) => {
            let tone = if percent < 0.0 {
                Tone::Negative
            } else {
                Tone::Positive
            };
            view! { {badge(tone, format::percent_change(percent))}" on last week" }.into_any()
        }
        None => "no points the week before".into_any(),
    }
}

fn bars(data: Loaded<DashboardPointsData>) -> Vec<Bar> {
    data.with(|data| {
        data.organization
            .iter()
            .flat_map(|organization| &organization.points.history)
            .map(|day| Bar {
                label: format::short_day(day.date),
                value: day.points,
                is_quiet: day.date.is_weekend(),
            })
            .collect()
    })
}

fn bones() -> AnyView {
    view! {
        <div class="numbers">{(0..4).map(|_| skeleton::block("bone card-bone")).collect_view()}</div>
        {skeleton::block("bone chart-bone")}
    }
    .into_any()
}
