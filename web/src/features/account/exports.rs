//! Exports of data: asked for, waited for, downloaded.

use std::time::Duration;

use leptos::prelude::*;
use shared::people::DataExportStatus;

use crate::{
    api::graphql::{
        OwnExports, OwnExportsData, OwnExportsViewerDataExports as Export, RequestDataExportInput,
        RequestExport,
    },
    state::{
        organization::use_organization,
        pending::pending,
        remote::{Loaded, remote},
        toasts::use_toasts,
    },
    ui::{
        badge::{Tone, badge},
        button::{Look, busy_button},
        dynamic::{effect, switch},
        skeleton,
        trouble::trouble_line,
    },
};

/// How often it is looked whether an export is ready.
const LOOK: Duration = Duration::from_secs(2);

/// What was asked for, and the button to ask: of an organization, or of what is known about the person.
pub fn panel(organization_id: Option<String>) -> AnyView {
    let exports = remote(|| OwnExports {});
    let of = StoredValue::new(organization_id);
    let (call, toasts) = (pending(), use_toasts());
    let ask = Callback::new(move |()| {
        let input = RequestDataExportInput {
            organization_id: of.get_value(),
        };
        call.run(RequestExport { input }, move |_| {
            toasts.say("The document is being made. A mail says when it is ready.");
            exports.refetch();
        });
    });
    effect(move || {
        let is_waiting = exports.data.with(|data| {
            let own = data.as_ref().map(|data| own_of(data, of));
            own.is_some_and(|own| {
                own.iter()
                    .any(|one| one.status == DataExportStatus::Preparing)
            })
        });
        if is_waiting {
            set_timeout(move || exports.try_refetch(), LOOK);
        }
    });
    view! {
        {exports.view(|| skeleton::rows(1), move |data| list(data, of))}
        {switch(move || trouble_line(call.trouble.get()))}
        <div class="form-end">{busy_button(Look::Plain, "Make a document", call.is_busy.into(), ask)}</div>
    }
    .into_any()
}

fn own_of(data: &OwnExportsData, of: StoredValue<Option<String>>) -> Vec<Export> {
    let Some(viewer) = &data.viewer else {
        return Vec::new();
    };
    let of = of.try_get_value().flatten();
    let exports = viewer.data_exports.iter();
    exports
        .filter(|one| one.organization_id == of)
        .cloned()
        .collect()
}

fn list(data: Loaded<OwnExportsData>, of: StoredValue<Option<String>>) -> AnyView {
    let zone = use_organization().zone;
    switch(move || {
        let lines = data
            .with(|data| own_of(data, of))
            .into_iter()
            .map(|one| {
                let asked = ["Asked for at ", &zone.exact(one.created_at)].concat();
                let (state, note) = match (one.path, one.expires_at) {
                    (Some(path), Some(until)) => (
                        view! { <a class=Look::Primary.class() rel="external" download="devmetrics-export.json" href=path>"Download"</a> }
                            .into_any(),
                        [&asked, ", there until ", &zone.exact(until)].concat(),
                    ),
                    _ => (badge(Tone::Info, "Being made"), asked),
                };
                view! {
                    <li class="line"><div class="line-words"><p class="line-note">{note}</p></div>{state}</li>
                }
                .into_any()
            })
            .collect_view();
        view! { <ul class="lines flush">{lines}</ul> }.into_any()
    })
}
