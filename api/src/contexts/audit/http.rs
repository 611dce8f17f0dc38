//! The log as a file: `GET /exports/audit.csv`, newest first, by the session of a browser or a bearer token.
//!
//! | Field of the query | Meaning |
//! | --- | --- |
//! | `organization` | its plain or global id; the header `X-Organization-Id`, else the default one, where it is left out |
//! | `action`, `outcome` | only these, as the API writes them |
//! | `from`, `to` | only from this moment on, and before that one (RFC 3339) |

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Extension, Router};
use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::{StreamExt as _, stream};
use serde::Deserialize;

use super::model::{Action, Entry, EntryCursor, EntryFilter, EntrySlice, RecordedEntry};
use super::service;
use crate::access::{OrgScope, RequestInfo};
use crate::error::{AppError, Result};
use crate::graphql::Edge;
use crate::http::refusal;
use crate::platform::Platform;

/// Entries read at a time.
const BATCH: i64 = 1_000;
/// What an export costs of the caller's budget: as much as reading a thousand entries by the API.
const COST: u32 = 10;

const COLUMNS: [&str; 12] = [
    "created_at",
    "id",
    "action",
    "outcome",
    "actor_kind",
    "actor_id",
    "target_kind",
    "target_id",
    "request_id",
    "address",
    "user_agent",
    "metadata",
];

/// The routes of this context.
pub fn routes(edge: Edge) -> Router {
    Router::new()
        .route("/exports/audit.csv", get(export))
        .with_state(edge)
}

#[derive(Deserialize)]
struct ExportQuery {
    organization: Option<String>,
    action: Option<String>,
    outcome: Option<String>,
    from: Option<String>,
    to: Option<String>,
}

impl ExportQuery {
    fn filter(&self) -> Result<EntryFilter> {
        Ok(EntryFilter {
            action: word("action", self.action.as_deref())?,
            outcome: word("outcome", self.outcome.as_deref())?,
            from: moment("from", self.from.as_deref())?,
            to: moment("to", self.to.as_deref())?,
            ..EntryFilter::default()
        })
    }
}

fn word<T: std::str::FromStr>(field: &'static str, text: Option<&str>) -> Result<Option<T>> {
    let text = text.filter(|text| !text.is_empty());
    text.map(|text| {
        text.parse()
            .map_err(|_| AppError::invalid(field, "must be a word as the API writes it"))
    })
    .transpose()
}

fn moment(field: &'static str, text: Option<&str>) -> Result<Option<DateTime<Utc>>> {
    let text = text.filter(|text| !text.is_empty());
    text.map(|text| {
        DateTime::parse_from_rfc3339(text)
            .map(|moment| moment.to_utc())
            .map_err(|_| AppError::invalid(field, "must be a moment such as 2026-03-11T10:00:00Z"))
    })
    .transpose()
}

async fn export(
    State(edge): State<Edge>,
    Extension(info): Extension<RequestInfo>,
    headers: HeaderMap,
    Query(query): Query<ExportQuery>,
) -> Response {
    match begin(&edge, &headers, &info, &query).await {
        Ok((scope, filter)) => answer(edge.platform().clone(), scope, filter),
        Err(error) => refusal(error, &info),
    }
}

/// Who asks for what, and that they did.
async fn begin(
    edge: &Edge,
    headers: &HeaderMap,
    info: &RequestInfo,
    query: &ExportQuery,
) -> Result<(OrgScope, EntryFilter)> {
    let scope = edge
        .scope_of(headers, info, query.organization.as_deref(), COST)
        .await?;
    let filter = query.filter()?;
    service::require_reading(&scope)?;
    let entry = Entry::new(Action::DataExported).with(serde_json::json!({ "kind": "audit.csv" }));
    edge.platform()
        .db
        .transaction(async |tx| service::record(tx, &scope, entry).await)
        .await?;
    Ok((scope, filter))
}

/// The file, made while it is read: it never lies in memory whole.
fn answer(platform: Platform, scope: OrgScope, filter: EntryFilter) -> Response {
    let first = Some((None::<EntryCursor>, true));
    let pages = stream::unfold(first, move |next| {
        let (platform, scope, filter) = (platform.clone(), scope.clone(), filter.clone());
        async move {
            let (after, is_first) = next?;
            match page(&platform, &scope, &filter, after, is_first).await {
                Ok((text, next)) => Some((
                    Ok::<_, std::io::Error>(text),
                    next.map(|at| (Some(at), false)),
                )),
                Err(error) => {
                    tracing::error!(?error, "an export of the audit log broke off");
                    // A file that ends here would pass for a whole one: the connection is cut instead.
                    Some((Err(std::io::Error::other("the export broke off")), None))
                }
            }
        }
    });
    let headers: [(HeaderName, HeaderValue); 3] = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"audit.csv\""),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    // Fused: what compresses it asks once more after its end.
    (headers, Body::from_stream(pages.fuse())).into_response()
}

async fn page(
    platform: &Platform,
    scope: &OrgScope,
    filter: &EntryFilter,
    after: Option<EntryCursor>,
    is_first: bool,
) -> Result<(Vec<u8>, Option<EntryCursor>)> {
    let slice = EntrySlice {
        after,
        before: None,
        is_backward: false,
        limit: BATCH,
    };
    let entries = service::list(platform, scope, filter, &slice).await?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    if is_first {
        writer.write_record(COLUMNS).map_err(anyhow::Error::from)?;
    }
    for entry in &entries {
        writer
            .write_record(line(entry))
            .map_err(anyhow::Error::from)?;
    }
    let text = writer
        .into_inner()
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    let is_last = i64::try_from(entries.len()).is_ok_and(|count| count < BATCH);
    let last = entries.last().map(|entry| (entry.created_at, entry.id));
    Ok((text, last.filter(|_| !is_last)))
}

fn line(entry: &RecordedEntry) -> [String; 12] {
    let id = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let text = |text: &Option<String>| text.as_deref().map(harmless).unwrap_or_default();
    [
        entry
            .created_at
            .to_rfc3339_opts(SecondsFormat::Millis, true),
        entry.id.to_string(),
        entry.action.as_str().to_owned(),
        entry.outcome.as_str().to_owned(),
        entry.actor_kind.as_str().to_owned(),
        id(entry.actor_id),
        text(&entry.target_kind),
        id(entry.target_id),
        text(&entry.request_id),
        text(&entry.address),
        text(&entry.user_agent),
        entry.metadata.to_string(),
    ]
}

/// A text that a spreadsheet does not take for a formula: clients choose what they call themselves.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_a_formula() {
        assert_eq!(harmless("=1+1"), "'=1+1");
        assert_eq!(harmless("@cmd"), "'@cmd");
        assert_eq!(harmless("curl/8.0"), "curl/8.0");
    }
}
