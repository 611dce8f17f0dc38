//! Who spends from which budget, and how a client is told.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;

use async_graphql::SimpleObject;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use chrono::{DateTime, Utc};
use shared::ids::OrganizationId;
use uuid::Uuid;

use crate::access::{Actor, OrgScope, Principal, RequestInfo};
use crate::error::{AppError, ErrorCode};
use crate::platform::Platform;
use crate::platform::clock::Clock;
use crate::platform::rate_limit::{Budget, OverBudget, RateLimits};

/// How much of the caller's budget is left. A budget fills evenly; a full one is what fills in a minute.
#[derive(SimpleObject, Clone, Copy)]
pub struct RateLimit {
    /// Points that the caller may spend in a minute.
    limit: u32,
    /// What this request cost.
    cost: u32,
    /// What is left after this request.
    remaining: u32,
    /// When the budget is full again if nothing more is spent.
    reset_at: DateTime<Utc>,
}

impl From<Budget> for RateLimit {
    fn from(budget: Budget) -> Self {
        Self {
            limit: budget.limit,
            cost: budget.cost,
            remaining: budget.remaining,
            reset_at: budget.reset_at,
        }
    }
}

/// How much may be spent in a minute.
#[derive(Clone, Copy, Debug)]
pub struct BudgetSettings {
    /// By a person, over all their sessions.
    pub person: NonZeroU32,
    /// By all who are not signed in and come from one address.
    pub address: NonZeroU32,
}

impl Default for BudgetSettings {
    fn default() -> Self {
        Self {
            person: NonZeroU32::MAX,
            address: NonZeroU32::MAX,
        }
    }
}

/// The budgets of all who ask.
#[derive(Clone)]
pub struct Budgets {
    limits: Arc<RateLimits<Spender>>,
    settings: BudgetSettings,
    clock: Clock,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Spender {
    Person(Uuid),
    Key(Uuid),
    Address(Option<Arc<str>>),
    /// Somebody within an organization whose plan bounds them.
    Within(OrganizationId, Uuid),
}

/// As keys name it.
impl fmt::Display for Spender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(f, "person:{id}"),
            Self::Key(id) => write!(f, "key:{id}"),
            Self::Within(organization, who) => write!(f, "within:{organization}:{who}"),
            Self::Address(address) => {
                write!(f, "address:{}", address.as_deref().unwrap_or_default())
            }
        }
    }
}

impl Budgets {
    pub(super) fn new(platform: &Platform, settings: BudgetSettings) -> Self {
        let clock = platform.clock.clone();
        Self {
            limits: Arc::new(RateLimits::new(clock.clone(), platform.redis.clone())),
            settings,
            clock,
        }
    }

    /// Spends what a request costs.
    ///
    /// # Errors
    /// Where there is not enough; nothing is spent then.
    pub async fn spend(
        &self,
        actor: Option<&Actor>,
        info: &RequestInfo,
        cost: u32,
    ) -> Result<Budget, OverBudget> {
        let (who, limit) = match actor.map(|actor| &actor.principal) {
            Some(Principal::Person { user_id, .. }) => {
                (Spender::Person(user_id.0), self.settings.person)
            }
            Some(Principal::ApiKey(key)) => {
                let limit = NonZeroU32::new(key.rate_per_minute).unwrap_or(NonZeroU32::MIN);
                (Spender::Key(key.id.0), limit)
            }
            None => (
                Spender::Address(info.address.clone()),
                self.settings.address,
            ),
        };
        self.limits.spend(&who, limit, cost).await
    }

    /// Spends what a request costs within an organization, where its plan bounds what one person or key may ask there.
    ///
    /// # Errors
    /// Where there is not enough; nothing is spent then.
    pub(super) async fn spend_within(&self, scope: &OrgScope, cost: u32) -> Result<(), OverBudget> {
        let limit = scope.tenant().plan.limits().requests_per_minute;
        let Some((limit, actor)) = limit.and_then(NonZeroU32::new).zip(scope.actor()) else {
            return Ok(());
        };
        let who = match &actor.principal {
            Principal::Person { user_id, .. } => user_id.0,
            Principal::ApiKey(key) => key.id.0,
        };
        let spender = Spender::Within(scope.organization_id(), who);
        self.limits.spend(&spender, limit, cost).await.map(drop)
    }

    /// Tells a budget in the headers of an answer.
    pub fn tell(&self, budget: &Budget, headers: &mut HeaderMap) {
        let until_full = (budget.reset_at - self.clock.now()).num_milliseconds();
        let seconds = u32::try_from(until_full.max(0)).map_or(u32::MAX, |ms| ms.div_ceil(1000));
        for (name, value) in [
            ("ratelimit-limit", budget.limit),
            ("ratelimit-remaining", budget.remaining),
            ("ratelimit-reset", seconds),
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
    }
}

/// The refusal of a request that there was not enough for.
pub fn refusal(over: &OverBudget) -> AppError {
    AppError::Refused {
        code: ErrorCode::RateLimited,
        message: format!(
            "this request costs {} of {} points a minute, and fewer are left",
            over.budget.cost, over.budget.limit
        )
        .into(),
        retry_after: Some(over.retry_after),
    }
}

/// The refusal of a request that the plan of an organization has no room for.
pub(super) fn refusal_of_plan(scope: &OrgScope, over: &OverBudget) -> AppError {
    AppError::Refused {
        code: ErrorCode::RateLimited,
        message: format!(
            "the plan {} allows everybody {} points a minute in this organization; this request costs {}, and fewer are left",
            scope.tenant().plan, over.budget.limit, over.budget.cost
        )
        .into(),
        retry_after: Some(over.retry_after),
    }
}
