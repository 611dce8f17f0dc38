//! Organizations that were deleted, for those who may bring them back.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;

use crate::{
    api::graphql::{RestoreOrganization, RestoreOrganizationData, RestoreOrganizationInput},
    format::Zone,
    routes::Page,
    state::{pending::pending, session::use_session, toasts::use_toasts},
    ui::{
        button::{Look, busy_button},
        dynamic::switch,
        trouble::trouble_line,
    },
};

/// One line for each, with its button; nothing where there is none.
pub fn offers() -> AnyView {
    let deleted = use_session()
        .signed_in()
        .map(|signed_in| signed_in.deleted_organizations)
        .unwrap_or_default();
    if deleted.is_empty() {
        return ().into_any();
    }
    let zone = Zone::new("UTC");
    let lines = deleted
        .into_iter()
        .map(|one| {
            let until = [
                "Until ",
                &zone.exact(one.restorable_until),
                " UTC; then it is gone for good.",
            ]
            .concat();
            view! {
                <li class="line">
                    <div class="line-words">
                        <p class="line-title"><b>{one.name.clone()}</b></p>
                        <p class="line-note">{until}</p>
                    </div>
                    {restore(one.id)}
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <section class="card form" aria-labelledby="deleted-head">
            <h2 id="deleted-head">"Deleted organizations"</h2>
            <p class="form-words">"You can bring them back as they were."</p>
            <ul class="lines flush">{lines}</ul>
        </section>
    }
    .into_any()
}

fn restore(id: String) -> AnyView {
    let call = pending();
    let (session, toasts) = (use_session(), use_toasts());
    let navigate = StoredValue::new_local(use_navigate());
    let go = Callback::new(move |()| {
        let input = RestoreOrganizationInput {
            organization_id: id.clone(),
        };
        call.run(
            RestoreOrganization { input },
            move |data: RestoreOrganizationData| {
                let slug = data.restore_organization.organization.slug;
                spawn_local(async move {
                    session.start().await;
                    toasts.say("The organization is back.");
                    let path = Page::Dashboard.path(&slug);
                    let _ = navigate.try_with_value(|navigate| navigate(&path, Default::default()));
                });
            },
        );
    });
    view! {
        {busy_button(Look::Plain, "Restore", call.is_busy.into(), go)}
        {switch(move || trouble_line(call.trouble.get()))}
    }
    .into_any()
}
