//! One source: its address and what can be done with it.

use leptos::prelude::*;

use super::{Desk, secret::Revealed};
use crate::{
    api::graphql::{
        DeleteSource, DeleteWebhookSourceInput, RotateSource, RotateWebhookSecretInput, Source,
        TestSource, TestWebhookSourceInput, UpdateSource, UpdateWebhookSourceInput,
    },
    state::{
        clock::use_clock,
        organization::use_organization,
        pending::{Pending, pending},
        toasts::use_toasts,
    },
    ui::{
        badge::{Tone, badge},
        button::{Look, busy_button, button},
        copied::copied,
        dialog::{dialog, question},
        dynamic::switch,
        time::ago,
        trouble::trouble_line,
    },
};

/// The source in the list.
pub fn tab(source: &Source, desk: Desk, chosen: Memo<Option<String>>) -> AnyView {
    let id = source.id.clone();
    let current = Signal::derive(move || {
        chosen
            .with(|chosen| chosen.as_ref() == Some(&id))
            .then_some("true")
    });
    view! {
        <a class="source-tab" href=desk.path_of(&source.id) aria-current=current>
            <b>{source.name.clone()}</b>
            <span>{source.provider.label()}" · "{last_delivery(source)}</span>
            {(!source.is_enabled).then(|| badge(Tone::Warning, "Off"))}
        </a>
    }
    .into_any()
}

fn last_delivery(source: &Source) -> AnyView {
    match source.last_delivery_at {
        Some(instant) => {
            let clock = use_clock();
            ago(
                instant,
                Signal::derive(move || clock.ticking()),
                &use_organization().zone,
            )
        }
        None => "no delivery yet".into_any(),
    }
}

/// The source in view.
pub fn panel(source: Source, desk: Desk) -> AnyView {
    let call = pending();
    let is_rotating = RwSignal::new(false);
    let is_deleting = RwSignal::new(false);
    let (state, word) = match (source.is_enabled, source.first_event_at) {
        (false, _) => (Tone::Warning, "Off: deliveries are refused"),
        (true, None) => (Tone::Info, "Waiting for the first delivery"),
        (true, Some(_)) => (Tone::Positive, "Receiving"),
    };
    let id = StoredValue::new(source.id.clone());
    let is_enabled = source.is_enabled;
    let toggle = Callback::new(move |()| {
        let input = UpdateWebhookSourceInput {
            id: id.get_value(),
            name: None,
            is_enabled: Some(!is_enabled),
            signing_token: None,
        };
        call.run(UpdateSource { input }, move |_| desk.refresh.run(()));
    });
    let name = source.name.clone();
    view! {
        <section class="card source-panel" aria-label="Source">
            <header class="card-head"><h2>{source.name.clone()}</h2>{badge(state, word)}</header>
            {copied("Address", source.url.clone())}
            {switch(move || trouble_line(call.trouble.get()))}
            <div class="source-actions">
                {busy_button(Look::Plain, "Send a test", call.is_busy.into(), test(id, call, desk))}
                {button(Look::Plain, "New secret", Callback::new(move |()| is_rotating.set(true)))}
                {button(Look::Plain, if is_enabled { "Switch off" } else { "Switch on" }, toggle)}
                {button(Look::Danger, "Delete", Callback::new(move |()| is_deleting.set(true)))}
            </div>
        </section>
        {dialog(is_rotating, "Make a new secret?", move || question(
            "The present secret stops working at once: deliveries are refused until GitLab has the new one.".to_owned(),
            "Make a new secret", is_rotating, call.state(), rotate(id, call, desk, is_rotating),
        ))}
        {dialog(is_deleting, "Delete this source?", move || question(
            ["\u{201c}", &name, "\u{201d} stops taking events, and its address answers as if it never existed. Events and points that it brought stay."].concat(),
            "Delete source", is_deleting, call.state(), delete(id, call, desk, is_deleting),
        ))}
    }
    .into_any()
}

fn test(id: StoredValue<String>, call: Pending, desk: Desk) -> Callback<()> {
    let toasts = use_toasts();
    Callback::new(move |()| {
        let input = TestWebhookSourceInput { id: id.get_value() };
        call.run(TestSource { input }, move |_| {
            toasts.say("The test was delivered: it is the first line below.");
            desk.delivered.update(|count| *count += 1);
            desk.refresh.run(());
        });
    })
}

fn rotate(
    id: StoredValue<String>,
    call: Pending,
    desk: Desk,
    is_open: RwSignal<bool>,
) -> Callback<()> {
    Callback::new(move |()| {
        let input = RotateWebhookSecretInput { id: id.get_value() };
        call.run(RotateSource { input }, move |data| {
            is_open.set(false);
            let rotated = data.rotate_webhook_secret;
            desk.revealed.set(Some(Revealed {
                source: rotated.webhook_source,
                secret: rotated.secret,
                is_new: false,
            }));
        });
    })
}

fn delete(
    id: StoredValue<String>,
    call: Pending,
    desk: Desk,
    is_open: RwSignal<bool>,
) -> Callback<()> {
    Callback::new(move |()| {
        let input = DeleteWebhookSourceInput { id: id.get_value() };
        call.run(DeleteSource { input }, move |_| {
            is_open.set(false);
            desk.refresh.run(());
        });
    })
}
