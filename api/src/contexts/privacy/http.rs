//! `GET /exports/data/{id}.json`: an export that was asked for by `requestDataExport` and is ready, for whoever asked: one JSON
//! document with a list for each kind of thing. It takes the session of a browser or a bearer token, not a key.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Extension, Router};
use futures_util::{StreamExt as _, stream};
use shared::ids::DataExportId;
use uuid::Uuid;

use super::error::PrivacyError;
use super::service;
use crate::access::RequestInfo;
use crate::error::Result;
use crate::graphql::Edge;
use crate::http::refusal;
use crate::platform::Platform;

/// What a download costs of the caller's budget.
const COST: u32 = 20;

/// The routes of this context.
pub fn routes(edge: Edge) -> Router {
    Router::new()
        .route("/exports/data/{file}", get(download))
        .with_state(edge)
}

async fn download(
    State(edge): State<Edge>,
    Extension(info): Extension<RequestInfo>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Response {
    match open(&edge, &headers, &info, &file).await {
        Ok((id, parts)) => answer(edge.platform().clone(), id, parts),
        Err(error) => refusal(error, &info),
    }
}

async fn open(
    edge: &Edge,
    headers: &HeaderMap,
    info: &RequestInfo,
    file: &str,
) -> Result<(DataExportId, i32)> {
    let actor = edge.actor_of_reader(headers, info, COST).await?;
    let id = file.strip_suffix(".json").unwrap_or(file);
    let id = Uuid::try_parse(id).map_err(|_| PrivacyError::NoSuchExport)?;
    let parts = service::open_export(edge.platform(), &actor, id.into()).await?;
    Ok((id.into(), parts))
}

/// The document, part by part.
fn answer(platform: Platform, id: DataExportId, parts: i32) -> Response {
    let body = stream::unfold(0, move |number| {
        let platform = platform.clone();
        async move {
            if number == parts {
                return None;
            }
            match service::read_part(&platform, id, number).await {
                Ok(text) => Some((Ok::<_, std::io::Error>(text), number + 1)),
                Err(error) => {
                    tracing::error!(?error, "the download of an export broke off");
                    // A document that ends here would pass for a whole one: the connection is cut instead.
                    Some((Err(std::io::Error::other("the download broke off")), parts))
                }
            }
        }
    });
    let headers: [(HeaderName, HeaderValue); 3] = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"devmetrics-export.json\""),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    // Fused: what compresses it asks once more after its end.
    (headers, Body::from_stream(body.fuse())).into_response()
}
