//! Requests that are made before anybody is signed in: all of one address share a budget.

use axum::Extension;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::answer::refusal;
use crate::access::RequestInfo;
use crate::graphql::{Budgets, budget};

/// Lets a request pass as long as its address has something left.
pub async fn limit_strangers(
    State(budgets): State<Budgets>,
    Extension(info): Extension<RequestInfo>,
    request: Request,
    next: Next,
) -> Response {
    let (mut response, budget) = match budgets.spend(None, &info, 1).await {
        Ok(budget) => (next.run(request).await, budget),
        Err(over) => (refusal(budget::refusal(&over), &info), over.budget),
    };
    budgets.tell(&budget, response.headers_mut());
    response
}
