//! The organization that the page is about, and the person's place in it.

use std::sync::Arc;

use leptos::prelude::*;

use shared::{
    permission::{Permission, Relation},
    role::Role,
};

use crate::{api::graphql::Place, format::Zone};

/// The current organization. Everything below the shell is built anew when it changes, so this
/// is a plain value.
#[derive(Clone)]
pub struct Organization {
    place: Arc<Place>,
    /// Its time zone: days on the page are its days.
    pub zone: Zone,
}

impl Organization {
    /// The organization of a membership.
    pub fn new(place: Place) -> Self {
        Self {
            zone: Zone::new(&place.organization.time_zone),
            place: Arc::new(place),
        }
    }

    /// The slug, first part of every path.
    pub fn slug(&self) -> &str {
        &self.place.organization.slug
    }

    /// The person's membership.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Whether the person may do something to the organization itself. The server decides by the
    /// same matrix; this hides what it would refuse.
    pub fn allows(&self, permission: Permission) -> bool {
        permission.is_granted_to(self.place.role, Relation::Other)
    }

    /// Whether the person may do something with what is their own.
    pub fn allows_own(&self, permission: Permission) -> bool {
        permission.is_granted_to(self.place.role, Relation::Own)
    }

    /// Whether the person earns points and stands on boards.
    pub fn is_ranked(&self) -> bool {
        self.place.role.earns_points()
    }
}

/// The current organization.
pub fn use_organization() -> Organization {
    use_context().expect("pages of an organization are shown inside its shell")
}

/// The word for a role.
pub fn role_word(role: Role) -> &'static str {
    match role {
        Role::Admin => "Administrator",
        Role::Member => "Member",
        Role::Viewer => "Viewer",
    }
}
