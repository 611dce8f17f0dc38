//! Who is asked in, and what became of it.

use leptos::prelude::*;
use shared::people::InvitationStatus;

use crate::{
    api::graphql::{
        Invitations, InvitationsData, Invite, ResendInvitationInput, ResendInvite,
        RevokeInvitationInput, RevokeInvite,
    },
    format::{self, Zone},
    state::{
        organization::{role_word, use_organization},
        pending::pending,
        remote::{Loaded, remote},
        toasts::use_toasts,
    },
    ui::{
        badge::{Tone, badge},
        button::{Look, button, copy_button},
        card,
        dialog::{dialog, question},
        dynamic::{effect, show, switch},
        empty::empty,
        icon::{Icon, icon},
        list::keyed,
        pager::{Pages, pager},
        skeleton,
        trouble::trouble_line,
    },
};

/// The card of invitations.
pub fn card(changed: RwSignal<u32>) -> AnyView {
    let pages = Pages::first();
    let invitations = remote(move || {
        changed.track();
        Invitations {
            after: pages.after(),
        }
    });
    let body = invitations.view(
        || skeleton::rows(5),
        move |data| content(data, pages, changed),
    );
    card::card("people-card", "Invitations", ().into_any(), body)
}

fn nodes(data: &InvitationsData) -> &[Invite] {
    data.organization
        .as_ref()
        .map_or(&[], |organization| &organization.invitations.nodes)
}

fn content(data: Loaded<InvitationsData>, pages: Pages, changed: RwSignal<u32>) -> AnyView {
    let zone = use_organization().zone;
    let (call, toasts) = (pending(), use_toasts());
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
            let page = &data.organization.as_ref()?.invitations.page_info;
            page.end_cursor.clone().filter(|_| page.has_next_page)
        })
    });
    let withdrawn = RwSignal::new(None::<Invite>);
    let is_withdrawing = RwSignal::new(false);
    effect(move || {
        if withdrawn.with(Option::is_some) {
            is_withdrawing.set(true);
        }
    });
    let resend = Callback::new(move |id: String| {
        let input = ResendInvitationInput { id };
        call.run(ResendInvite { input }, move |_| {
            toasts.say("The invitation is sent again, with a new link.");
            changed.update(|count| *count += 1);
        });
    });
    let revoke = Callback::new(move |()| {
        let Some(invite) = withdrawn.get_untracked() else {
            return;
        };
        let input = RevokeInvitationInput { id: invite.id };
        call.run(RevokeInvite { input }, move |_| {
            is_withdrawing.set(false);
            changed.update(|count| *count += 1);
        });
    });
    let keys = move || data.with(|data| nodes(data).iter().map(key_of).collect());
    let row = move |key: String| {
        let found = data.with_untracked(|data| {
            nodes(data)
                .iter()
                .find(|invite| key_of(invite) == key)
                .cloned()
        });
        found.map_or_else(
            || ().into_any(),
            |invite| line(invite, &zone, resend, withdrawn),
        )
    };
    view! {
        {show(sends_no_mail.into(), || view! {
            <p class="notice">{icon(Icon::Warning)}"This server sends no mail. Copy a link and pass it on; the mails wait under \u{201c}Mail\u{201d}."</p>
        }.into_any())}
        {show(is_empty.into(), || empty(
            Icon::People, "Nobody is asked in", "Invite people by their address, one by one or as a whole list.", None,
        ))}
        {switch(move || trouble_line(call.trouble.get()))}
        <table class="people" class:gone=is_empty>
            <caption class="only-read">"Invitations, newest first"</caption>
            <thead><tr>
                <th scope="col">"Address"</th><th scope="col">"Role"</th><th scope="col">"State"</th>
                <th scope="col"><span class="only-read">"Action"</span></th>
            </tr></thead>
            <tbody>{keyed(keys, row)}</tbody>
        </table>
        {pager(pages, next)}
        {dialog(is_withdrawing, "Withdraw this invitation?", move || {
            let email = withdrawn.get_untracked().map(|invite| invite.email).unwrap_or_default();
            let words = ["The link that ", &email, " got stops working."].concat();
            question(words, "Withdraw", is_withdrawing, call.state(), revoke)
        })}
    }
    .into_any()
}

fn key_of(invite: &Invite) -> String {
    let url = invite.url.as_deref().unwrap_or_default();
    [&invite.id, " ", invite.status.as_str(), " ", url].concat()
}

fn line(
    invite: Invite,
    zone: &Zone,
    resend: Callback<String>,
    withdrawn: RwSignal<Option<Invite>>,
) -> AnyView {
    let (tone, word) = match invite.status {
        InvitationStatus::Pending => (Tone::Info, "Waiting"),
        InvitationStatus::Accepted => (Tone::Positive, "Accepted"),
        InvitationStatus::Revoked => (Tone::Neutral, "Withdrawn"),
        InvitationStatus::Expired => (Tone::Warning, "Expired"),
    };
    let is_open = matches!(
        invite.status,
        InvitationStatus::Pending | InvitationStatus::Expired
    );
    let until = (invite.status == InvitationStatus::Pending)
        .then(|| ["until ", &format::short_day(zone.day_of(invite.expires_at))].concat());
    let link = invite
        .url
        .clone()
        .map(|url| copy_button("Copy link", Signal::stored(url)));
    let id = invite.id.clone();
    let team = invite.team.as_ref().map(|team| team.name.clone());
    let actions = is_open.then(|| {
        let invite = invite.clone();
        view! {
            {button(Look::Quiet, "Send again", Callback::new(move |()| resend.run(id.clone())))}
            {button(Look::Quiet, "Withdraw", Callback::new(move |()| withdrawn.set(Some(invite.clone()))))}
        }
        .into_any()
    });
    view! {
        <tr>
            <td class="people-who"><span class="people-words"><b>{invite.email}</b><span>{team}</span></span></td>
            <td class="people-role">{role_word(invite.role)}</td>
            <td class="people-state">{badge(tone, word)}" "{until}</td>
            <td class="people-action">{link}{actions}</td>
        </tr>
    }
    .into_any()
}
