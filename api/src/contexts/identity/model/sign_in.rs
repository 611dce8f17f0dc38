//! Signing in at a provider: who is asked, what it answers, and why that may not do.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use shared::ids::{SessionId, SignInAccountId, UserId};

/// How long a person may take at the provider.
pub(in super::super) const PATIENCE: TimeDelta = TimeDelta::minutes(15);

/// Somebody else who says who a person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdentityProvider {
    /// Microsoft Entra.
    Microsoft,
    /// GitHub.
    Github,
    /// The OpenID Connect provider that the server names.
    Oidc,
}

impl IdentityProvider {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Microsoft, Self::Github, Self::Oidc];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Microsoft => "MICROSOFT",
            Self::Github => "GITHUB",
            Self::Oidc => "OIDC",
        }
    }

    /// The word in the addresses of signing in.
    pub const fn as_path(self) -> &'static str {
        match self {
            Self::Microsoft => "microsoft",
            Self::Github => "github",
            Self::Oidc => "oidc",
        }
    }

    /// The provider of a word in an address.
    pub fn from_path(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|provider| provider.as_path() == word)
    }
}

/// An account by which a person signs in.
#[derive(Clone, Debug)]
pub struct SignInIdentity {
    /// The account.
    pub id: SignInAccountId,
    /// Where.
    pub method: String,
    /// The login name or address there.
    pub label: Option<String>,
    /// Since when it is linked.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub last_used_at: DateTime<Utc>,
}

/// What a person who is sent to a provider wants.
#[derive(Clone, Debug, Default)]
pub struct SignInWish {
    /// Where to go on afterwards: a path of the client.
    pub next: Option<String>,
    /// The zone that the browser is in.
    pub time_zone: Option<String>,
    /// Whether the session outlives the browser.
    pub is_remembered: bool,
    /// Who wants a further account, instead of a session.
    pub link: Option<LinkWish>,
}

/// A person, in one session, who wants to sign in by a further account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkWish {
    /// The person.
    pub user_id: UserId,
    /// The session: whoever comes back from the provider has to be in it.
    pub session_id: SessionId,
}

/// A sign-in that waits for the provider's answer.
#[derive(Serialize, Deserialize)]
pub struct Attempt {
    /// Must come back in the ID token: it belongs to this sign-in and no other.
    pub nonce: String,
    /// Proves to the provider that whoever redeems the code began the sign-in (PKCE).
    pub verifier: String,
    /// Where the person wanted to go: a path of the client.
    pub next: String,
    /// The zone that the browser is in, for the days of a first organization.
    pub time_zone: Option<String>,
    /// Whether the session outlives the browser.
    pub is_remembered: bool,
    /// Who gets the account, where it is not there to sign in.
    pub link: Option<LinkWish>,
}

/// What a provider gave for acting in the person's name there.
#[derive(Clone, Serialize, Deserialize)]
pub struct ProviderTokens {
    /// For calls to the provider.
    pub access: String,
    /// For the next access token.
    pub refresh: Option<String>,
    /// When the access token runs out, where the provider says so.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A person, as a provider says.
#[derive(Clone)]
pub struct ExternalPerson {
    /// Who says so.
    pub provider: IdentityProvider,
    /// The issuer, or the provider's address: the same subject elsewhere is somebody else.
    pub issuer: String,
    /// The provider's own id of the person.
    pub subject: String,
    /// The login name, for people to recognize the account by.
    pub login: Option<String>,
    /// The address.
    pub email: Option<String>,
    /// Whether the provider has proven that the address is the person's.
    pub is_email_verified: bool,
    /// The name.
    pub name: Option<String>,
    /// A picture.
    pub avatar_url: Option<String>,
    /// For acting in the person's name at the provider.
    pub tokens: ProviderTokens,
}

/// An account at a provider by which a person signs in.
#[derive(Clone, Debug)]
pub(in super::super) struct SignInAccount {
    /// Its id.
    pub id: SignInAccountId,
    /// Whose it is.
    pub user_id: UserId,
}

/// Why a sign-in at a provider came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInRefusal {
    /// The answer belongs to no sign-in that this browser began, or came too late, or was used already.
    #[error("state")]
    State,
    /// The person, or the provider, said no.
    #[error("denied")]
    Denied,
    /// The provider did not answer, or answered with an error.
    #[error("unreachable")]
    Unreachable,
    /// The provider did not take the code.
    #[error("code")]
    Code,
    /// The ID token is not signed by the provider, or not signed at all.
    #[error("signature")]
    Signature,
    /// The ID token was made for another sign-in.
    #[error("nonce")]
    Nonce,
    /// The ID token was made for another client.
    #[error("audience")]
    Audience,
    /// The ID token was made by another issuer.
    #[error("issuer")]
    Issuer,
    /// The ID token is too old.
    #[error("expired")]
    Expired,
    /// The ID token is not complete.
    #[error("token")]
    Token,
    /// The provider names no address, or has not proven that it is the person's.
    #[error("address")]
    Address,
    /// Only those who are invited may sign up.
    #[error("not-invited")]
    NotInvited,
    /// The account that was to be linked is another person's.
    #[error("taken")]
    Taken,
}

impl SignInRefusal {
    /// The word by which the sign-in page knows it; several reasons that help nobody but an attacker are one.
    pub const fn page_code(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Denied => "denied",
            Self::Unreachable => "unreachable",
            Self::Code
            | Self::Signature
            | Self::Nonce
            | Self::Audience
            | Self::Issuer
            | Self::Expired
            | Self::Token => "answer",
            Self::Address => "address",
            Self::NotInvited => "not-invited",
            Self::Taken => "taken",
        }
    }
}
