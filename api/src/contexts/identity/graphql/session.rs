//! `Session`.

use async_graphql::{ID, Object};
use chrono::{DateTime, Utc};
use shared::ids::SessionId;
use uuid::Uuid;

use super::super::model;
use crate::graphql::{NodeKind, global_id};

/// A signed-in session of the caller's.
pub(super) struct Session {
    pub(super) session: model::Session,
    /// The session of the request itself.
    pub(super) current: Option<SessionId>,
}

/// A signed-in session. Ending one closes at once what is open under it.
#[Object]
impl Session {
    /// The global id, for `revokeSession`.
    async fn id(&self) -> ID {
        global_id::encode(NodeKind::Session, self.session.id)
    }

    /// The plain id, for use outside this API.
    async fn database_id(&self) -> Uuid {
        self.session.id.into()
    }

    /// When it began.
    async fn created_at(&self) -> DateTime<Utc> {
        self.session.created_at
    }

    /// When it was last used, to the minute.
    async fn last_used_at(&self) -> DateTime<Utc> {
        self.session.last_used_at
    }

    /// When it ends without further use.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.session.expires_at
    }

    /// The network address it began from.
    async fn address(&self) -> Option<&str> {
        self.session.address.as_deref()
    }

    /// The program it began with, as the program names itself.
    async fn user_agent(&self) -> Option<&str> {
        self.session.user_agent.as_deref()
    }

    /// Whether this request is made in it.
    async fn is_current(&self) -> bool {
        Some(self.session.id) == self.current
    }
}
