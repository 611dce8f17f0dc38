//! Where the link of an invitation lands, and what is offered to who belongs to no organization yet.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use shared::people::InvitationStatus;

use crate::{
    api::graphql::{
        AcceptInvitationInput, AcceptInvite, AcceptInviteData, InvitationByToken,
        InvitationByTokenData, InvitationByTokenInvitation, InvitationsForMe, InvitationsForMeData,
    },
    features::sign_in::brand,
    routes,
    state::{
        organization::role_word,
        pending::{Pending, pending},
        remote::{Loaded, remote},
        session::{Phase, use_session},
    },
    ui::{
        button::{Look, busy_button},
        dynamic::switch,
        page::set_title,
        skeleton,
        trouble::trouble_line,
    },
};

/// Shows the page.
pub fn page() -> AnyView {
    set_title("Invitation");
    let token = use_location()
        .query
        .read_untracked()
        .get("token")
        .unwrap_or_default();
    let asked = token.clone();
    let offer = remote(move || InvitationByToken {
        token: asked.clone(),
    });
    let body = offer.view(
        || skeleton::rows(3),
        move |data| content(data, token.clone()),
    );
    view! { <main class="gate" id="main"><div class="gate-card">{brand()}{body}</div></main> }
        .into_any()
}

fn content(data: Loaded<InvitationByTokenData>, token: String) -> AnyView {
    switch(move || {
        data.with(|data| match &data.invitation {
            None => closed(
                "This invitation is gone",
                "It may have been withdrawn, or a newer mail replaced it. Ask whoever invited you.",
            ),
            Some(offer) => match offer.status {
                InvitationStatus::Pending | InvitationStatus::Accepted => open(offer, &token),
                _ => closed(
                    "This invitation has expired",
                    "Ask whoever invited you to send it again.",
                ),
            },
        })
    })
}

fn closed(title: &'static str, words: &'static str) -> AnyView {
    view! {
        <h1>{title}</h1>
        <p class="gate-words">{words}</p>
        <p><a class="button" href="/">"Go to the start"</a></p>
    }
    .into_any()
}

fn open(offer: &InvitationByTokenInvitation, token: &str) -> AnyView {
    let session = use_session();
    let by = offer.inviter_name.as_deref().unwrap_or("Somebody");
    let words = [
        by,
        " invites you as ",
        &role_word(offer.role).to_lowercase(),
        ".",
    ]
    .concat();
    let (invited, token) = (offer.email.clone(), token.to_owned());
    let way = move || match session.phase.get() {
        Phase::SignedIn(signed_in) => {
            let own = signed_in.user.email.unwrap_or_default();
            let differs = !own.eq_ignore_ascii_case(&invited);
            let note = if differs {
                [
                    "You are signed in as ",
                    &own,
                    "; the invitation went to ",
                    &invited,
                    ".",
                ]
                .concat()
            } else {
                ["You are signed in as ", &own, "."].concat()
            };
            let input = AcceptInvitationInput {
                token: Some(token.clone()),
                id: None,
            };
            view! { <p class="gate-words">{note}</p>{accept("Accept and join", pending(), input)} }
                .into_any()
        }
        Phase::Starting => skeleton::rows(1),
        Phase::SignedOut | Phase::Failed(_) => {
            let back = ["/invite?token=", &token].concat();
            view! {
                <p class="gate-words">"Sign in first; you come back here."</p>
                <div class="form-end"><a class=Look::Primary.class() href=routes::sign_in(&back)>"Sign in to accept"</a></div>
            }
            .into_any()
        }
    };
    view! {
        <h1>"Join "{offer.organization_name.clone()}</h1>
        <p class="gate-words">{words}</p>
        {switch(way)}
    }
    .into_any()
}

/// The button that accepts, then leads into the organization.
fn accept(label: &'static str, call: Pending, input: AcceptInvitationInput) -> AnyView {
    let session = use_session();
    let navigate = StoredValue::new_local(use_navigate());
    let enter = move |data: AcceptInviteData| {
        let slug = data.accept_invitation.membership.organization.slug;
        spawn_local(async move {
            // The new place is known before its page is shown.
            session.start().await;
            let _ = navigate.try_with_value(|navigate| {
                let options = NavigateOptions {
                    replace: true,
                    ..Default::default()
                };
                navigate(&["/", &slug].concat(), options);
            });
        });
    };
    let press = Callback::new(move |()| {
        let input = AcceptInvitationInput {
            token: input.token.clone(),
            id: input.id.clone(),
        };
        call.run(AcceptInvite { input }, enter);
    });
    view! {
        {switch(move || trouble_line(call.trouble.get()))}
        <div class="form-end">{busy_button(Look::Primary, label, call.is_busy.into(), press)}</div>
    }
    .into_any()
}

/// The invitations that wait for the signed-in person's own address.
pub fn offers() -> AnyView {
    let offers = remote(|| InvitationsForMe {});
    offers.view(|| skeleton::rows(1), list)
}

fn list(data: Loaded<InvitationsForMeData>) -> AnyView {
    switch(move || {
        data.with(|data| {
            data.invitations_for_me
                .iter()
                .map(|offer| {
                    let by = offer.inviter_name.as_deref().unwrap_or("Somebody");
                    let words = [by, " invites you to ", &offer.organization_name, "."].concat();
                    let input = AcceptInvitationInput {
                        token: None,
                        id: Some(offer.id.clone()),
                    };
                    view! { <p class="gate-words">{words}</p>{accept("Accept and join", pending(), input)} }
                        .into_any()
                })
                .collect_view()
        })
        .into_any()
    })
}
