//! Sessions and what proves them.

use chrono::{DateTime, TimeDelta, Utc};
use shared::ids::{SessionId, UserId};
use shared::role::PlanType;

use super::sign_in::IdentityProvider;
use crate::access::RequestInfo;

/// How long a remembered session lasts without use.
pub(in super::super) const REMEMBERED_DAYS: i64 = 30;

/// A way in that the server offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum SignInMethod {
    /// As one of the demo's people, without a secret.
    Demo,
    /// By a one-time link.
    Link,
    /// At Microsoft Entra.
    Microsoft,
    /// At GitHub.
    Github,
    /// At the OpenID Connect provider that the server names.
    Oidc,
}

impl SignInMethod {
    /// The identity provider of a way in; none where it is no provider's.
    pub const fn provider(self) -> Option<IdentityProvider> {
        match self {
            Self::Microsoft => Some(IdentityProvider::Microsoft),
            Self::Github => Some(IdentityProvider::Github),
            Self::Oidc => Some(IdentityProvider::Oidc),
            Self::Demo | Self::Link => None,
        }
    }
}

/// How a session began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionMethod {
    /// As one of the demo's people.
    Demo,
    /// By a one-time link.
    Link,
    /// By a command on the server itself.
    Command,
    /// At an identity provider.
    Provider(IdentityProvider),
}

impl SessionMethod {
    pub(in super::super) const fn as_str(self) -> &'static str {
        match self {
            Self::Demo => "DEMO",
            Self::Link => "LINK",
            Self::Command => "COMMAND",
            Self::Provider(provider) => provider.as_str(),
        }
    }
}

/// Why a session was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum RevokedFor {
    /// The person signed out.
    SignOut,
    /// The person ended it from another session.
    Revoked,
    /// A spent refresh token was presented.
    RefreshTokenReused,
}

impl RevokedFor {
    pub(in super::super) const fn as_str(self) -> &'static str {
        match self {
            Self::SignOut => "SIGN_OUT",
            Self::Revoked => "REVOKED",
            Self::RefreshTokenReused => "REFRESH_TOKEN_REUSED",
        }
    }
}

/// How sessions are kept.
#[derive(Clone)]
pub struct SessionSettings {
    /// Signs access tokens.
    pub secret: Vec<u8>,
    /// Hours that an access token is good for, and that an unremembered session lasts without use.
    pub session_hours: u32,
    /// Whether cookies are marked `Secure`.
    pub has_secure_cookies: bool,
    /// Whether people of the demo sign in without a secret.
    pub is_demo: bool,
    /// What an organization that somebody founds has booked.
    pub default_plan: PlanType,
}

impl SessionSettings {
    /// How long an access token is good for.
    pub fn access_lifetime(&self) -> TimeDelta {
        TimeDelta::hours(i64::from(self.session_hours))
    }

    /// How long a session lasts without use.
    pub fn session_lifetime(&self, is_remembered: bool) -> TimeDelta {
        if is_remembered {
            TimeDelta::days(REMEMBERED_DAYS)
        } else {
            self.access_lifetime()
        }
    }
}

/// A session to begin.
#[derive(Clone, Debug)]
pub struct OpenSession {
    /// Who signs in.
    pub user_id: UserId,
    /// How.
    pub method: SessionMethod,
    /// Whether it outlives the browser.
    pub is_remembered: bool,
    /// The request that signs in.
    pub request: RequestInfo,
}

/// What proves a session, to be handed out once.
#[derive(Clone)]
pub struct IssuedSession {
    /// Whose it is.
    pub user_id: UserId,
    /// The session.
    pub session_id: SessionId,
    /// Whether it outlives the browser.
    pub is_remembered: bool,
    /// The access token.
    pub access_token: String,
    /// Until when the access token is good.
    pub access_expires_at: DateTime<Utc>,
    /// The refresh token.
    pub refresh_token: String,
    /// Until when the refresh token is good.
    pub refresh_expires_at: DateTime<Utc>,
    /// What a page must send along with its cookies.
    pub csrf_token: String,
}

/// A session as its owner sees it.
#[derive(Clone, Debug)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_used_at: DateTime<Utc>,
    /// When it ends without further use.
    pub expires_at: DateTime<Utc>,
    /// The address it signed in from.
    pub address: Option<String>,
    /// The program it signed in with.
    pub user_agent: Option<String>,
}
