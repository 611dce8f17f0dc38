//! What an entry says.

use chrono::{DateTime, Utc};
use serde_json::Value;
pub use shared::audit::AuditAction as Action;
use shared::audit::{AuditActorKind, AuditOutcome};
use shared::ids::{AuditEntryId, UserId};
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
    /// How it ended.
    pub outcome: AuditOutcome,
    /// Ids, codes and numbers that explain it; an object.
    pub metadata: Value,
}

impl Entry {
    /// An entry about an action.
    pub fn new(action: Action) -> Self {
        Self {
            action,
            target: None,
            outcome: AuditOutcome::Success,
            metadata: Value::Object(serde_json::Map::new()),
        }
    }

    /// What it was done to.
    #[must_use]
    pub fn on(mut self, kind: TargetKind, id: impl Into<Uuid>) -> Self {
        self.target = Some((kind, id.into()));
        self
    }

    /// How it ended, where it was not done.
    #[must_use]
    pub fn ended(mut self, outcome: AuditOutcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// Ids, codes and numbers that explain it.
    #[must_use]
    pub fn with(mut self, metadata: Value) -> Self {
        self.metadata = metadata;
        self
    }
}

/// An entry as it stands in the log.
#[derive(Clone, Debug)]
pub struct RecordedEntry {
    /// Its id.
    pub id: AuditEntryId,
    /// What kind of actor it was.
    pub actor_kind: AuditActorKind,
    /// The person or the key; none where it was the server.
    pub actor_id: Option<Uuid>,
    /// What was done.
    pub action: Action,
    /// The kind of thing that it was done to.
    pub target_kind: Option<String>,
    /// The thing that it was done to.
    pub target_id: Option<Uuid>,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// The request.
    pub request_id: Option<String>,
    /// Where the request came from.
    pub address: Option<String>,
    /// What the client called itself.
    pub user_agent: Option<String>,
    /// Ids, codes and numbers that explain it.
    pub metadata: Value,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Which entries of the log are looked for; all of them where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct EntryFilter {
    /// Only what this person did.
    pub actor_id: Option<UserId>,
    /// Only this.
    pub action: Option<Action>,
    /// Only what was done to this thing.
    pub target_id: Option<Uuid>,
    /// Only what ended so.
    pub outcome: Option<AuditOutcome>,
    /// Only from this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Only before this moment.
    pub to: Option<DateTime<Utc>>,
}

/// Where an entry stands in the log, which is sorted by time.
pub type EntryCursor = (DateTime<Utc>, AuditEntryId);

/// Which stretch of the log to read: descending.
#[derive(Clone, Debug)]
pub struct EntrySlice {
    /// Entries older than this one.
    pub after: Option<EntryCursor>,
    /// Entries newer than this one.
    pub before: Option<EntryCursor>,
    /// How many.
    pub limit: i64,
    /// From the oldest on.
    pub is_backward: bool,
}
