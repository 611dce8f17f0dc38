//! The routes of the API, and what they share.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::get;

use super::budget::{self, BudgetSettings, Budgets};
use super::credentials::{Cookies, actor_of, organization_in, organization_of};
use super::hot::HotQueries;
use super::socket::{self, Hub};
use super::{ApiSchema, graphiql, http};
use crate::access::{Actor, OrgScope, RequestInfo, org_scope};
use crate::contexts::identity::Sessions;
use crate::contexts::keys::Keys;
use crate::contexts::points::Boards;
use crate::error::{AppError, Result};
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

    /// Database, clock and bus.
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    /// Whoever asks for a file by plain HTTP. It only reads, so cookies need no CSRF token. What it costs is taken from the
    /// caller's budget.
    ///
    /// # Errors
    /// Unauthenticated, or over the budget.
    pub async fn actor_of_reader(
        &self,
        headers: &HeaderMap,
        info: &RequestInfo,
        cost: u32,
    ) -> Result<Actor> {
        let actor = actor_of(headers, Cookies::Read, self, info.clone()).await?;
        self.keys.note_use(actor.as_ref());
        let spent = self.budgets.spend(actor.as_ref(), info, cost).await;
        spent.map_err(|over| budget::refusal(&over))?;
        actor.ok_or_else(AppError::unauthenticated)
    }

    /// The standing of whoever asks for a file by plain HTTP, in the organization that the address names, else the headers.
    ///
    /// # Errors
    /// Unauthenticated, not found, or over the budget.
    pub async fn scope_of(
        &self,
        headers: &HeaderMap,
        info: &RequestInfo,
        organization: Option<&str>,
        cost: u32,
    ) -> Result<OrgScope> {
        let actor = self.actor_of_reader(headers, info, cost).await?;
        let which = match organization {
            Some(_) => organization_of(organization)?,
            None => organization_in(headers)?,
        };
        let mut conn = self.platform.db.read().await?;
        org_scope(&mut conn, &actor, &which).await
    }
}

/// `/graphql`, `/graphql/ws` and `/graphiql`. Every request carries a [`RequestInfo`] as an
/// extension.
pub fn routes(edge: Edge) -> Router {
    Router::new()
        .route("/graphql", get(http::get).post(http::post))
        .route("/graphql/ws", get(socket::open))
        .route("/graphiql", get(graphiql::page))
        .route("/graphiql/start.js", get(graphiql::script))
        .with_state(edge)
}
