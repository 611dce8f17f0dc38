//! Who did what in the organization, for administrators.

use leptos::prelude::*;
use shared::audit::{AuditAction, AuditActorKind, AuditOutcome};

use crate::{
    api::graphql::{AuditLine, AuditLog, AuditLogData, FindPeople},
    routes::escape,
    state::{
        clock::{Clock, use_clock},
        organization::use_organization,
        remote::{Loaded, remote},
    },
    ui::{
        avatar::avatar,
        badge::{Tone, badge},
        card::card,
        dynamic::{show, switch},
        empty::empty,
        field::search_field,
        icon::Icon,
        list::keyed,
        page::{page_head, set_title},
        pager::{Pages, pager},
        select::{Choice, filter_select},
        skeleton,
        time::ago,
    },
};

/// What narrows the log.
#[derive(Clone, Copy)]
struct Filter {
    person: RwSignal<String>,
    action: RwSignal<String>,
    outcome: RwSignal<String>,
    /// How many days back; all of them where it is empty.
    days: RwSignal<String>,
    pages: Pages,
}

impl Filter {
    fn new() -> Self {
        let nothing = || RwSignal::new(String::new());
        Self {
            person: nothing(),
            action: nothing(),
            outcome: nothing(),
            days: nothing(),
            pages: Pages::first(),
        }
    }

    fn operation(self, clock: Clock) -> AuditLog {
        let days = self.days.get().parse().ok();
        AuditLog {
            actor_id: Some(self.person.get()).filter(|id| !id.is_empty()),
            action: self.action.get().parse::<AuditAction>().ok(),
            outcome: self.outcome.get().parse::<AuditOutcome>().ok(),
            from: days.map(|days: i64| clock.now().plus_days(-days)),
            after: self.pages.after(),
        }
    }

    fn choose(self, value: RwSignal<String>) -> Callback<String> {
        Callback::new(move |chosen| {
            self.pages.restart();
            value.set(chosen);
        })
    }
}

/// Shows the page.
pub fn page() -> AnyView {
    set_title("Audit log");
    let filter = Filter::new();
    let clock = use_clock();
    let log = remote(move || filter.operation(clock));
    let body = log.view(
        || skeleton::rows(8),
        move |data| content(data, filter.pages),
    );
    view! {
        {page_head(
            "Audit log",
            "Who did what, when and from where. Nobody can change what is written here.".into_any(),
            download(filter, clock),
        )}
        {filters(filter)}
        {card("people-card", "Entries, the latest first", ().into_any(), body)}
    }
    .into_any()
}

/// The same entries as a file, of every page.
fn download(filter: Filter, clock: Clock) -> AnyView {
    let id = use_organization().place().organization.database_id.clone();
    let href = move || {
        let days = filter.days.get().parse().ok();
        let from = days.map(|days: i64| clock.now().plus_days(-days).to_rfc3339());
        let mut address = ["/exports/audit.csv?organization=", &id].concat();
        for (name, value) in [
            ("&action=", filter.action.get()),
            ("&outcome=", filter.outcome.get()),
            ("&from=", from.unwrap_or_default()),
        ] {
            address.push_str(name);
            escape(&value, &mut address);
        }
        address
    };
    view! { <a class="button" rel="external" download="audit.csv" href=href>"Download as CSV"</a> }
        .into_any()
}

fn all(word: &str) -> Vec<Choice> {
    vec![(String::new(), word.to_owned())]
}

