//! Which field of the API which scope of a key opens: the doors by which everything else is reached.
//!
//! Permissions guard the data itself, for keys as for people. This table stands before them and names fields as programs see
//! them, so that a key is told what it lacks before anything is executed. What is not in the table takes `admin:org`: a new
//! field is closed to narrower keys until somebody decides, and a test asks for the decision.

use crate::scope::ApiScope;

/// What a key needs for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldAccess {
    /// Nothing: every key may ask it.
    Free,
    /// One of these scopes, or `admin:org`.
    Scopes(&'static [ApiScope]),
    /// No key may: it takes a person who is signed in.
    SignedIn,
}

use ApiScope::{ReadPoints, ReadRepos, ReadTeam, WriteWebhooks};
use FieldAccess::{Free, Scopes, SignedIn};

const ADMIN: FieldAccess = Scopes(&[]);
const TEAM: FieldAccess = Scopes(&[ReadTeam]);
const POINTS: FieldAccess = Scopes(&[ReadPoints]);
const EVENTS: FieldAccess = Scopes(&[ReadRepos]);
const SOURCES: FieldAccess = Scopes(&[WriteWebhooks]);

/// The types whose fields are doors, and each of their fields.
pub const DOORS: &[(&str, &[(&str, FieldAccess)])] = &[
    (
        "Query",
        &[
            ("apiKeySelf", Free),
            // What they name has fields that are doors, or is found only by those who may see it.
            ("node", Free),
            ("nodes", Free),
            ("organization", Free),
            ("rateLimit", Free),
            ("serverInfo", Free),
            ("instance", SignedIn),
            ("invitation", SignedIn),
            ("invitationsForMe", SignedIn),
            ("viewer", SignedIn),
        ],
    ),
    (
        "Organization",
        &[
            // The organization's own line.
            ("auditRetentionDays", Free),
            ("createdAt", Free),
            ("databaseId", Free),
            ("id", Free),
            ("leaderboardVisibility", Free),
            ("name", Free),
            ("holidays", Free),
            ("planLimits", Free),
            ("planType", Free),
            ("slug", Free),
            ("timeZone", Free),
            ("sendsMail", Free),
            ("today", Free),
            ("workingDays", Free),
            ("absences", TEAM),
            ("calendar", TEAM),
            ("departments", TEAM),
            ("members", TEAM),
            ("membership", TEAM),
            ("team", TEAM),
            ("teams", TEAM),
            ("usage", TEAM),
            ("viewerMembership", TEAM),
            ("leaderboard", POINTS),
            ("points", POINTS),
            ("events", EVENTS),
            ("webhookSources", SOURCES),
            ("auditLog", ADMIN),
            ("deadLetters", ADMIN),
            ("invitations", ADMIN),
            ("identityMatches", ADMIN),
            ("joinRules", ADMIN),
            ("outbox", ADMIN),
            ("apiKeys", SignedIn),
        ],
    ),
    (
        "Mutation",
        &[
            ("createWebhookSource", SOURCES),
            ("deleteWebhookSource", SOURCES),
            ("rotateWebhookSecret", SOURCES),
            ("testWebhookSource", SOURCES),
            ("updateWebhookSource", SOURCES),
            ("adjustPoints", ADMIN),
            ("assignMember", ADMIN),
            ("changeMemberRole", ADMIN),
            ("changeMemberStatus", ADMIN),
            ("createDepartment", ADMIN),
            ("createTeam", ADMIN),
            ("deleteAbsence", ADMIN),
            ("deleteDepartment", ADMIN),
            ("deleteHoliday", ADMIN),
            ("deleteTeam", ADMIN),
            ("inviteMember", ADMIN),
            ("mergeIdentities", ADMIN),
            ("unmergeIdentities", ADMIN),
            ("removeMember", ADMIN),
            ("replayEvents", ADMIN),
            ("resendInvitation", ADMIN),
            ("revokeInvitation", ADMIN),
            ("setAbsence", ADMIN),
            ("setHolidays", ADMIN),
            ("unassignMember", ADMIN),
            ("updateDepartment", ADMIN),
            ("updateMember", ADMIN),
            ("updateOrganization", ADMIN),
            ("updateTeam", ADMIN),
            ("acceptInvitation", SignedIn),
            ("addJoinRule", SignedIn),
            ("changePlan", SignedIn),
            ("deleteJoinRule", SignedIn),
            ("deleteOrganization", SignedIn),
            ("requestDataExport", SignedIn),
            ("restoreOrganization", SignedIn),
            ("createApiKey", SignedIn),
            ("deleteMyAccount", SignedIn),
            ("createOrganization", SignedIn),
            ("leaveOrganization", SignedIn),
            ("revokeApiKey", SignedIn),
            ("linkIdentity", SignedIn),
            ("unlinkIdentity", SignedIn),
            ("updatePreferences", SignedIn),
            ("updateProfile", SignedIn),
            ("rotateApiKey", SignedIn),
            ("updateApiKey", SignedIn),
            ("revokeSession", SignedIn),
            ("signOut", SignedIn),
        ],
    ),
    (
        "Subscription",
        &[
            ("activity", EVENTS),
            ("leaderboardUpdated", POINTS),
            ("pointsCredited", POINTS),
        ],
    ),
];

/// What a key needs for a field of a type; free where the type's fields are no doors.
pub fn access_of(parent: &str, field: &str) -> FieldAccess {
    let Some((_, fields)) = DOORS.iter().find(|(name, _)| *name == parent) else {
        return Free;
    };
    if field.starts_with("__") {
        return Free;
    }
    let found = fields.iter().find(|(name, _)| *name == field);
    found.map_or(ADMIN, |(_, access)| *access)
}

/// The scopes that open something today: what a person chooses from. The others are words kept for what is to come.
pub fn useful_scopes() -> impl Iterator<Item = ApiScope> {
    ApiScope::ALL.iter().copied().filter(|scope| {
        let mut doors = DOORS.iter().flat_map(|(_, fields)| *fields);
        *scope == ApiScope::AdminOrg
            || doors.any(|(_, access)| matches!(access, Scopes(any) if any.contains(scope)))
    })
}

impl FieldAccess {
    /// Whether a key of these scopes may ask the field.
    pub fn is_open_to(self, scopes: &[ApiScope]) -> bool {
        match self {
            Free => true,
            SignedIn => false,
            Scopes(any) => {
                scopes.contains(&ApiScope::AdminOrg)
                    || scopes.iter().any(|scope| any.contains(scope))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_decided_takes_the_whole_organization() {
        let access = access_of("Organization", "somethingNew");
        assert!(!access.is_open_to(&[ReadTeam, ReadPoints]));
        assert!(access.is_open_to(&[ApiScope::AdminOrg]));
    }

    #[test]
    fn no_key_asks_what_takes_a_person() {
        assert!(!access_of("Query", "viewer").is_open_to(ApiScope::ALL));
    }

    #[test]
    fn fields_behind_the_doors_are_guarded_by_their_permissions() {
        assert_eq!(access_of("Team", "name"), Free);
        assert_eq!(access_of("Query", "__typename"), Free);
    }
}
