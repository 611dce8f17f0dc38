//! Who makes a request.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use shared::field_access::FieldAccess;
use shared::ids::{ApiKeyId, OrganizationId, SessionId, UserId};
use shared::permission::Permission;
use shared::scope::ApiScope;

use crate::error::{AppError, Result};

/// Who acts: a person in a session, or a program by an API key.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person or program.
    pub principal: Principal,
    /// The request they act by.
    pub request: RequestInfo,
}

/// What a request was authenticated as.
#[derive(Clone, Debug)]
pub enum Principal {
    /// A signed-in person.
    Person {
        /// The person.
        user_id: UserId,
        /// The session they act in; revoking it ends what it does at once.
        session_id: SessionId,
    },
    /// A program with an API key; revoking it ends what it does at once.
    ApiKey(Arc<KeyHolder>),
}

/// What an API key may do, and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHolder {
    /// The key.
    pub id: ApiKeyId,
    /// The one organization it works in.
    pub organization_id: OrganizationId,
    /// The person whose rights bound it; none where it belongs to the organization itself.
    pub owner: Option<UserId>,
    /// What it was made for.
    pub scopes: Vec<ApiScope>,
    /// Cost points of requests that it may spend in a minute.
    pub rate_per_minute: u32,
    /// When the secret that was shown stops working, as far as that is known today.
    pub expires_at: Option<DateTime<Utc>>,
}

impl KeyHolder {
    /// Whether one of its scopes covers a permission; the rights of its owner bound it besides.
    pub fn covers(&self, permission: Permission) -> bool {
        self.scopes.iter().any(|scope| scope.covers(permission))
    }

    /// Whether its scopes open a field of the API.
    pub fn opens(&self, access: FieldAccess) -> bool {
        access.is_open_to(&self.scopes)
    }
}

impl Actor {
    /// A signed-in person.
    pub fn person(user_id: UserId, session_id: SessionId, request: RequestInfo) -> Self {
        let principal = Principal::Person {
            user_id,
            session_id,
        };
        Self { principal, request }
    }

    /// The person who acts, or whose key acts; none for a key of an organization.
    pub fn user_id(&self) -> Option<UserId> {
        match &self.principal {
            Principal::Person { user_id, .. } => Some(*user_id),
            Principal::ApiKey(key) => key.owner,
        }
    }

    /// The session that somebody acts in; none for a key.
    pub fn session_id(&self) -> Option<SessionId> {
        match &self.principal {
            Principal::Person { session_id, .. } => Some(*session_id),
            Principal::ApiKey(_) => None,
        }
    }

    /// The key that acts; none for a person.
    pub fn api_key(&self) -> Option<&KeyHolder> {
        match &self.principal {
            Principal::Person { .. } => None,
            Principal::ApiKey(key) => Some(key),
        }
    }

    /// The person and their session, for what only somebody signed in may do.
    ///
    /// # Errors
    /// Forbidden for API keys.
    pub fn signed_in(&self) -> Result<(UserId, SessionId)> {
        match &self.principal {
            Principal::Person {
                user_id,
                session_id,
            } => Ok((*user_id, *session_id)),
            Principal::ApiKey(_) => Err(AppError::forbidden(
                "an API key cannot do this: it takes a person who is signed in",
            )),
        }
    }

    /// The person who acts, or whose key acts.
    ///
    /// # Errors
    /// Forbidden for keys of an organization, which are nobody's.
    pub fn require_user(&self) -> Result<UserId> {
        self.user_id().ok_or_else(|| {
            AppError::forbidden(
                "a key of the organization has no person of its own: name the person it is about",
            )
        })
    }
}

/// A check that tests leave out, one after the other, to see that they notice. No setting and no request names one: only
/// the options that a server is built with in a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// What roles and relations allow, for this permission.
    Permission(Permission),
    /// The bounds of an API key's scopes on permissions.
    KeyScopes,
    /// The doors that fields of the API are to API keys.
    KeyDoors,
}

/// What is known about a request, for the audit log.
#[derive(Clone, Debug, Default)]
pub struct RequestInfo {
    /// Finds the request in the logs.
    pub request_id: Arc<str>,
    /// The client's address.
    pub address: Option<Arc<str>>,
    /// The client's `User-Agent`.
    pub user_agent: Option<Arc<str>>,
    /// The check that a test leaves out.
    pub left_out: Option<Guard>,
}

impl RequestInfo {
    /// Whether a test leaves this check out.
    pub fn leaves_out(&self, guard: Guard) -> bool {
        self.left_out == Some(guard)
    }
}
