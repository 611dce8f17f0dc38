//! The permission matrix, as data: the server enforces it, the client hides what it refuses.

use crate::role::Role;

/// Something a person may or may not do in an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Read the organization, its teams, and team boards.
    ViewOrganization,
    /// Read who the members are.
    ViewMembers,
    /// Add and remove members, change their roles and teams.
    ManageMembers,
    /// Read a member's email address.
    ViewEmailAddress,
    /// Read boards of individuals, as far as the organization's visibility lets.
    ViewIndividualLeaderboard,
    /// Read a person's points, ledger and history.
    ViewPoints,
    /// Read a person's events.
    ViewEvents,
    /// Change points by hand.
    AdjustPoints,
    /// Read and change webhook sources and read their secrets once.
    ManageWebhookSources,
    /// Create, change and delete teams and departments, and say who is in them.
    ManageTeams,
    /// Read when a person is away.
    ViewAbsences,
    /// Enter and remove a person's absences.
    ManageAbsences,
    /// Rename the organization, change its settings, delete and restore it.
    ManageOrganization,
    /// Read, make, change and revoke the organization's API keys and those of all its members.
    ManageApiKeys,
    /// Read, make, change and revoke one's own API keys.
    ManageOwnApiKeys,
    /// Read and export the audit log.
    ViewAuditLog,
    /// Read raw payloads and dead letters, and replay events.
    ManageEvents,
}

/// How the person acted upon relates to the one who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It is about the organization or someone else.
    Other,
    /// It is about a member of a team that the actor leads.
    LedByActor,
    /// It is about the actor.
    Own,
}

/// Who holds a permission: for each role, the farthest relation it reaches.
struct Grant {
    permission: Permission,
    admin: Reach,
    member: Reach,
    viewer: Reach,
    /// Whether leading the person's team is enough for a member.
    lead: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Nobody,
    Own,
    Everybody,
}

use Reach::{Everybody, Nobody, Own};

const MATRIX: &[Grant] = &[
    grant(
        Permission::ViewOrganization,
        [Everybody, Everybody, Everybody],
        false,
    ),
    grant(
        Permission::ViewMembers,
        [Everybody, Everybody, Nobody],
        false,
    ),
    grant(
        Permission::ManageMembers,
        [Everybody, Nobody, Nobody],
        false,
    ),
    grant(Permission::ViewEmailAddress, [Everybody, Own, Own], true),
    grant(
        Permission::ViewIndividualLeaderboard,
        [Everybody, Everybody, Nobody],
        false,
    ),
    grant(Permission::ViewPoints, [Everybody, Own, Nobody], true),
    grant(Permission::ViewEvents, [Everybody, Own, Nobody], true),
    grant(Permission::AdjustPoints, [Everybody, Nobody, Nobody], false),
    grant(
        Permission::ManageWebhookSources,
        [Everybody, Nobody, Nobody],
        false,
    ),
    grant(Permission::ManageTeams, [Everybody, Nobody, Nobody], false),
    grant(Permission::ViewAbsences, [Everybody, Own, Nobody], true),
    grant(Permission::ManageAbsences, [Everybody, Own, Nobody], true),
    grant(
        Permission::ManageOrganization,
        [Everybody, Nobody, Nobody],
        false,
    ),
    grant(
        Permission::ManageApiKeys,
        [Everybody, Nobody, Nobody],
        false,
    ),
    grant(Permission::ManageOwnApiKeys, [Own, Own, Nobody], false),
    grant(Permission::ViewAuditLog, [Everybody, Nobody, Nobody], false),
    grant(Permission::ManageEvents, [Everybody, Nobody, Nobody], false),
];

const fn grant(permission: Permission, [admin, member, viewer]: [Reach; 3], lead: bool) -> Grant {
    Grant {
        permission,
        admin,
        member,
        viewer,
        lead,
    }
}

impl Permission {
    /// Every permission, in the order of its definition.
    pub const ALL: &'static [Self] = &[
        Self::ViewOrganization,
        Self::ViewMembers,
        Self::ManageMembers,
        Self::ViewEmailAddress,
        Self::ViewIndividualLeaderboard,
        Self::ViewPoints,
        Self::ViewEvents,
        Self::AdjustPoints,
        Self::ManageWebhookSources,
        Self::ManageTeams,
        Self::ViewAbsences,
        Self::ManageAbsences,
        Self::ManageOrganization,
        Self::ManageApiKeys,
        Self::ManageOwnApiKeys,
        Self::ViewAuditLog,
        Self::ManageEvents,
    ];

    /// Whether a person of `role` holds this permission over a person of `relation`.
    ///
    /// A permission missing from the matrix is held by nobody.
    pub fn is_granted_to(self, role: Role, relation: Relation) -> bool {
        let Some(grant) = MATRIX.iter().find(|grant| grant.permission == self) else {
            return false;
        };
        let reach = match role {
            Role::Admin => grant.admin,
            Role::Member => grant.member,
            Role::Viewer => grant.viewer,
        };
        match (reach, relation) {
            (Everybody, _) | (Own, Relation::Own) => true,
            (_, Relation::LedByActor) => grant.lead && role != Role::Viewer,
            _ => false,
        }
    }
}
