//! Whether the server lives, whether it can serve, and what it measures.

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use diesel_async::SimpleAsyncConnection as _;
use serde_json::json;

use super::HttpState;
use super::answer::refusal;
use crate::access::RequestInfo;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::platform::crypto;

/// How long the database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// `GET /healthz`: the process lives. Nothing else is asked, so that a slow database does not get it killed.
pub(super) async fn alive() -> Json<serde_json::Value> {
    Json(json!({ "status": "ok" }))
}

/// `GET /readyz`: it takes requests, and the database answers.
pub(super) async fn ready(State(state): State<HttpState>) -> Response {
    let (status, word) = if state.platform.tasks.closing().is_cancelled() {
        (StatusCode::SERVICE_UNAVAILABLE, "closing")
    } else if !is_database_there(&state.platform).await {
        (StatusCode::SERVICE_UNAVAILABLE, "no database")
    } else {
        (StatusCode::OK, "ready")
    };
    (status, Json(json!({ "status": word }))).into_response()
}

async fn is_database_there(platform: &Platform) -> bool {
    let question = async {
        let mut connection = platform.db.primary().await?;
        connection.batch_execute("SELECT 1").await?;
        Result::<()>::Ok(())
    };
    matches!(tokio::time::timeout(PATIENCE, question).await, Ok(Ok(())))
}

/// `GET /metrics`: for Prometheus, by token, or without one from this machine only.
pub(super) async fn metrics(
    State(state): State<HttpState>,
    Extension(info): Extension<RequestInfo>,
    headers: HeaderMap,
) -> Response {
    if let Err(error) = check_access(&state, &info, &headers) {
        return refusal(error, &info);
    }
    match state.platform.metrics.encode() {
        Ok(text) => (
            [(
                header::CONTENT_TYPE,
                "application/openmetrics-text; version=1.0.0; charset=utf-8",
            )],
            text,
        )
            .into_response(),
        Err(error) => refusal(AppError::Internal(error.into()), &info),
    }
}

fn check_access(state: &HttpState, info: &RequestInfo, headers: &HeaderMap) -> Result<()> {
    let Some(token) = &state.settings.http.metrics_token else {
        let is_local = info
            .address
            .as_deref()
            .and_then(|address| address.parse::<IpAddr>().ok())
            .is_some_and(|address| address.is_loopback());
        return if is_local {
            Ok(())
        } else {
            Err(AppError::forbidden(
                "set METRICS_TOKEN to read measurements from elsewhere",
            ))
        };
    };
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    if crypto::is_equal(given.as_bytes(), token.expose().as_bytes()) {
        Ok(())
    } else {
        Err(AppError::unauthenticated())
    }
}
