//! What the person did, newest first, as it arrives.

use leptos::prelude::*;
use shared::permission::Permission;

use super::data::{Activity, DashboardActivity, DashboardEvents};
use crate::{
    api::live::use_live,
    format::{self, Zone},
    routes::Page,
    state::{
        clock::use_clock,
        organization::use_organization,
        pending::{Pending, pending},
        remote::remote,
        session::use_session,
    },
    time::{Day, Timestamp},
    ui::{
        activity::event_icon,
        badge::points_chip,
        button::{Look, busy_button},
        card,
        dynamic::{effect, show, switch},
        empty::empty,
        icon::{Icon, icon},
        list::keyed,
        skeleton,
        time::ago,
        trouble::trouble_line,
    },
};

/// Further down than this, new lines wait behind a pill instead of moving what is being read.
const SCROLLED_PX: f64 = 240.0;

#[derive(Clone, Copy)]
struct Feed {
    /// Newest first.
    events: RwSignal<Vec<Activity>>,
    /// Arrived while the person was reading further down.
    waiting: RwSignal<Vec<Activity>>,
    /// Ids that came over the live connection: their lines slide in.
    arrived: StoredValue<Vec<String>>,
    cursor: RwSignal<Option<String>>,
    more: Pending,
    now: Signal<Timestamp>,
}

/// The card of the person's activity.
pub fn card() -> AnyView {
    let user_id = use_session()
        .signed_in()
        .map(|signed_in| signed_in.user.person.id)
        .unwrap_or_default();
    let clock = use_clock();
    let feed = Feed {
        events: RwSignal::new(Vec::new()),
        waiting: RwSignal::new(Vec::new()),
        arrived: StoredValue::new(Vec::new()),
        cursor: RwSignal::new(None),
        more: pending(),
        now: Signal::derive(move || clock.ticking()),
    };
    let first_page = remote({
        let user_id = user_id.clone();
        move || DashboardEvents {
            user_id: user_id.clone(),
            after: None,
        }
    });
    effect(move || {
        if let Some(connection) = first_page
            .data
            .get()
            .and_then(|data| data.organization)
            .map(|organization| organization.events)
        {
            feed.waiting.set(Vec::new());
            feed.cursor.set(next_cursor(
                connection.page_info.has_next_page,
                connection.page_info.end_cursor,
            ));
            feed.events.set(connection.nodes);
        }
    });
    use_live().subscribe(&DashboardActivity {}, move |message| {
        if let Ok(data) = message {
            feed.arrive(data.activity);
        }
    });

    let more = Callback::new(move |()| {
        let after = feed.cursor.get_untracked();
        let operation = DashboardEvents {
            user_id: user_id.clone(),
            after,
        };
        feed.more.run(operation, move |data| feed.append(data));
    });

    let organization = use_organization();
    let zone = organization.zone.clone();
    let sources = organization
        .allows(Permission::ManageWebhookSources)
        .then(|| Page::Sources.path(organization.slug()));
    let body = first_page.view(
        || skeleton::rows(6),
        move |_| lines(feed, zone.clone(), more, sources.clone()),
    );
    view! { {card::card("feed-card", "Your activity", switch(move || pill(feed)), body)} }
        .into_any()
}

fn next_cursor(has_next_page: bool, end_cursor: Option<String>) -> Option<String> {
    if has_next_page { end_cursor } else { None }
}

impl Feed {
    fn arrive(self, event: Activity) {
        let is_known = |events: &Vec<Activity>| events.iter().any(|known| known.id == event.id);
        if self.events.with_untracked(is_known) || self.waiting.with_untracked(is_known) {
            // Its points became known: the line shows them.
            let renew = |events: &mut Vec<Activity>| {
                if let Some(known) = events.iter_mut().find(|known| known.id == event.id) {
                    known.clone_from(&event);
                }
            };
            self.events.update(renew);
            return;
        }
        self.arrived
            .update_value(|arrived| arrived.push(event.id.clone()));
        if window().scroll_y().unwrap_or(0.0) > SCROLLED_PX {
            self.waiting.update(|waiting| waiting.insert(0, event));
        } else {
            self.events.update(|events| insert(events, event));
        }
    }

