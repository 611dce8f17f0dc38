//! Who makes a request.

use std::sync::Arc;

use shared::ids::{SessionId, UserId};

/// A signed-in person and the session they act in.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person.
    pub user_id: UserId,
    /// The session; revoking it ends what it does at once.
    pub session_id: SessionId,
    /// The request they act by.
    pub request: RequestInfo,
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
}
