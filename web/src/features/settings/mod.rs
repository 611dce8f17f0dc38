//! The organization's settings, and a person's way out of it or to another one.

mod days;
mod ending;
mod form;
mod moving;
pub mod plan;

use leptos::prelude::*;
use shared::permission::Permission;

use crate::{
    features::deleted,
    state::organization::{role_word, use_organization},
    ui::page::{page_head, set_title},
};

/// The page: everybody leaves by it, administrators change things.
pub fn page() -> AnyView {
    set_title("Settings");
    let organization = use_organization();
    let may_change = organization.allows(Permission::ManageOrganization);
    let sentence = if may_change {
        "What the organization is called, and how it counts."
    } else {
        "Administrators change what the organization is called, and how it counts."
    };
    let role = [
        "You are here as: ",
        role_word(organization.place().role),
        ".",
    ]
    .concat();
    view! {
        {page_head("Settings", sentence.into_any(), ().into_any())}
        <div class="stack">
            {may_change.then(|| form::card(&organization))}
            {may_change.then(days::card)}
            {may_change.then(plan::card)}
            {moving::cards(&organization, role)}
            {deleted::offers()}
            {may_change.then(|| ending::cards(&organization))}
        </div>
    }
    .into_any()
}
