//! Roles and standing within an organization.

use crate::text_enum::text_enum;

text_enum! {
    /// What a person may do in an organization. The lead of a team is not a role.
    Role {
        /// Full control of the organization.
        Admin = "ADMIN",
        /// A developer: earns points, stands on boards.
        Member = "MEMBER",
        /// Reads team aggregates and nothing else.
        Viewer = "VIEWER",
    }
}

text_enum! {
    /// Whether a membership is in force.
    MembershipStatus {
        /// Invited and not yet accepted.
        Invited = "INVITED",
        /// In force.
        Active = "ACTIVE",
        /// Kept for history; signs in to nothing and earns nothing.
        Inactive = "INACTIVE",
    }
}

text_enum! {
    /// What an organization has booked.
    PlanType {
        /// Free of charge, small.
        Free = "FREE",
        /// For teams.
        Pro = "PRO",
        /// Without limits; the default of a self-hosted instance.
        Enterprise = "ENTERPRISE",
    }
}

impl Role {
    /// Whether people of this role earn points and stand on boards.
    pub const fn earns_points(self) -> bool {
        matches!(self, Self::Admin | Self::Member)
    }
}
