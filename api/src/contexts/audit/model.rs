//! What an entry says.

use serde_json::Value;
pub use shared::audit::AuditAction as Action;
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
        /// An invitation into an organization.
        Invitation = "INVITATION",
        /// A stretch of days on which somebody is away.
        Absence = "ABSENCE",
        /// Where webhooks come from.
        WebhookSource = "WEBHOOK_SOURCE",
        /// A received webhook.
        Event = "EVENT",
        /// An entry of the points ledger.
        LedgerEntry = "LEDGER_ENTRY",
        /// A key by which a program acts.
        ApiKey = "API_KEY",
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
