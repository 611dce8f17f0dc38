//! On which days people work: the week, and the holidays.

use leptos::prelude::*;
use shared::{
    calendar::Weekday,
    validation::organization::{HOLIDAY_NAME_MAX, holiday_name},
};

use crate::{
    api::graphql::{
        DeleteHoliday, DeleteHolidayInput, HolidayInput, OrganizationDays, OrganizationDaysData,
        SaveWorkingDays, SaveWorkingDaysData, SetHoliday, SetHolidaysInput,
        UpdateOrganizationInput,
    },
    format,
    state::{
        pending::{Pending, pending},
        remote::{Loaded, remote},
        toasts::use_toasts,
    },
    time::Day,
    ui::{
        button::{Look, busy_button, submit_button},
        dynamic::{show, switch},
        field::{TextField, text_field},
        list::keyed,
        skeleton,
        trouble::trouble_line,
    },
};

/// The card with both.
pub(super) fn card() -> AnyView {
    let changed = RwSignal::new(0_u32);
    let days = remote(move || {
        changed.track();
        OrganizationDays {}
    });
    view! {
        <section class="card form" aria-labelledby="days-head">
            <h2 id="days-head">"Working days"</h2>
            <p class="form-words">"On other days nobody is reminded of anything, and no streak ends."</p>
            {days.view(|| skeleton::rows(3), move |data| content(data, changed))}
        </section>
    }
    .into_any()
}

/// The word for a weekday.
fn word(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

fn content(data: Loaded<OrganizationDaysData>, changed: RwSignal<u32>) -> AnyView {
    view! {
        {week(data)}
        <h3 class="form-part">"Holidays"</h3>
        {holidays(data, changed)}
        {new_holiday(changed)}
    }
    .into_any()
}

fn week(data: Loaded<OrganizationDaysData>) -> AnyView {
    let known = data.with_untracked(|data| {
        let organization = data.organization.as_ref();
        organization
            .map(|one| one.working_days.clone())
            .unwrap_or_default()
    });
    let chosen = RwSignal::new(known);
    let (call, toasts) = (pending(), use_toasts());
    let toggle = move |day: Weekday| {
        let mut days = chosen.get_untracked();
        let before = days.len();
        days.retain(|other| *other != day);
        if days.len() == before {
            days.push(day);
        }
        let input = UpdateOrganizationInput {
            name: None,
            slug: None,
            time_zone: None,
            leaderboard_visibility: None,
            working_days: Some(days),
            audit_retention_days: None,
        };
        call.run(
            SaveWorkingDays { input },
            move |data: SaveWorkingDaysData| {
                chosen.set(data.update_organization.organization.working_days);
                toasts.say("The working days are saved.");
            },
        );
        // Until the server agrees, the box shows what holds.
        chosen.update(|_| ());
    };
    let boxes = Weekday::ALL
        .iter()
        .map(|day| {
            let day = *day;
            let id = ["day-", day.as_str()].concat();
            let is_on = Signal::derive(move || chosen.with(|days| days.contains(&day)));
            view! {
                <label class="day" for=id.clone()>
                    <input type="checkbox" id=id.clone() prop:checked=is_on on:change=move |_| toggle(day)/>{word(day)}
                </label>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <fieldset class="days"><legend class="only-read">"Days of the week"</legend>{boxes}</fieldset>
        {switch(move || trouble_line(call.trouble.get()))}
    }
    .into_any()
}

fn holidays(data: Loaded<OrganizationDaysData>, changed: RwSignal<u32>) -> AnyView {
    let call = pending();
    let listed = move || {
        data.with(|data| {
            let organization = data.organization.as_ref();
            organization
                .map(|one| one.holidays.clone())
                .unwrap_or_default()
        })
    };
    let is_empty = Signal::derive(move || listed().is_empty());
    // The name is part of the key: a renamed day is a new line.
    let keys = move || {
        listed()
            .iter()
            .map(|one| [&one.day.0.to_string(), "|", &one.name].concat())
            .collect()
    };
    let row = move |key: String| {
        let (day, name) = key.split_once('|').unwrap_or((&key, ""));
        day.parse().map_or_else(
            |_| ().into_any(),
            |day| line(Day(day), name.to_owned(), call, changed),
        )
    };
    view! {
        {show(is_empty, || view! { <p class="form-words">"None are entered from this year on."</p> }.into_any())}
        <ul class="lines flush" class:gone=is_empty>{keyed(keys, row)}</ul>
        {switch(move || trouble_line(call.trouble.get()))}
    }
    .into_any()
}

fn line(day: Day, name: String, call: Pending, changed: RwSignal<u32>) -> AnyView {
    let remove = Callback::new(move |()| {
        let input = DeleteHolidayInput { day };
        call.run(DeleteHoliday { input }, move |_| {
            changed.update(|count| *count += 1)
        });
    });
    view! {
        <li class="line">
            <div class="line-words"><p class="line-title"><b>{name}</b></p><p class="line-note">{format::full_day(day)}</p></div>
            {busy_button(Look::Quiet, "Remove", call.is_busy.into(), remove)}
        </li>
    }
    .into_any()
}

fn new_holiday(changed: RwSignal<u32>) -> AnyView {
    let (day, name) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (refusal, is_dayless) = (RwSignal::new(None), RwSignal::new(false));
    let call = pending();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let wrong = name.with_untracked(|name| check(name));
        let parsed = Day::parse(&day.get_untracked());
        is_dayless.set(parsed.is_none());
        refusal.set(wrong.clone());
        let (Some(parsed), None) = (parsed, wrong) else {
            return;
        };
        let holiday = HolidayInput {
            day: parsed,
            name: name.get_untracked(),
        };
        let input = SetHolidaysInput {
            holidays: vec![holiday],
        };
        call.run(SetHoliday { input }, move |_| {
            name.set(String::new());
            day.set(String::new());
            changed.update(|count| *count += 1);
        });
    };
    view! {
        <form class="form-row" novalidate on:submit=submit>
            <div class="field">
                <label for="holiday-day">"Day"</label>
                <input id="holiday-day" type="date" prop:value=day on:input=move |event| { is_dayless.set(false); day.set(event_target_value(&event)); }/>
                {show(is_dayless.into(), || view! { <p class="field-error" role="alert">"Choose a day."</p> }.into_any())}
            </div>
            {text_field(TextField {
                id: "holiday-name", label: "Name", help: "A day that is there already is renamed.", value: name,
                check: |_| None, refusal, autocomplete: "off", limit: Some(HOLIDAY_NAME_MAX),
            })}
            {submit_button("Add holiday", call.is_busy.into())}
        </form>
        {switch(move || trouble_line(call.trouble.get()))}
    }
    .into_any()
}

fn check(text: &str) -> Option<String> {
    holiday_name(text)
        .err()
        .map(|error| ["The name ", &error.message, "."].concat())
}
