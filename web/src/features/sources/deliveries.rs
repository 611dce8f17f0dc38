//! What a source delivered lately: state, reason, and another try for what failed.

use leptos::prelude::*;
use shared::vocabulary::EventStatus;

use crate::{
    api::graphql::{Deliveries, DeliveriesData, Delivery, ReplayDeliveries, ReplayEventsInput},
    format::{self, Zone},
    state::{
        clock::use_clock,
        organization::use_organization,
        pending::{Pending, pending},
        remote::{Loaded, Remote, remote},
        toasts::use_toasts,
    },
    time::Timestamp,
    ui::{
        activity::event_words,
        badge::{Tone, badge, points_chip},
        button::{Look, button, icon_text_button},
        card,
        dynamic::{show, switch},
        empty::empty,
        icon::Icon,
        list::keyed,
        skeleton,
        time::ago,
        trouble::trouble_line,
    },
};

/// The card of a source's deliveries. It reads them again every few seconds, as nothing tells
/// of deliveries that credit nobody.
pub fn card(source_id: String, delivered: RwSignal<u32>) -> AnyView {
    let clock = use_clock();
    let cursors = RwSignal::new(Vec::<String>::new());
    let deliveries = remote(move || {
        clock.ticking();
        delivered.track();
        Deliveries {
            source_id: source_id.clone(),
            after: cursors.with(|cursors| cursors.last().cloned()),
        }
    });
    let zone = use_organization().zone;
    let refresh = icon_text_button(
        Look::Quiet,
        Icon::Replay,
        "Refresh",
        Callback::new(move |()| deliveries.refetch()),
    );
    let body = deliveries.view(
        || skeleton::rows(6),
        move |data| content(deliveries, data, cursors, zone.clone()),
    );
    card::card("deliveries-card", "Recent deliveries", refresh, body)
}

fn list(data: &DeliveriesData) -> &[Delivery] {
    data.organization
        .as_ref()
        .map_or(&[], |organization| &organization.events.nodes)
}

fn content(
    deliveries: Remote<DeliveriesData>,
    data: Loaded<DeliveriesData>,
    cursors: RwSignal<Vec<String>>,
    zone: Zone,
) -> AnyView {
    let is_empty = Memo::new(move |_| data.with(|data| list(data).is_empty()));
    let next = Memo::new(move |_| {
        data.with(|data| {
            let page = &data.organization.as_ref()?.events.page_info;
            if page.has_next_page {
                page.end_cursor.clone()
            } else {
                None
            }
        })
    });
    let call = pending();
    let clock = use_clock();
    let now = Signal::derive(move || clock.ticking());
    let replay = replay(call, deliveries);
    // A state that changes changes the key: the line is written anew.
    let keys = move || data.with(|data| list(data).iter().map(key_of).collect());
    let row = move |key: String| {
        let delivery = data.with_untracked(|data| {
            list(data)
                .iter()
                .find(|delivery| key_of(delivery) == key)
                .cloned()
        });
        delivery.map_or_else(
            || ().into_any(),
            |delivery| line(delivery, now, &zone, replay),
        )
    };
    let older = Callback::new(move |()| {
        if let Some(cursor) = next.get_untracked() {
            cursors.update(|cursors| cursors.push(cursor));
        }
    });
    let newer = Callback::new(move |()| cursors.update(|cursors| drop(cursors.pop())));
    let has_newer = Signal::derive(move || cursors.with(|cursors| !cursors.is_empty()));
    view! {
        {show(is_empty.into(), || empty(
            Icon::Plug,
            "No delivery yet",
            "Send a test from here, or use the test button of the webhook in GitLab.",
            None,
        ))}
        {switch(move || trouble_line(call.trouble.get()))}
        <table class="deliveries" class:gone=is_empty>
            <caption class="only-read">"Deliveries, newest first"</caption>
            <thead><tr>
                <th scope="col">"State"</th><th scope="col">"Event"</th><th scope="col">"Person"</th>
                <th scope="col" class="figure">"Received"</th><th scope="col" class="figure">"Points"</th>
                <th scope="col"><span class="only-read">"Action"</span></th>
            </tr></thead>
            <tbody>{keyed(keys, row)}</tbody>
        </table>
        <div class="more">
            {show(has_newer, move || button(Look::Plain, "Newer", newer))}
            {show(Signal::derive(move || next.with(Option::is_some)), move || button(Look::Plain, "Older", older))}
        </div>
    }
    .into_any()
}

fn key_of(delivery: &Delivery) -> String {
    [
        &delivery.id,
        " ",
        delivery.status.as_str(),
        " ",
        &delivery.attempts.to_string(),
        " ",
        &delivery.points_awarded.to_string(),
    ]
    .concat()
}

fn replay(call: Pending, deliveries: Remote<DeliveriesData>) -> Callback<String> {
    let toasts = use_toasts();
    Callback::new(move |id: String| {
        let input = ReplayEventsInput { ids: vec![id] };
        call.run(ReplayDeliveries { input }, move |_| {
            toasts.say("The event is processed again.");
            deliveries.refetch();
        });
    })
}

/// The word and tone of a state.
fn state(status: EventStatus, attempts: i32) -> (Tone, &'static str) {
    match status {
        EventStatus::Pending if attempts > 0 => (Tone::Warning, "Trying again"),
        EventStatus::Pending => (Tone::Info, "Waiting"),
        EventStatus::Processed => (Tone::Positive, "Processed"),
        EventStatus::Ignored => (Tone::Neutral, "Ignored"),
        EventStatus::Dead => (Tone::Negative, "Failed"),
    }
}

fn line(
    delivery: Delivery,
    now: Signal<Timestamp>,
    zone: &Zone,
    replay: Callback<String>,
) -> AnyView {
    let (tone, word) = state(delivery.status, delivery.attempts);
    let person = match (&delivery.user, &delivery.actor_name) {
        (Some(user), _) => user.name.clone(),
        (None, Some(name)) => [name, " (unknown)"].concat(),
        (None, None) => String::new(),
    };
    let attempts = (delivery.attempts > 1).then(|| format::count(delivery.attempts, "attempt"));
    let next = delivery
        .next_attempt_at
        .map(|instant| "next at ".to_owned() + &zone.time_of_day(instant));
    let detail = delivery
        .reason
        .into_iter()
        .chain(attempts)
        .chain(next)
        .collect::<Vec<_>>()
        .join(" · ");
    let again = matches!(delivery.status, EventStatus::Dead | EventStatus::Ignored).then(|| {
        let id = delivery.id.clone();
        icon_text_button(
            Look::Quiet,
            Icon::Replay,
            "Replay",
            Callback::new(move |()| replay.run(id.clone())),
        )
    });
    let points = (delivery.points_awarded != 0).then(|| points_chip(delivery.points_awarded));
    view! {
        <tr>
            <td class="delivery-state">{badge(tone, word)}</td>
            <td class="delivery-event"><b>{event_words(&delivery.r#type)}</b><span>{delivery.title}</span><em>{detail}</em></td>
            <td class="delivery-person">{person}</td>
            <td class="figure">{ago(delivery.received_at, now, zone)}</td>
            <td class="figure">{points}</td>
            <td class="delivery-action">{again}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retry_is_told_from_the_first_wait() {
        assert_eq!(state(EventStatus::Pending, 0).1, "Waiting");
        assert_eq!(state(EventStatus::Pending, 1).1, "Trying again");
    }
}
