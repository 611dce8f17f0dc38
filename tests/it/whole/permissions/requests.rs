//! What is asked of the API for each permission: by a request that needs this one and, where that can be, no other.

use serde_json::{Value, json};
use shared::permission::Permission;
use tests::answer::Answer;

/// Whom a request is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// The organization as a whole.
    Organization,
    /// A person: `$user`.
    Person,
    /// The caller alone.
    Caller,
}

/// A request that takes a permission.
pub(super) struct Request {
    pub permission: Permission,
    pub about: About,
    document: &'static str,
    /// What is null for those who may not, where that is how it is told.
    hidden: Option<&'static str>,
}

const fn request(permission: Permission, about: About, document: &'static str) -> Request {
    Request {
        permission,
        about,
        document,
        hidden: None,
    }
}

/// One request a permission; `$user` and `$text` are there for those that name them.
pub(super) const REQUESTS: &[Request] = &[
    Request {
        hidden: Some("/organization"),
        ..request(
            Permission::ViewOrganization,
            About::Organization,
            "{ organization { teams { id } } }",
        )
    },
    request(
        Permission::ViewMembers,
        About::Organization,
        "{ organization { members(first: 1) { nodes { id } } } }",
    ),
    request(
        Permission::ManageMembers,
        About::Person,
        "mutation ($user: ID!, $text: String!) { updateMember(input: { userId: $user, employeeId: $text }) { membership { id } } }",
    ),
    Request {
        hidden: Some("/organization/membership/user/email"),
        ..request(
            Permission::ViewEmailAddress,
            About::Person,
            "query ($user: ID!) { organization { membership(userId: $user) { user { email } } } }",
        )
    },
    request(
        Permission::ViewIndividualLeaderboard,
        About::Organization,
        "{ organization { leaderboard(scope: INDIVIDUAL, period: WEEK) { updatedAt } } }",
    ),
    request(
        Permission::ViewPoints,
        About::Person,
        "query ($user: ID!) { organization { points(userId: $user) { balance } } }",
    ),
    Request {
        hidden: Some("/organization/events/nodes/0"),
        ..request(
            Permission::ViewEvents,
            About::Person,
            "query ($user: ID!) { organization { events(userId: $user, first: 1) { nodes { id } } } }",
        )
    },
    request(
        Permission::AdjustPoints,
        About::Person,
        "mutation ($user: ID!, $text: String!) { adjustPoints(input: { userId: $user, pointsChange: 1, reason: $text }) { entry { id } } }",
    ),
    request(
        Permission::ManageWebhookSources,
        About::Organization,
        "{ organization { webhookSources { id } } }",
    ),
    request(
        Permission::ManageTeams,
        About::Organization,
        "mutation ($text: String!) { createTeam(input: { name: $text }) { team { id } } }",
    ),
    Request {
        hidden: Some("/organization/absences/nodes/0"),
        ..request(
            Permission::ViewAbsences,
            About::Person,
            "query ($user: ID!) { organization { absences(userId: $user, first: 1) { nodes { id } } } }",
        )
    },
    request(
        Permission::ManageAbsences,
        About::Person,
        "mutation ($user: ID!) { setAbsence(input: { userId: $user, startsOn: \"2026-05-01\", endsOn: \"2026-05-01\" }) { absence { id } } }",
    ),
    request(
        Permission::ManageOrganization,
        About::Organization,
        "mutation ($text: String!) { updateOrganization(input: { name: $text }) { organization { id } } }",
    ),
    request(
        Permission::ManageApiKeys,
        About::Organization,
        "mutation ($text: String!) { createApiKey(input: { name: $text, scopes: [READ_TEAM], owner: ORGANIZATION }) { secret } }",
    ),
    request(
        Permission::ManageOwnApiKeys,
        About::Caller,
        "mutation ($text: String!) { createApiKey(input: { name: $text, scopes: [READ_TEAM] }) { secret } }",
    ),
    request(
        Permission::ViewAuditLog,
        About::Organization,
        "{ organization { auditLog(first: 1) { nodes { id } } } }",
    ),
    request(
        Permission::ManageEvents,
        About::Organization,
        "{ organization { deadLetters(first: 1) { nodes { id } } } }",
    ),
];

impl Request {
    /// The document, with only those variables that it names.
    pub(super) fn ask(&self, user: &str, text: &str) -> (&'static str, Value) {
        let mut variables = json!({});
        if self.document.contains("$user") {
            variables["user"] = user.into();
        }
        if self.document.contains("$text") {
            variables["text"] = text.into();
        }
        (self.document, variables)
    }

    /// Whether the answer is what somebody gets who may. What the rules of the thing itself refuse (a viewer earns no
    /// points, two absences overlap) was allowed as far as permissions go.
    pub(super) fn is_allowed_by(&self, answer: &Answer) -> bool {
        let codes = answer.error_codes();
        assert!(
            !codes.contains(&"INTERNAL"),
            "{:?}: {:#}",
            self.permission,
            answer.body
        );
        if codes
            .iter()
            .any(|code| ["FORBIDDEN", "NOT_FOUND", "UNAUTHENTICATED"].contains(code))
        {
            return false;
        }
        let data = &answer.body["data"];
        let is_mutation = self.document.starts_with("mutation");
        if codes.is_empty() && !is_mutation && data["organization"].is_null() {
            return false;
        }
        self.hidden
            .is_none_or(|pointer| data.pointer(pointer).is_some_and(|value| !value.is_null()))
    }
}
