//! The accounts of a demo.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{auth, graphql::StartServerInfo},
    state::session::Session,
    ui::{
        avatar::avatar,
        dynamic::switch,
        icon::{Icon, icon},
        trouble::{Trouble, trouble_line},
    },
};

/// The accounts of the demo, to be anyone of.
pub(super) fn accounts(session: Session, server: StartServerInfo) -> AnyView {
    let pressed = RwSignal::new(None::<String>);
    let trouble = RwSignal::new(None::<Trouble>);
    let accounts = server
        .demo_accounts
        .into_iter()
        .map(|account| {
            let email = account.email.clone();
            let is_pressed = Signal::derive({
                let email = email.clone();
                move || pressed.with(|pressed| pressed.as_ref() == Some(&email))
            });
            let press = move |_| {
                if pressed.with_untracked(Option::is_some) {
                    return;
                }
                pressed.set(Some(email.clone()));
                trouble.set(None);
                let email = email.clone();
                spawn_local(async move {
                    match auth::sign_in_demo(email).await {
                        Ok(()) => session.start().await,
                        Err(error) => trouble.set(Some(error.into())),
                    }
                    let _ = pressed.try_set(None);
                });
            };
            view! {
                <li>
                    <button type="button" class="account" class:busy=is_pressed on:click=press>
                        {avatar(&account.name, None)}
                        <span class="account-words">
                            <b>{account.name}</b>
                            <span>{account.description}</span>
                        </span>
                        <code>{account.email}</code>
                        {icon(Icon::ChevronRight)}
                    </button>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <h1>"Choose who to be"</h1>
        <p class="gate-words">"This server runs with demo data. Each account sees the same organization with different rights."</p>
        <ul class="accounts">{accounts}</ul>
        {switch(move || trouble_line(trouble.get()))}
    }
    .into_any()
}