fn filters(filter: Filter) -> AnyView {
    let mut actions = all("Every action");
    actions.extend(
        AuditAction::ALL
            .iter()
            .map(|action| (action.as_str().to_owned(), plain(action.as_str()))),
    );
    let mut outcomes = all("Every outcome");
    outcomes.extend(AuditOutcome::ALL.iter().map(|outcome| {
        (
            outcome.as_str().to_owned(),
            outcome_word(*outcome).to_owned(),
        )
    }));
    let mut days = all("All time");
    days.extend(
        [
            ("1", "Last 24 hours"),
            ("7", "Last 7 days"),
            ("30", "Last 30 days"),
        ]
        .map(|(days, word)| (days.to_owned(), word.to_owned())),
    );
    let words = RwSignal::new(String::new());
    let found = remote(move || FindPeople {
        search: words.get(),
    });
    let people = move || {
        let mut choices = all("Everybody");
        found.data.with(|data| {
            let people = data
                .as_ref()
                .and_then(|data| data.organization.as_ref())
                .map_or(&[][..], |organization| &organization.members.nodes);
            choices.extend(
                people
                    .iter()
                    .map(|one| (one.user.id.clone(), one.user.name.clone())),
            );
        });
        filter_select(
            "Person",
            choices,
            filter.person.into(),
            filter.choose(filter.person),
        )
    };
    view! {
        <div class="filters">
            {search_field("Find a person by name", words.into(), Callback::new(move |text| words.set(text)))}
            {switch(people)}
            {filter_select("Action", actions, filter.action.into(), filter.choose(filter.action))}
            {filter_select("Outcome", outcomes, filter.outcome.into(), filter.choose(filter.outcome))}
            {filter_select("Period", days, filter.days.into(), filter.choose(filter.days))}
        </div>
    }
    .into_any()
}

fn nodes(data: &AuditLogData) -> &[AuditLine] {
    data.organization
        .as_ref()
        .map_or(&[], |organization| &organization.audit_log.nodes)
}

fn content(data: Loaded<AuditLogData>, pages: Pages) -> AnyView {
    let is_empty = Memo::new(move |_| data.with(|data| nodes(data).is_empty()));
    let next = Signal::derive(move || {
        data.with(|data| {
            let page = &data.organization.as_ref()?.audit_log.page_info;
            page.end_cursor.clone().filter(|_| page.has_next_page)
        })
    });
    let keys = move || data.with(|data| nodes(data).iter().map(|one| one.id.clone()).collect());
    let row = move |key: String| {
        let found =
            data.with_untracked(|data| nodes(data).iter().find(|one| one.id == key).cloned());
        found.map_or_else(|| ().into_any(), |entry| line(&entry))
    };
    view! {
        {show(is_empty.into(), || empty(Icon::Search, "Nothing is found", "No entry matches what is chosen.", None))}
        <table class="people" class:gone=is_empty>
            <caption class="only-read">"Audit log"</caption>
            <thead><tr>
                <th scope="col">"Who"</th><th scope="col">"What"</th>
                <th scope="col">"Outcome"</th><th scope="col">"When"</th>
            </tr></thead>
            <tbody>{keyed(keys, row)}</tbody>
        </table>
        {pager(pages, next)}
    }
    .into_any()
}

fn line(entry: &AuditLine) -> AnyView {
    let clock = use_clock();
    let now = Signal::derive(move || clock.ticking());
    let who = match (&entry.actor, entry.actor_kind) {
        (Some(person), _) => person.name.clone(),
        (None, AuditActorKind::User) => "A former member".to_owned(),
        (None, AuditActorKind::ApiKey) => "An API key".to_owned(),
        (None, AuditActorKind::System) => "The server".to_owned(),
    };
    let target = entry.target_kind.as_deref().map(plain);
    let tone = match entry.outcome {
        AuditOutcome::Success => Tone::Neutral,
        AuditOutcome::Denied => Tone::Warning,
        AuditOutcome::Failed => Tone::Negative,
    };
    let request = entry.request_id.clone();
    view! {
        <tr>
            <td class="people-who">{avatar(&who, None)}<span class="people-words"><b>{who.clone()}</b><span>{entry.address.clone()}</span></span></td>
            <td><span class="people-words" title=request><b>{plain(entry.action.as_str())}</b><span>{target}</span></span></td>
            <td class="people-role">{badge(tone, outcome_word(entry.outcome))}</td>
            <td class="people-state">{ago(entry.created_at, now, &use_organization().zone)}</td>
        </tr>
    }
    .into_any()
}

fn outcome_word(outcome: AuditOutcome) -> &'static str {
    match outcome {
        AuditOutcome::Success => "Done",
        AuditOutcome::Denied => "Refused",
        AuditOutcome::Failed => "Failed",
    }
}

/// `TEAM_CREATED` as `Team created`.
fn plain(word: &str) -> String {
    let lower = word.to_ascii_lowercase().replace('_', " ");
    let mut letters = lower.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_ascii_uppercase().to_string() + letters.as_str()
    })
}
