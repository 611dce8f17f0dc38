//! The routes of the API, and what they share.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;

use super::budget::{BudgetSettings, Budgets};
use super::hot::HotQueries;
use super::socket::{self, Hub};
use super::{ApiSchema, graphiql, http};
use crate::contexts::identity::Sessions;
use crate::contexts::keys::Keys;
use crate::contexts::points::Boards;
use crate::platform::Platform;

/// What the edges need. Cheap to clone.
#[derive(Clone)]
pub struct Edge {
    pub(super) schema: ApiSchema,
    pub(super) platform: Platform,
    pub(super) sessions: Sessions,
    pub(super) keys: Keys,
    pub(super) queries: HotQueries,
    pub(super) hub: Hub,
    pub(super) budgets: Budgets,
    pub(super) settings: Arc<EdgeSettings>,
}

/// How the edges behave.
#[derive(Clone, Debug)]
pub struct EdgeSettings {
    /// Origins of the product's own pages: only there do a websocket's cookies count. The host that a request was sent
    /// to always is one.
    pub origins: Vec<String>,
    /// How long a websocket may take to say who it is.
    pub init_timeout: Duration,
    /// After this much silence a websocket is asked for a sign of life; after twice as much it is gone.
    pub keep_alive: Duration,
    /// How long a message may take to leave for a client that reads slowly, before the socket is closed.
    pub send_timeout: Duration,
    /// How much everybody may ask.
    pub budgets: BudgetSettings,
}

impl Default for EdgeSettings {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            init_timeout: Duration::from_secs(5),
            keep_alive: Duration::from_secs(20),
            send_timeout: Duration::from_secs(10),
            budgets: BudgetSettings::default(),
        }
    }
}

impl Edge {
    /// The edges of a schema.
    pub fn new(
        schema: ApiSchema,
        platform: Platform,
        sessions: Sessions,
        keys: Keys,
        boards: Boards,
        settings: EdgeSettings,
    ) -> Self {
        Self {
            queries: HotQueries::new(schema.clone(), platform.clone(), boards.clone()),
            hub: Hub::new(schema.clone(), platform.clone(), boards),
            schema,
            sessions,
            keys,
            budgets: Budgets::new(&platform, settings.budgets),
            settings: Arc::new(settings),
            platform,
        }
    }
}

impl Edge {
    /// The budgets that requests are paid from.
    pub fn budgets(&self) -> Budgets {
        self.budgets.clone()
    }
}

/// `/graphql`, `/graphql/ws` and `/graphiql`. Every request carries a [`RequestInfo`](crate::access::RequestInfo) as an
/// extension.
pub fn routes(edge: Edge) -> Router {
    Router::new()
        .route("/graphql", get(http::get).post(http::post))
        .route("/graphql/ws", get(socket::open))
        .route("/graphiql", get(graphiql::page))
        .route("/graphiql/start.js", get(graphiql::script))
        .with_state(edge)
}
