//! The person's own account: what belongs to them and to no organization.

pub mod data;
mod device;
pub mod exports;
mod linking;
mod privacy;
pub mod profile;
pub mod sessions;

use leptos::prelude::*;
use shared::permission::Permission;

use crate::{
    routes::Page,
    state::organization::use_organization,
    ui::segments::{Segment, segments},
};

/// A place of the account; each is a page of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// How others know the person, and how they come in.
    Profile,
    /// Where the person is signed in.
    Sessions,
    /// By what programs act for the person.
    Keys,
    /// What is known about the person.
    Data,
}

/// Links to the places of the account, below the head of each.
pub fn places(current: Place) -> AnyView {
    let organization = use_organization();
    let has_keys = organization.allows_own(Permission::ManageOwnApiKeys);
    let choices = [
        (Place::Profile, "Profile", Page::Profile),
        (Place::Sessions, "Sessions", Page::Sessions),
        (Place::Keys, "API keys", Page::Keys),
        (Place::Data, "Your data", Page::Data),
    ]
    .into_iter()
    .filter(|(place, ..)| has_keys || *place != Place::Keys)
    .map(|(place, label, page)| Segment {
        label,
        href: page.path(organization.slug()),
        is_current: Signal::derive(move || place == current),
    })
    .collect();
    view! { <div class="page-tabs">{segments("Your account", choices)}</div> }.into_any()
}
