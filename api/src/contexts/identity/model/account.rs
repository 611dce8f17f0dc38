//! People as providers know them.

use chrono::{DateTime, Utc};
use shared::ids::{ProviderAccountId, UserId};
use shared::validation::sign_in;
use shared::vocabulary::Provider;

/// Longest word that is kept, in bytes: an index takes no more, and no provider has longer ones.
const WORD_MAX: usize = 1000;

/// What a provider's payload says about a person.
#[derive(Clone, Debug)]
pub struct AccountRef {
    /// The provider.
    pub provider: Provider,
    /// Host of the provider's installation.
    pub instance: String,
    /// The provider's own id of the person.
    pub external_id: Option<String>,
    /// The login name.
    pub username: Option<String>,
    /// The address.
    pub email: Option<String>,
    /// The name as people read it.
    pub display_name: Option<String>,
    /// A picture.
    pub avatar_url: Option<String>,
    /// Whether it is no person.
    pub is_bot: bool,
}

impl AccountRef {
    /// Without white space, empty words and addresses that are none, such as `[REDACTED]`; hosts in lower case.
    pub(in super::super) fn cleaned(self) -> Self {
        let word = |text: Option<String>| {
            text.map(|text| text.trim().replace('\0', ""))
                .filter(|text| !text.is_empty() && text.len() <= WORD_MAX)
        };
        Self {
            instance: self.instance.trim().to_lowercase(),
            external_id: word(self.external_id),
            username: word(self.username),
            email: self.email.and_then(|email| sign_in::email(&email).ok()),
            display_name: word(self.display_name),
            avatar_url: word(self.avatar_url),
            ..self
        }
    }

    /// Whether anything tells this person from others.
    pub(in super::super) fn is_identified(&self) -> bool {
        self.external_id.is_some() || self.username.is_some() || self.email.is_some()
    }
}

/// How an account was matched to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum LinkedBy {
    /// Another account of this name is the member's.
    Username,
    /// The member has proven this address.
    Email,
    /// Somebody said so.
    Manual,
}

impl LinkedBy {
    pub(in super::super) const fn as_str(self) -> &'static str {
        match self {
            Self::Username => "USERNAME",
            Self::Email => "EMAIL",
            Self::Manual => "MANUAL",
        }
    }
}

/// A person as a provider knows them, and the member they were matched to.
#[derive(Clone, Debug)]
pub struct ProviderAccount {
    /// The account.
    pub id: ProviderAccountId,
    /// The provider.
    pub provider: Provider,
    /// Host of the provider's installation.
    pub instance: String,
    /// The provider's own id of the person.
    pub external_id: Option<String>,
    /// The login name.
    pub username: Option<String>,
    /// The address.
    pub email: Option<String>,
    /// The name as people read it.
    pub display_name: Option<String>,
    /// A picture.
    pub avatar_url: Option<String>,
    /// Whether it is no person.
    pub is_bot: bool,
    /// The member.
    pub user_id: Option<UserId>,
    /// Members whom somebody has said it is not.
    pub parted_from: Vec<UserId>,
    /// When it was last met, to the hour.
    pub last_seen_at: DateTime<Utc>,
    /// Accounts, this one and others of the same name, that this call linked to the member: what they earned before is now
    /// due to the member.
    pub linked_now: Vec<ProviderAccountId>,
}

impl ProviderAccount {
    /// Whether a payload says anything that is not known of the account yet.
    pub(in super::super) fn learns_from(&self, seen: &AccountRef) -> bool {
        fn is_new(known: Option<&String>, seen: Option<&String>) -> bool {
            seen.is_some() && seen != known
        }
        fn is_new_word(known: Option<&String>, seen: Option<&String>) -> bool {
            seen.is_some_and(|seen| known.is_none_or(|known| !known.eq_ignore_ascii_case(seen)))
        }
        is_new(self.external_id.as_ref(), seen.external_id.as_ref())
            || is_new_word(self.username.as_ref(), seen.username.as_ref())
            || is_new_word(self.email.as_ref(), seen.email.as_ref())
            || is_new(self.display_name.as_ref(), seen.display_name.as_ref())
            || is_new(self.avatar_url.as_ref(), seen.avatar_url.as_ref())
            || (seen.is_bot && !self.is_bot)
    }

    /// Whether a payload gives this account's id to somebody of another name and another address: an installation that was
    /// set up anew counts its people from 1 again.
    pub(in super::super) fn is_somebody_else(&self, seen: &AccountRef) -> bool {
        fn differs(known: Option<&String>, seen: Option<&String>) -> bool {
            matches!((known, seen), (Some(known), Some(seen)) if !known.eq_ignore_ascii_case(seen))
        }
        let has_another_name = if self.username.is_some() && seen.username.is_some() {
            differs(self.username.as_ref(), seen.username.as_ref())
        } else {
            differs(self.display_name.as_ref(), seen.display_name.as_ref())
        };
        has_another_name && differs(self.email.as_ref(), seen.email.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(email: &str) -> AccountRef {
        AccountRef {
            provider: Provider::Gitlab,
            instance: " GitLab.Example.com ".to_owned(),
            external_id: Some(" ".to_owned()),
            username: Some("ada ".to_owned()),
            email: Some(email.to_owned()),
            display_name: None,
            avatar_url: None,
            is_bot: false,
        }
    }

    #[test]
    fn a_hidden_address_is_none() {
        assert_eq!(seen("[REDACTED]").cleaned().email, None);
        assert_eq!(
            seen("ada@example.com").cleaned().email.as_deref(),
            Some("ada@example.com")
        );
    }

    #[test]
    fn words_are_trimmed_and_hosts_are_in_lower_case() {
        let cleaned = seen("").cleaned();
        assert_eq!(cleaned.instance, "gitlab.example.com");
        assert_eq!(cleaned.external_id, None);
        assert_eq!(cleaned.username.as_deref(), Some("ada"));
    }
}
