//! When people are away: one's own days, and those of the people one leads.

use leptos::prelude::*;
use shared::{people::AbsenceKind, permission::Permission};

use crate::{
    api::graphql::{
        Absence, Absences, AbsencesData, DeleteAbsence, DeleteAbsenceInput, LedPeople, LedTeams,
        SetAbsence, SetAbsenceInput,
    },
    features::members::{
        picker::member_picker,
        places::{Place, places},
    },
    format,
    state::{
        organization::use_organization,
        pending::pending,
        remote::{Loaded, remote},
        session::use_session,
        toasts::use_toasts,
    },
    ui::{
        avatar::avatar,
        badge::{Tone, badge},
        button::{Look, button, icon_text_button, submit_button},
        card::card,
        dialog::{dialog, question},
        dynamic::{effect, show, switch},
        empty::empty,
        icon::Icon,
        list::keyed,
        page::{page_head, set_title},
        pager::{Pages, pager},
        select::select_field,
        skeleton,
        trouble::trouble_line,
    },
};

/// Shows the page.
pub fn page() -> AnyView {
    set_title("Absences");
    let pages = Pages::first();
    let changed = RwSignal::new(0);
    let is_entering = RwSignal::new(false);
    let absences = remote(move || {
        changed.track();
        Absences {
            after: pages.after(),
        }
    });
    let body = absences.view(
        || skeleton::rows(5),
        move |data| content(data, pages, changed),
    );
    let enter = Callback::new(move |()| is_entering.set(true));
    view! {
        {page_head(
            "Absences",
            "On these days nobody is reminded of a report, and no streak ends.".into_any(),
            icon_text_button(Look::Primary, Icon::Plus, "Enter days", enter),
        )}
        {places(&use_organization(), Signal::stored(Place::Absences))}
        {card("people-card", "Days away, the latest first", ().into_any(), body)}
        {dialog(is_entering, "Enter days away", move || form(is_entering, changed))}
    }
    .into_any()
}

fn nodes(data: &AbsencesData) -> &[Absence] {
    data.organization
        .as_ref()
        .map_or(&[], |organization| &organization.absences.nodes)
}

/// The word for a reason.
fn kind_word(kind: AbsenceKind) -> &'static str {
    match kind {
        AbsenceKind::Vacation => "Vacation",
        AbsenceKind::Sick => "Sick",
        AbsenceKind::Parental => "Parental leave",
        AbsenceKind::Other => "Other",
    }
}

fn content(data: Loaded<AbsencesData>, pages: Pages, changed: RwSignal<u32>) -> AnyView {
    let call = pending();
    let is_empty = Memo::new(move |_| data.with(|data| nodes(data).is_empty()));
    let next = Signal::derive(move || {
        data.with(|data| {
            let page = &data.organization.as_ref()?.absences.page_info;
            page.end_cursor.clone().filter(|_| page.has_next_page)
        })
    });
    let removed = RwSignal::new(None::<Absence>);
    let is_removing = RwSignal::new(false);
    effect(move || {
        if removed.with(Option::is_some) {
            is_removing.set(true);
        }
    });
    let remove = Callback::new(move |()| {
        let Some(absence) = removed.get_untracked() else {
            return;
        };
        let input = DeleteAbsenceInput { id: absence.id };
        call.run(DeleteAbsence { input }, move |_| {
            is_removing.set(false);
            changed.update(|count| *count += 1);
        });
    });
    let keys = move || data.with(|data| nodes(data).iter().map(|one| one.id.clone()).collect());
    let row = move |key: String| {
        let found =
            data.with_untracked(|data| nodes(data).iter().find(|one| one.id == key).cloned());
        found.map_or_else(|| ().into_any(), |absence| line(absence, removed))
    };
    view! {
        {show(is_empty.into(), || empty(Icon::People, "Nobody is away", "Enter the days on which you are away, so that nothing reminds you then.", None))}
        <table class="people" class:gone=is_empty>
            <caption class="only-read">"Absences"</caption>
            <thead><tr>
                <th scope="col">"Person"</th><th scope="col">"Days"</th><th scope="col">"Reason"</th>
                <th scope="col"><span class="only-read">"Action"</span></th>
            </tr></thead>
            <tbody>{keyed(keys, row)}</tbody>
        </table>
        {pager(pages, next)}
        {dialog(is_removing, "Remove these days?", move || {
            let words = "Reminders and streaks count these days again.".to_owned();
            question(words, "Remove", is_removing, call.state(), remove)
        })}
    }
    .into_any()
}

