//! Mail that went out for the organization, or waits where no mail server is set.

use leptos::prelude::*;
use shared::people::MailStatus;

use crate::{
    api::graphql::{Outbox, OutboxData, OutboxOrganizationOutboxNodes as Mail},
    format::Zone,
    state::{
        organization::use_organization,
        remote::{Loaded, remote},
    },
    ui::{
        badge::{Tone, badge},
        card,
        dynamic::{show, switch},
        empty::empty,
        icon::{Icon, icon},
        pager::{Pages, pager},
        skeleton,
    },
};

/// The card of mails.
pub fn card(changed: RwSignal<u32>) -> AnyView {
    let pages = Pages::first();
    let mails = remote(move || {
        changed.track();
        Outbox {
            after: pages.after(),
        }
    });
    let body = mails.view(|| skeleton::rows(5), move |data| content(data, pages));
    card::card(
        "people-card",
        "Mail of the last 30 days",
        ().into_any(),
        body,
    )
}

fn nodes(data: &OutboxData) -> &[Mail] {
    data.organization
        .as_ref()
        .map_or(&[], |organization| &organization.outbox.nodes)
}

fn content(data: Loaded<OutboxData>, pages: Pages) -> AnyView {
    let zone = use_organization().zone;
    let is_empty = Memo::new(move |_| data.with(|data| nodes(data).is_empty()));
    let sends_no_mail = Memo::new(move |_| {
        data.with(|data| {
            data.organization
                .as_ref()
                .is_some_and(|one| !one.sends_mail)
        })
    });
    let next = Signal::derive(move || {
        data.with(|data| {
            let page = &data.organization.as_ref()?.outbox.page_info;
            page.end_cursor.clone().filter(|_| page.has_next_page)
        })
    });
    let lines = move || {
        data.with(|data| {
            nodes(data)
                .iter()
                .map(|mail| line(mail, &zone))
                .collect_view()
        })
        .into_any()
    };
    view! {
        {show(sends_no_mail.into(), || view! {
            <p class="notice">{icon(Icon::Warning)}"No mail server is set (SMTP_RELAY): these mails wait here and reach nobody."</p>
        }.into_any())}
        {show(is_empty.into(), || empty(Icon::Ledger, "No mail yet", "Invitations and other mails are listed here.", None))}
        <ul class="mails">{switch(lines)}</ul>
        {pager(pages, next)}
    }
    .into_any()
}

fn line(mail: &Mail, zone: &Zone) -> AnyView {
    let (tone, word) = match mail.status {
        MailStatus::Pending => (Tone::Info, "Waiting"),
        MailStatus::Sent => (Tone::Positive, "Sent"),
        MailStatus::Dead => (Tone::Negative, "Given up"),
    };
    let text = mail.text.clone().map(|text| {
        view! { <details><summary>"Read"</summary><pre>{text}</pre></details> }.into_any()
    });
    view! {
        <li>
            <p class="mail-head"><b>{mail.subject.clone()}</b>{badge(tone, word)}</p>
            <p class="mail-note">"to "{mail.recipient.clone()}", "{zone.exact(mail.created_at)}" "{mail.last_error.clone()}</p>
            {text}
        </li>
    }
    .into_any()
}
