//! Refusals in plain HTTP: JSON with the code that programs branch on.

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::access::RequestInfo;
use crate::error::{AppError, ErrorCode};

/// A refusal as `{"error": {"code", "message"}}` with the fitting status. What is ours to fix is logged and masked.
pub fn refusal(error: AppError, info: &RequestInfo) -> Response {
    let status = status_of(error.code());
    let code = error.code();
    let mut headers = HeaderMap::new();
    let mut fields = json!({ "code": code.as_str(), "requestId": &*info.request_id });
    match error {
        AppError::Invalid(errors) => {
            let message = errors.first().map(|error| error.message.clone());
            fields["message"] = message.unwrap_or_default().into();
            fields["field"] = errors.first().map(|error| error.field.to_owned()).into();
        }
        AppError::Refused {
            message,
            retry_after,
            ..
        } => {
            fields["message"] = message.into_owned().into();
            if let Some(after) = retry_after {
                // A part of a second is rounded up: a client that comes too early is refused again.
                let seconds = after.as_millis().div_ceil(1000).max(1).to_string();
                if let Ok(value) = HeaderValue::from_str(&seconds) {
                    headers.insert(header::RETRY_AFTER, value);
                }
            }
        }
        AppError::Internal(error) => {
            tracing::error!(
                request_id = &*info.request_id,
                "a request failed: {error:#}"
            );
            fields["message"] = "something went wrong on our side".into();
        }
    }
    (status, headers, Json(json!({ "error": fields }))).into_response()
}

fn status_of(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::BadUserInput | ErrorCode::QueryTooComplex => StatusCode::BAD_REQUEST,
        ErrorCode::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::Conflict => StatusCode::CONFLICT,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::UpstreamUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