fn line(absence: Absence, removed: RwSignal<Option<Absence>>) -> AnyView {
    let first = format::short_day(absence.starts_on);
    let days = if absence.starts_on == absence.ends_on {
        first
    } else {
        [&first, " \u{2013} ", &format::short_day(absence.ends_on)].concat()
    };
    let entered = absence
        .entered_by
        .as_ref()
        .filter(|one| one.id != absence.user.id)
        .map(|one| ["entered by ", &one.name].concat());
    let name = absence.user.name.clone();
    let action = absence.viewer_can_change.then(|| {
        let absence = absence.clone();
        button(
            Look::Quiet,
            "Remove",
            Callback::new(move |()| removed.set(Some(absence.clone()))),
        )
    });
    view! {
        <tr>
            <td class="people-who">{avatar(&name, None)}<span class="people-words"><b>{name.clone()}</b><span>{entered}</span></span></td>
            <td>{days}</td>
            <td class="people-role">{badge(Tone::Neutral, kind_word(absence.kind))}</td>
            <td class="people-action">{action}</td>
        </tr>
    }
    .into_any()
}

fn form(is_open: RwSignal<bool>, changed: RwSignal<u32>) -> AnyView {
    let (call, toasts) = (pending(), use_toasts());
    let kind = RwSignal::new(AbsenceKind::Vacation.as_str().to_owned());
    let (first, last) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let kinds = AbsenceKind::ALL
        .iter()
        .map(|kind| (kind.as_str().to_owned(), kind_word(*kind).to_owned()))
        .collect();
    let is_incomplete = RwSignal::new(false);
    let person = RwSignal::new(String::new());
    let may_choose = use_organization().allows(Permission::ManageAbsences);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let (starts_on, ends_on) = (first.get_untracked(), last.get_untracked());
        let days = (
            crate::time::Day::parse(&starts_on),
            crate::time::Day::parse(&ends_on),
        );
        let (Some(starts_on), Some(ends_on)) = days else {
            is_incomplete.set(true);
            return;
        };
        is_incomplete.set(false);
        let input = SetAbsenceInput {
            id: None,
            user_id: Some(person.get_untracked()).filter(|id| !id.is_empty()),
            kind: kind
                .get_untracked()
                .parse()
                .unwrap_or(AbsenceKind::Vacation),
            starts_on,
            ends_on,
        };
        call.run(SetAbsence { input }, move |_| {
            is_open.set(false);
            toasts.say("The days away are noted.");
            changed.update(|count| *count += 1);
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            {if may_choose { member_picker("absence-person", "Person", "Myself", person) } else { whose_led(person) }}
            {select_field("absence-kind", "Reason", kinds, kind)}
            {day_field("absence-first", "First day", first)}
            {day_field("absence-last", "Last day", last)}
            {show(is_incomplete.into(), || view! { <p class="field-error" role="alert">"Both days are needed."</p> }.into_any())}
            {switch(move || trouble_line(call.trouble.get()))}
            <div class="form-end">
                {button(Look::Plain, "Cancel", Callback::new(move |()| is_open.set(false)))}
                {submit_button("Enter days", call.is_busy.into())}
            </div>
        </form>
    }
    .into_any()
}

/// One's own, or those of the people one leads; nothing to choose for whoever leads nobody.
fn whose_led(person: RwSignal<String>) -> AnyView {
    let own = use_session()
        .signed_in()
        .map(|signed_in| signed_in.user.person.id);
    remote(|| LedTeams {}).view(
        || ().into_any(),
        move |data| {
            let led: Vec<String> = data.with_untracked(|data| {
                let organization = data.organization.as_ref();
                let teams = organization.map_or(&[][..], |organization| &organization.teams);
                teams
                    .iter()
                    .filter(|team| team.lead.as_ref().map(|lead| &lead.id) == own.as_ref())
                    .map(|team| team.id.clone())
                    .collect()
            });
            if led.is_empty() {
                return ().into_any();
            }
            let own = own.clone();
            let teams: Vec<_> = led
                .into_iter()
                .map(|team_id| {
                    remote(move || LedPeople {
                        team_id: team_id.clone(),
                    })
                })
                .collect();
            switch(move || {
                let mut choices = vec![(String::new(), "Myself".to_owned())];
                for team in &teams {
                    team.data.with(|data| {
                        let organization =
                            data.as_ref().and_then(|data| data.organization.as_ref());
                        let people = organization.map_or(&[][..], |one| &one.members.nodes);
                        choices.extend(
                            people
                                .iter()
                                .filter(|one| Some(&one.user.id) != own.as_ref())
                                .map(|one| (one.user.id.clone(), one.user.name.clone())),
                        );
                    });
                }
                choices[1..].sort_by(|left, right| left.1.cmp(&right.1));
                choices.dedup();
                select_field("absence-person", "Person", choices, person)
            })
        },
    )
}

fn day_field(id: &'static str, label: &'static str, value: RwSignal<String>) -> AnyView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input id=id type="date" prop:value=value on:input=move |event| value.set(event_target_value(&event))/>
        </div>
    }
    .into_any()
}
