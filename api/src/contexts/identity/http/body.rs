//! Reading a JSON body. Forms are refused: only a page of our own can send JSON with a browser's cookies.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::de::DeserializeOwned;

use crate::access::RequestInfo;
use crate::error::{AppError, ErrorCode};
use crate::http::refusal;

/// A body that must be there; else the refusal to answer with.
#[expect(
    clippy::result_large_err,
    reason = "the refusal is the answer, made once a refused request"
)]
pub(super) fn read<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: &[u8],
    info: &RequestInfo,
) -> Result<T, Response> {
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    if !is_json {
        let error = AppError::refused(ErrorCode::BadUserInput, "send the body as application/json");
        let mut refused = refusal(error, info);
        *refused.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(refused);
    }
    serde_json::from_slice(body).map_err(|error| {
        // What serde says names fields and places, and repeats nothing of the body but field names.
        let message = format!("the body is not what this address takes: {error}");
        refusal(AppError::refused(ErrorCode::BadUserInput, message), info)
    })
}

/// A body that may be left out.
#[expect(
    clippy::result_large_err,
    reason = "the refusal is the answer, made once a refused request"
)]
pub(super) fn read_optional<T: DeserializeOwned + Default>(
    headers: &HeaderMap,
    body: &[u8],
    info: &RequestInfo,
) -> Result<T, Response> {
    if body.is_empty() {
        Ok(T::default())
    } else {
        read(headers, body, info)
    }
}
