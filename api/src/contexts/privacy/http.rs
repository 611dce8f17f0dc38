//! `GET /exports/my-data.json`: everything that is known about the person who asks, as one JSON document with a list for each
//! kind of thing. It takes a person whose session began within the last 10 minutes.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Extension, Router};
use futures_util::stream;
use shared::ids::UserId;

use super::service::{self, SECTION_COUNT};
use crate::access::RequestInfo;
use crate::error::Result;
use crate::graphql::Edge;
use crate::http::refusal;
use crate::platform::Platform;

/// What an export costs of the caller's budget.
const COST: u32 = 20;

/// The routes of this context.
pub fn routes(edge: Edge) -> Router {
    Router::new()
        .route("/exports/my-data.json", get(export))
        .with_state(edge)
}

async fn export(
    State(edge): State<Edge>,
    Extension(info): Extension<RequestInfo>,
    headers: HeaderMap,
) -> Response {
    match begin(&edge, &headers, &info).await {
        Ok(user) => answer(edge.platform().clone(), user),
        Err(error) => refusal(error, &info),
    }
}

async fn begin(edge: &Edge, headers: &HeaderMap, info: &RequestInfo) -> Result<UserId> {
    let actor = edge.actor_of_reader(headers, info, COST).await?;
    service::begin_export(edge.platform(), &actor).await
}

/// The document, section by section.
fn answer(platform: Platform, user: UserId) -> Response {
    let sections = stream::unfold(Some(0), move |next| {
        let platform = platform.clone();
        async move {
            let number = next?;
            if number == SECTION_COUNT {
                return Some((Ok("}\n".to_owned()), None));
            }
            match section(&platform, user, number).await {
                Ok(text) => Some((Ok::<_, std::io::Error>(text), Some(number + 1))),
                Err(error) => {
                    tracing::error!(?error, "an export of a person's data broke off");
                    // A document that ends here would pass for a whole one: the connection is cut instead.
                    Some((Err(std::io::Error::other("the export broke off")), None))
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
            HeaderValue::from_static("attachment; filename=\"my-data.json\""),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, Body::from_stream(sections)).into_response()
}

async fn section(platform: &Platform, user: UserId, number: usize) -> Result<String> {
    let (name, rows) = service::export_section(platform, user, number).await?;
    let begin = if number == 0 { "{" } else { "," };
    let rows = serde_json::to_string_pretty(&rows).map_err(anyhow::Error::from)?;
    Ok(format!("{begin}\n\"{name}\": {rows}"))
}
