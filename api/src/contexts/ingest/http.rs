//! The receiver's address: `POST /webhooks/{provider}/{source_id}`.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::json;
use shared::ids::WebhookSourceId;
use shared::vocabulary::Provider;

use super::receive::{Head, Receiver, Refusal};
use crate::error::{AppError, ErrorCode};

/// Routes that receive deliveries.
pub fn routes(receiver: Receiver) -> Router {
    Router::new()
        .route(
            "/webhooks/{provider}/{source_id}",
            post(receive).fallback(wrong_method),
        )
        .with_state(receiver)
}

async fn receive(
    State(receiver): State<Receiver>,
    Path((provider, source_id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    // What is no provider or no id names a source that nobody has: refused like any other unknown one, after its body.
    let provider = Provider::from_path(&provider);
    let source_id = provider.and(source_id.parse().ok()).unwrap_or_default();
    let provider = provider.unwrap_or(Provider::Gitlab);
    let head = Head {
        provider,
        source_id: WebhookSourceId(source_id),
        headers: &headers,
    };
    match receiver.receive(head, body).await {
        Ok(accepted) => {
            let (status, word) = if accepted.is_new {
                (StatusCode::ACCEPTED, "accepted")
            } else {
                (StatusCode::OK, "duplicate")
            };
            let body = json!({ "eventId": accepted.event_id.to_string(), "status": word });
            (status, Json(body)).into_response()
        }
        Err(refusal) => answer(refusal),
    }
}

async fn wrong_method() -> Response {
    let mut response = refused(
        StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::BadUserInput,
        "deliveries are sent by POST",
    );
    let allowed = HeaderValue::from_static("POST");
    response.headers_mut().insert(header::ALLOW, allowed);
    response
}

fn answer(refusal: Refusal) -> Response {
    match refusal {
        Refusal::UnknownSource => refused(
            StatusCode::NOT_FOUND,
            ErrorCode::NotFound,
            "there is no such webhook source, or it is disabled",
        ),
        Refusal::WrongContentType => refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ErrorCode::BadUserInput,
            "deliveries are sent as application/json",
        ),
        Refusal::TooLarge => refused(
            StatusCode::PAYLOAD_TOO_LARGE,
            ErrorCode::BadUserInput,
            "a delivery has at most 25 MB",
        ),
        Refusal::Incomplete => refused(
            StatusCode::BAD_REQUEST,
            ErrorCode::BadUserInput,
            "the body did not come to its end",
        ),
        Refusal::WrongSignature => refused(
            StatusCode::UNAUTHORIZED,
            ErrorCode::Unauthenticated,
            "the token or signature is missing or wrong",
        ),
        Refusal::TooFast(wait) => later(
            refused(
                StatusCode::TOO_MANY_REQUESTS,
                ErrorCode::RateLimited,
                "this webhook source sends too many deliveries",
            ),
            Some(wait),
        ),
        Refusal::NotJson => refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            ErrorCode::BadUserInput,
            "the body is not one JSON object in UTF-8",
        ),
        Refusal::Failed(error) => failed(error),
    }
}

/// Not stored, and not the sender's fault: it is asked to send again.
fn failed(error: AppError) -> Response {
    match error {
        AppError::Refused {
            code: ErrorCode::UpstreamUnavailable,
            message,
            retry_after,
        } => later(
            refused(
                StatusCode::SERVICE_UNAVAILABLE,
                ErrorCode::UpstreamUnavailable,
                &message,
            ),
            retry_after.or(Some(Duration::from_secs(5))),
        ),
        error => {
            tracing::error!(?error, "a delivery could not be received");
            refused(
                StatusCode::INTERNAL_SERVER_ERROR,
                ErrorCode::Internal,
                "something went wrong on our side",
            )
        }
    }
}

fn refused(status: StatusCode, code: ErrorCode, message: &str) -> Response {
    let body = json!({ "error": { "code": code.as_str(), "message": message } });
    (status, Json(body)).into_response()
}

/// Says when to come again, in whole seconds and never too early.
fn later(mut response: Response, wait: Option<Duration>) -> Response {
    let seconds = wait.map_or(1, |wait| wait.as_millis().div_ceil(1000).max(1));
    let value = HeaderValue::from_str(&seconds.to_string());
    let value = value.expect("digits are a header value");
    response.headers_mut().insert(header::RETRY_AFTER, value);
    response
}
