//! The places about people, side by side on each of their pages.

use leptos::prelude::*;
use shared::permission::Permission;

use crate::{
    routes::Page,
    state::organization::Organization,
    ui::segments::{Segment, segments},
};

/// A place about people.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Who belongs to the organization.
    Members,
    /// Who is asked in.
    Invitations,
    /// What was mailed.
    Mail,
    /// Teams and departments.
    Teams,
    /// Whose accounts at providers are.
    Identities,
    /// When people are away.
    Absences,
}

/// Links to the places that the person may enter.
pub fn places(organization: &Organization, current: Signal<Place>) -> AnyView {
    let may_manage = organization.allows(Permission::ManageMembers);
    let slug = organization.slug();
    let members = Page::Members.path(slug);
    let all = [
        (Place::Members, "Members", members.clone()),
        (
            Place::Invitations,
            "Invitations",
            members.clone() + "?tab=invitations",
        ),
        (Place::Mail, "Mail", members + "?tab=mail"),
        (Place::Teams, "Teams", Page::Teams.path(slug)),
        (Place::Identities, "Identities", Page::Identities.path(slug)),
        (Place::Absences, "Absences", Page::Absences.path(slug)),
    ];
    let choices = all
        .into_iter()
        .filter(|(place, ..)| {
            may_manage || !matches!(place, Place::Invitations | Place::Mail | Place::Identities)
        })
        .map(|(place, label, href)| Segment {
            label,
            href,
            is_current: Signal::derive(move || current.get() == place),
        })
        .collect();
    view! { <div class="page-tabs">{segments("About people", choices)}</div> }.into_any()
}
