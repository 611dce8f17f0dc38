//! What an entry says.

use serde_json::Value;
use uuid::Uuid;

/// A closed set of words that are stored and read by programs.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $( $(#[$variant_meta:meta])* $variant:ident = $text:literal ),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $( $(#[$variant_meta])* $variant ),+
        }

        impl $name {
            /// The word as it is stored.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $( Self::$variant => $text ),+
                }
            }
        }
    };
}

words! {
    /// What was done.
    Action {
        /// A person signed in.
        SignedIn = "USER_LOGIN",
        /// A session got new tokens.
        SessionRefreshed = "TOKEN_REFRESH",
        /// A person signed out.
        SignedOut = "USER_LOGOUT",
        /// A person was seen for the first time.
        SignedUp = "USER_SIGNUP",
        /// A person ended one of their sessions.
        SessionRevoked = "SESSION_REVOKED",
        /// A refresh token was presented again after its use: somebody else may have it.
        RefreshTokenReused = "REFRESH_TOKEN_REUSED",
        /// A command issued an access token.
        CommandTokenIssued = "COMMAND_TOKEN_ISSUED",
        /// A one-time link was made.
        SetupLinkCreated = "SETUP_LINK_CREATED",
        /// An organization was created.
        OrganizationCreated = "ORG_CREATED",
        /// A person became a member.
        MemberAdded = "MEMBER_ADDED",
        /// A member's role or status changed.
        RoleChanged = "ROLE_CHANGED",
        /// A team was created.
        TeamCreated = "TEAM_CREATED",
        /// A department was created.
        DepartmentCreated = "DEPARTMENT_CREATED",
        /// A member was put into a team.
        MemberAssigned = "MEMBER_ASSIGNED",
        /// An account at a provider was linked to a member.
        AccountLinked = "IDENTITY_LINKED",
        /// A webhook source was created.
        WebhookSourceCreated = "WEBHOOK_CONFIGURED",
        /// A webhook source was changed.
        WebhookSourceUpdated = "WEBHOOK_UPDATED",
        /// A webhook source got a new secret.
        WebhookSecretRotated = "WEBHOOK_SECRET_ROTATED",
        /// A webhook source was deleted.
        WebhookSourceDeleted = "WEBHOOK_DELETED",
        /// A test delivery was sent to a webhook source.
        WebhookSourceTested = "WEBHOOK_TESTED",
        /// Events were replayed.
        EventsReplayed = "EVENTS_REPLAYED",
        /// A raw payload was read.
        PayloadViewed = "VIEW_PAYLOAD",
        /// Points were changed by hand.
        PointsAdjusted = "POINTS_ADJUSTED",
    }
}

words! {
    /// What kind of thing it was done to.
    TargetKind {
        /// A person.
        User = "USER",
        /// A signed-in session.
        Session = "SESSION",
        /// An organization.
        Organization = "ORGANIZATION",
        /// A person in an organization.
        Membership = "MEMBERSHIP",
        /// A team.
        Team = "TEAM",
        /// A department.
        Department = "DEPARTMENT",
        /// A person as a provider knows them.
        ProviderAccount = "PROVIDER_ACCOUNT",
        /// Where webhooks come from.
        WebhookSource = "WEBHOOK_SOURCE",
        /// A received webhook.
        Event = "EVENT",
        /// An entry of the points ledger.
        LedgerEntry = "LEDGER_ENTRY",
    }
}

/// One entry of the log.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What was done.
    pub action: Action,
    /// What it was done to.
    pub target: Option<(TargetKind, Uuid)>,
    /// Ids, codes and numbers that explain it; an object.
    pub metadata: Value,
}

impl Entry {
    /// An entry about an action.
    pub fn new(action: Action) -> Self {
        Self {
            action,
            target: None,
            metadata: Value::Object(serde_json::Map::new()),
        }
    }

    /// What it was done to.
    #[must_use]
    pub fn on(mut self, kind: TargetKind, id: impl Into<Uuid>) -> Self {
        self.target = Some((kind, id.into()));
        self
    }

    /// Ids, codes and numbers that explain it.
    #[must_use]
    pub fn with(mut self, metadata: Value) -> Self {
        self.metadata = metadata;
        self
    }
}
