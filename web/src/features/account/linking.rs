//! Accounts that the person could link to sign in by them, and what became of the last try.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    api::graphql::{LinkAccount, LinkIdentityInput, SignInMethod},
    features::sign_in::words_of,
    state::{pending::pending, session::use_session},
    ui::{
        button::{Look, busy_button},
        dynamic::switch,
        trouble::{Trouble, trouble_line},
    },
};

/// A button for each provider that the server offers; nothing where there is none.
pub(super) fn offers() -> AnyView {
    let session = use_session();
    switch(move || {
        let server = session.server.get();
        let buttons: Vec<AnyView> = server
            .iter()
            .flat_map(|server| {
                server.sign_in_methods.iter().filter_map(|method| {
                    let words = match method {
                        SignInMethod::Microsoft => "Link a Microsoft account",
                        SignInMethod::Github => "Link a GitHub account",
                        SignInMethod::Oidc => "Link a single sign-on account",
                        _ => return None,
                    };
                    Some(offer(*method, words))
                })
            })
            .collect();
        if buttons.is_empty() {
            ().into_any()
        } else {
            view! { <div class="form-end">{buttons}</div> }.into_any()
        }
    })
}

fn offer(provider: SignInMethod, words: &'static str) -> AnyView {
    let call = pending();
    let path = use_location().pathname;
    let link = Callback::new(move |()| {
        let input = LinkIdentityInput {
            provider,
            next: Some(path.get_untracked()),
        };
        call.run(LinkAccount { input }, |data| {
            // The way goes over the server and the provider, and back to this page.
            let _ = window().location().set_href(&data.link_identity.url);
        });
    });
    view! {
        {switch(move || trouble_line(call.trouble.get()))}
        {busy_button(Look::Plain, words, call.is_busy.into(), link)}
    }
    .into_any()
}

/// What became of a try, as the address of the page says; nothing where it says nothing.
pub(super) fn outcome() -> AnyView {
    let query = use_location().query.get_untracked();
    if query.get("linked").is_some() {
        return view! { <p class="form-words" role="status">"The account is linked: you can sign in by it from now on."</p> }
            .into_any();
    }
    let trouble = query.get("refused").map(|code| Trouble {
        title: "Not linked",
        detail: words_of(&code).to_owned(),
        request_id: None,
    });
    trouble_line(trouble)
}
