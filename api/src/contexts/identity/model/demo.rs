//! The accounts that a demo always has.

use shared::role::Role;

/// The domain of every address of a demo; reserved, so that no real person's address lies in it.
pub const DEMO_DOMAIN: &str = "demo.test";

/// One of the named accounts of a demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoAccount {
    /// The address it signs in by.
    pub email: &'static str,
    /// The person's name.
    pub name: &'static str,
    /// What the person may do.
    pub role: Role,
    /// What it is there to show.
    pub description: &'static str,
}

/// The named accounts of a demo, all in one organization.
pub const DEMO_ACCOUNTS: &[DemoAccount] = &[
    DemoAccount {
        email: "admin@demo.test",
        name: "Amira Haddad",
        role: Role::Admin,
        description: "Administrator: sees everyone, manages webhook sources and points.",
    },
    DemoAccount {
        email: "lead@demo.test",
        name: "Lars Lindqvist",
        role: Role::Member,
        description: "Team lead: earns points and sees the details of the own team.",
    },
    DemoAccount {
        email: "member@demo.test",
        name: "Maya Torres",
        role: Role::Member,
        description: "Developer: earns points and stands on the boards.",
    },
    DemoAccount {
        email: "viewer@demo.test",
        name: "Viktor Novak",
        role: Role::Viewer,
        description: "Guest: sees teams and their totals, no individuals.",
    },
];
