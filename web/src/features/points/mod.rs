//! The person's ledger: what every number of points is made of.

use leptos::prelude::*;

use crate::{
    api::graphql::{Credit, Ledger, LedgerData},
    format::{self, Zone},
    state::{
        credits::use_credits,
        organization::use_organization,
        pending::pending,
        remote::{Loaded, Remote, remote},
    },
    ui::{
        badge::points_chip,
        button::{Look, busy_button},
        card::card,
        dynamic::{show, switch, text},
        empty::empty,
        icon::Icon,
        list::keyed,
        page::{page_head, set_title},
        skeleton,
        trouble::trouble_line,
    },
};

/// Shows the page.
pub fn page() -> AnyView {
    set_title("Points");
    let credits = use_credits();
    let ledger = remote(move || {
        credits.track();
        Ledger { after: None }
    });
    let sentence = move || {
        ledger.data.with(
            |data| match data.as_ref().and_then(|data| data.organization.as_ref()) {
                Some(organization) => {
                    let points = &organization.points;
                    [
                        "Your balance is ",
                        &format::count(points.balance, "point"),
                        ", from ",
                        &entries(points.ledger.total_count),
                        ".",
                    ]
                    .concat()
                }
                None => "\u{a0}".to_owned(),
            },
        )
    };
    let zone = use_organization().zone;
    let body = ledger.view(
        || skeleton::rows(8),
        move |data| content(ledger, data, zone.clone()),
    );
    view! {
        {page_head("Points", text(sentence), ().into_any())}
        {card("ledger-card", "Ledger", ().into_any(), body)}
    }
    .into_any()
}

fn entries(count: i32) -> String {
    format::number(count) + if count == 1 { " entry" } else { " entries" }
}

fn credits_of(data: &LedgerData) -> &[Credit] {
    data.organization
        .as_ref()
        .map_or(&[], |organization| &organization.points.ledger.nodes)
}

fn content(ledger: Remote<LedgerData>, data: Loaded<LedgerData>, zone: Zone) -> AnyView {
    let is_empty = Memo::new(move |_| data.with(|data| credits_of(data).is_empty()));
    let cursor = Memo::new(move |_| {
        data.with(|data| {
            let page = &data.organization.as_ref()?.points.ledger.page_info;
            if page.has_next_page {
                page.end_cursor.clone()
            } else {
                None
            }
        })
    });
    let has_more = Signal::derive(move || cursor.with(Option::is_some));
    let call = pending();
    let more = Callback::new(move |()| {
        let operation = Ledger {
            after: cursor.get_untracked(),
        };
        call.run(operation, move |next| {
            ledger.data.update(|data| append(data, next))
        });
    });
    let row = move |key: String| {
        let credit = data.with_untracked(|data| {
            credits_of(data)
                .iter()
                .find(|credit| credit.id == key)
                .cloned()
        });
        credit.map_or_else(|| ().into_any(), |credit| line(credit, &zone))
    };
    view! {
        {show(is_empty.into(), || empty(
            Icon::Ledger,
            "No entries yet",
            "Every credit and correction is listed here with its reason, and never changes afterwards.",
            None,
        ))}
        <table class="ledger" class:gone=is_empty>
            <caption class="only-read">"Ledger entries, newest first"</caption>
            <thead><tr>
                <th scope="col">"When"</th><th scope="col">"Reason"</th>
                <th scope="col" class="figure">"Change"</th><th scope="col" class="figure">"Balance"</th>
            </tr></thead>
            <tbody>{keyed(move || data.with(|data| credits_of(data).iter().map(|credit| credit.id.clone()).collect()), row)}</tbody>
        </table>
        {switch(move || trouble_line(call.trouble.get()))}
        {show(has_more, move || view! { <div class="more">{busy_button(Look::Plain, "Show older", call.is_busy.into(), more)}</div> }.into_any())}
    }
    .into_any()
}

/// Adds the next page; the totals are the newer ones.
fn append(data: &mut Option<LedgerData>, next: LedgerData) {
    let old = data.take();
    *data = Some(next);
    let (Some(old), Some(new)) = (
        old.and_then(|old| old.organization),
        data.as_mut().and_then(|data| data.organization.as_mut()),
    ) else {
        return;
    };
    let mut nodes = old.points.ledger.nodes;
    for credit in std::mem::take(&mut new.points.ledger.nodes) {
        if !nodes.iter().any(|known| known.id == credit.id) {
            nodes.push(credit);
        }
    }
    new.points.ledger.nodes = nodes;
}

fn line(credit: Credit, zone: &Zone) -> AnyView {
    let detail = credit.source.map(|source| {
        let title = source.title.unwrap_or_default();
        match source.url {
            Some(url) => {
                view! { <a href=url target="_blank" rel="noreferrer">{title}</a> }.into_any()
            }
            None => title.into_any(),
        }
    });
    let author = credit.actor.map(|actor| ["by ", &actor.name].concat());
    view! {
        <tr>
            <td class="ledger-when">{zone.exact(credit.timestamp)}</td>
            <td class="ledger-reason"><b>{credit.reason}</b><span>{detail}{author}</span></td>
            <td class="figure">{points_chip(credit.points_change)}</td>
            <td class="figure">{format::number(credit.balance_after)}</td>
        </tr>
    }
    .into_any()
}
