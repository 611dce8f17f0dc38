//! What a request carries: who asks, about which organization, and what was read for it so far.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::Context;
use tokio::sync::OnceCell;

use super::budget::{self, Budgets};
use super::loader::{Batch, Loader, Loaders};
use crate::access::{Actor, OrgScope, RequestInfo, WhichOrganization, org_scope};
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::platform::rate_limit::Budget;

/// Data of one operation: one request over HTTP, or one `subscribe` on a websocket.
pub struct RequestData {
    actor: Option<Actor>,
    info: RequestInfo,
    organization: WhichOrganization,
    budget: Option<Budget>,
    budgets: Option<Budgets>,
    scopes: Mutex<Vec<(WhichOrganization, ScopeCell)>>,
    loaders: Loaders,
}

type ScopeCell = Arc<OnceCell<OrgScope>>;

impl RequestData {
    /// Data of a query or mutation. `organization` is the request's current one, which its header names.
    pub fn new(actor: Option<Actor>, info: RequestInfo, organization: WhichOrganization) -> Self {
        Self {
            actor,
            info,
            organization,
            budget: None,
            budgets: None,
            scopes: Mutex::default(),
            loaders: Loaders::new(true),
        }
    }

    /// With what is left of the caller's budget, and the budgets by which plans bound it further.
    #[must_use]
    pub(super) fn with_budget(self, budget: impl Into<Option<Budget>>, budgets: &Budgets) -> Self {
        Self {
            budget: budget.into(),
            budgets: Some(budgets.clone()),
            ..self
        }
    }

    /// What is left of the caller's budget; none within a subscription.
    pub(super) fn budget(&self) -> Option<Budget> {
        self.budget
    }

    /// Data of a subscription: its loaders read anew for every message.
    pub fn for_subscription(
        actor: Option<Actor>,
        info: RequestInfo,
        organization: WhichOrganization,
    ) -> Self {
        Self {
            loaders: Loaders::new(false),
            ..Self::new(actor, info, organization)
        }
    }

    /// The request as the logs know it.
    pub fn info(&self) -> &RequestInfo {
        &self.info
    }

    /// The caller's standing in the request's current organization.
    pub(super) async fn current_scope(&self, platform: &Platform) -> Result<OrgScope> {
        self.scope(platform, &self.organization).await
    }

    async fn scope(&self, platform: &Platform, which: &WhichOrganization) -> Result<OrgScope> {
        let actor = self.actor.as_ref().ok_or_else(AppError::unauthenticated)?;
        let cell = self.cell(which);
        let scope = cell
            .get_or_try_init(async || {
                let mut conn = platform.db.read().await?;
                let scope = org_scope(&mut conn, actor, which).await?;
                drop(conn);
                self.spend_within(&scope).await?;
                Ok::<_, AppError>(scope)
            })
            .await?;
        Ok(scope.clone())
    }

    /// Once for each way in which a request names an organization, which is once for all but odd ones.
    async fn spend_within(&self, scope: &OrgScope) -> Result<()> {
        let (Some(budgets), Some(budget)) = (&self.budgets, self.budget) else {
            return Ok(());
        };
        let spent = budgets.spend_within(scope, budget.cost).await;
        spent.map_err(|over| budget::refusal_of_plan(scope, &over))
    }

    /// Forgets the standings that were read: what follows reads them anew.
    fn forget_scopes(&self) {
        let mut scopes = self.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        scopes.clear();
    }

    fn cell(&self, which: &WhichOrganization) -> ScopeCell {
        let mut scopes = self.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cell)) = scopes.iter().find(|(known, _)| known == which) {
            return Arc::clone(cell);
        }
        let cell = ScopeCell::default();
        scopes.push((which.clone(), Arc::clone(&cell)));
        cell
    }
}

/// What resolvers reach through async-graphql's context.
pub trait RequestExt {
    /// The database, clock, ids and bus.
    fn platform(&self) -> &Platform;

    /// Who asks; none where nobody is signed in.
    fn optional_actor(&self) -> Option<&Actor>;

    /// The request as the logs know it.
    fn request_info(&self) -> &RequestInfo;

    /// Who asks.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` where nobody is signed in.
    fn actor(&self) -> Result<&Actor>;

    /// The caller's standing in the request's current organization, read once a request.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, or `NOT_FOUND` where the caller is no active member.
    fn scope(&self) -> impl Future<Output = Result<OrgScope>> + Send;

    /// The caller's standing in an organization, read once a request.
    ///
    /// # Errors
    /// As [`RequestExt::scope`].
    fn scope_of(&self, which: &WhichOrganization) -> impl Future<Output = Result<OrgScope>> + Send;

    /// Reads standings anew from here on, after a change of what they carry.
    fn forget_scopes(&self);

    /// The request's loader of this kind for an organization.
    fn loader<B: Batch>(&self, scope: &OrgScope) -> Loader<B>;
}

impl RequestExt for Context<'_> {
    fn platform(&self) -> &Platform {
        self.data_unchecked::<Platform>()
    }

    fn optional_actor(&self) -> Option<&Actor> {
        data(self).actor.as_ref()
    }

    fn request_info(&self) -> &RequestInfo {
        &data(self).info
    }

    fn actor(&self) -> Result<&Actor> {
        self.optional_actor().ok_or_else(AppError::unauthenticated)
    }

    async fn scope(&self) -> Result<OrgScope> {
        let data = data(self);
        data.current_scope(self.platform()).await
    }

    async fn scope_of(&self, which: &WhichOrganization) -> Result<OrgScope> {
        data(self).scope(self.platform(), which).await
    }

    fn forget_scopes(&self) {
        self.data_unchecked::<RequestData>().forget_scopes();
    }

    fn loader<B: Batch>(&self, scope: &OrgScope) -> Loader<B> {
        data(self).loaders.get(self.platform(), scope)
    }
}

fn data<'a>(ctx: &'a Context<'_>) -> &'a RequestData {
    ctx.data_unchecked::<RequestData>()
}
