//! Accounts at providers, and whom they may be.

use chrono::{DateTime, Utc};
use shared::ids::{ProviderAccountId, UserId};
use shared::people::{MatchReason, MatchStatus};

use super::ProviderAccount;

/// An account, and whose it is or may be.
#[derive(Clone, Debug)]
pub(in super::super) struct IdentityMatch {
    /// The account.
    pub account: ProviderAccount,
    /// Who is likely to be meant where it is nobody's, and why.
    pub suggestion: Option<(UserId, MatchReason)>,
    /// Credits that wait for whoever it is.
    pub waiting_credits: i64,
    /// When it was first met.
    pub first_seen_at: DateTime<Utc>,
}

impl IdentityMatch {
    /// How it stands to the members.
    pub fn status(&self) -> MatchStatus {
        match (self.account.user_id, self.suggestion) {
            (Some(_), _) => MatchStatus::Matched,
            (None, Some(_)) => MatchStatus::Suggested,
            (None, None) => MatchStatus::Unmatched,
        }
    }
}

/// Which accounts to list.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct MatchFilter {
    /// Only those that stand so.
    pub status: Option<MatchStatus>,
    /// Part of a name or address.
    pub search: Option<String>,
}

/// Which stretch of the list to read: the last met first.
#[derive(Clone, Debug)]
pub(in super::super) struct MatchSlice {
    pub after: Option<(DateTime<Utc>, ProviderAccountId)>,
    pub before: Option<(DateTime<Utc>, ProviderAccountId)>,
    pub limit: i64,
    pub is_backward: bool,
}
