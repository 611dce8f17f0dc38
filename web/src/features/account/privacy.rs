//! Whether others see the person's name on boards.

use leptos::prelude::*;

use crate::{
    api::graphql::{
        OwnPreferences, OwnPreferencesData, SavePreferences, SavePreferencesData,
        UpdatePreferencesInput,
    },
    state::{
        pending::pending,
        remote::{Loaded, remote},
        toasts::use_toasts,
    },
    ui::{dynamic::switch, skeleton, trouble::trouble_line},
};

/// The card with the choice.
pub(super) fn card() -> AnyView {
    let preferences = remote(|| OwnPreferences {});
    view! {
        <section class="card form" aria-labelledby="privacy-head">
            <h2 id="privacy-head">"On leaderboards"</h2>
            {preferences.view(|| skeleton::rows(1), content)}
        </section>
    }
    .into_any()
}

fn content(data: Loaded<OwnPreferencesData>) -> AnyView {
    let known = data.with_untracked(|data| {
        data.viewer
            .as_ref()
            .is_some_and(|viewer| viewer.preferences.privacy_mode)
    });
    let is_private = RwSignal::new(known);
    let call = pending();
    let toasts = use_toasts();
    let toggle = Callback::new(move |()| {
        let input = UpdatePreferencesInput {
            privacy_mode: Some(!is_private.get_untracked()),
            default_organization_id: None,
        };
        call.run(
            SavePreferences { input },
            move |data: SavePreferencesData| {
                let is_on = data.update_preferences.preferences.privacy_mode;
                is_private.set(is_on);
                toasts.say(
                    if is_on {
                        "Others see you without your name."
                    } else {
                        "Others see your name."
                    }
                    .to_owned(),
                );
            },
        );
    });
    view! {
        <label class="tick" for="privacy-mode">
            <input type="checkbox" id="privacy-mode" prop:checked=is_private on:change=move |_| toggle.run(())/>
            <span>
                <b>"Privacy mode"</b>
                <em>"Others see your row without your name, in every organization. You keep your rank and see yourself."</em>
            </span>
        </label>
        {switch(move || trouble_line(call.trouble.get()))}
    }
    .into_any()
}