    fn show_waiting(self) {
        let waiting = self.waiting.get_untracked();
        self.waiting.set(Vec::new());
        self.events.update(|events| {
            waiting
                .into_iter()
                .rev()
                .for_each(|event| insert(events, event))
        });
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    fn append(self, data: crate::api::graphql::DashboardEventsData) {
        if let Some(organization) = data.organization {
            let page = organization.events;
            self.cursor.set(next_cursor(
                page.page_info.has_next_page,
                page.page_info.end_cursor,
            ));
            self.events.update(|events| {
                for event in page.nodes {
                    if !events.iter().any(|known| known.id == event.id) {
                        events.push(event);
                    }
                }
            });
        }
    }
}

/// Puts an event where its time belongs: one that arrives late is not the newest.
fn insert(events: &mut Vec<Activity>, event: Activity) {
    let place = events
        .iter()
        .position(|other| other.occurred_at <= event.occurred_at)
        .unwrap_or(events.len());
    events.insert(place, event);
}

fn pill(feed: Feed) -> AnyView {
    match feed.waiting.with(Vec::len) {
        0 => ().into_any(),
        count => view! {
            <button type="button" class="pill" on:click=move |_| feed.show_waiting()>
                {icon(Icon::ArrowUp)}{[&count.to_string(), " new"].concat()}
            </button>
        }
        .into_any(),
    }
}

/// Keys of the list: a day's heading before the day's events.
fn keys(events: &[Activity], day_of: impl Fn(Timestamp) -> Day) -> Vec<String> {
    let mut keys = Vec::with_capacity(events.len() + 8);
    let mut day = None;
    for event in events {
        let this = day_of(event.occurred_at);
        if day != Some(this) {
            keys.push(["day ", &this.0.to_string()].concat());
            day = Some(this);
        }
        keys.push(event.id.clone());
    }
    keys
}

fn lines(feed: Feed, zone: Zone, more: Callback<()>, sources: Option<String>) -> AnyView {
    let is_empty = Memo::new(move |_| feed.events.with(Vec::is_empty));
    let has_more = Memo::new(move |_| feed.cursor.with(Option::is_some));
    let key_zone = zone.clone();
    let row = move |key: String| {
        if let Some(day) = key.strip_prefix("day ").and_then(|day| day.parse().ok()) {
            let zone = zone.clone();
            let words = move || format::day_heading(Day(day), zone.day_of(feed.now.get()));
            return view! { <h3 class="feed-day">{crate::ui::dynamic::text(words)}</h3> }
                .into_any();
        }
        line(feed, key, &zone)
    };
    view! {
        {show(is_empty.into(), move || nothing(sources.clone()))}
        <div class="feed">{keyed(move || feed.events.with(|events| keys(events, |instant| key_zone.day_of(instant))), row)}</div>
        {switch(move || trouble_line(feed.more.trouble.get()))}
        {show(has_more.into(), move || view! {
            <div class="more">{busy_button(Look::Plain, "Show older", feed.more.is_busy.into(), more)}</div>
        }.into_any())}
    }
    .into_any()
}

/// Who may connect a source is led there: it is the step that fills the feed.
fn nothing(sources: Option<String>) -> AnyView {
    let step = sources.map(|path| {
        view! { <a class="button" href=path>"Connect a webhook source"</a> }.into_any()
    });
    empty(
        Icon::Merge,
        "Nothing yet",
        "Pushes, merges, reviews and closed issues appear here a moment after they happen.",
        step,
    )
}

fn line(feed: Feed, id: String, zone: &Zone) -> AnyView {
    let is_new = feed.arrived.with_value(|arrived| arrived.contains(&id));
    let event = Memo::new(move |_| {
        feed.events
            .with(|events| events.iter().find(|event| event.id == id).cloned())
    });
    let Some(first) = event.get_untracked() else {
        return ().into_any();
    };
    let points = Memo::new(move |_| {
        event.with(|event| event.as_ref().map_or(0, |event| event.points_awarded))
    });
    let title = match first.url {
        Some(url) => {
            view! { <a href=url target="_blank" rel="noreferrer">{first.title}</a> }.into_any()
        }
        None => first.title.into_any(),
    };
    view! {
        <div class="feed-line" class:new=is_new>
            <span class="feed-icon">{icon(event_icon(&first.r#type))}</span>
            <span class="feed-title">{title}</span>
            <span class="feed-place">{first.repository_name}</span>
            {ago(first.occurred_at, feed.now, zone)}
            <span class="feed-points">{switch(move || match points.get() { 0 => ().into_any(), points => points_chip(points) })}</span>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str, at: i64) -> Activity {
        Activity {
            id: id.to_owned(),
            r#type: "PUSH".to_owned(),
            title: String::new(),
            url: None,
            repository_name: None,
            occurred_at: Timestamp(at),
            points_awarded: 0,
        }
    }

    #[test]
    fn a_late_event_is_put_where_its_time_belongs() {
        let mut events = vec![event("c", 30), event("a", 10)];
        insert(&mut events, event("b", 20));
        insert(&mut events, event("d", 40));
        insert(&mut events, event("z", 1));

        assert_eq!(
            events
                .iter()
                .map(|event| event.id.as_str())
                .collect::<String>(),
            "dcbaz"
        );
    }

    #[test]
    fn each_day_has_one_heading() {
        let events = [event("a", 25), event("b", 21), event("c", 3)];

        assert_eq!(
            keys(&events, |instant| Day((instant.0 / 10) as i32)),
            ["day 2", "a", "b", "day 0", "c"]
        );
    }
}
