//! What happens around every request: its id, its span, its time limit, its line in the log and its measurement.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt as _;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::HttpState;
use super::answer::refusal;
use super::client_address::client_address;
use crate::access::{Guard, RequestInfo};
use crate::config::Network;
use crate::error::{AppError, ErrorCode};
use crate::platform::ids::Ids;
use crate::platform::telemetry::{HttpLabels, Metrics};

/// Time until the head of an answer; what streams after it, such as a socket, has its own limits.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// From here on a request is worth a line by itself.
const SLOW: Duration = Duration::from_secs(1);
/// An id of a client's own choosing may be this long.
const LONGEST_ID: usize = 64;
/// More of a client's name of itself than this is cut.
const LONGEST_AGENT: usize = 256;
const REQUEST_ID: &str = "x-request-id";

/// What observing needs.
pub(super) struct Observer {
    ids: Ids,
    metrics: Metrics,
    trusted_proxies: Vec<Network>,
    left_out: Option<Guard>,
}

impl Observer {
    pub(super) fn new(state: &HttpState) -> Self {
        Self {
            ids: state.platform.ids.clone(),
            metrics: state.platform.metrics.clone(),
            trusted_proxies: state.settings.http.trusted_proxies.clone(),
            left_out: state.left_out,
        }
    }

    fn info(&self, request: &Request) -> RequestInfo {
        let headers = request.headers();
        let peer = request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        let address = client_address(peer, headers, &self.trusted_proxies);
        RequestInfo {
            request_id: given_id(headers).unwrap_or_else(|| self.ids.new_id().to_string().into()),
            address: Some(address.to_string().into()),
            user_agent: headers
                .get(header::USER_AGENT)
                .and_then(|value| value.to_str().ok())
                .map(|agent| agent.chars().take(LONGEST_AGENT).collect::<String>().into()),
            left_out: self.left_out,
        }
    }
}

/// An id that the client or a proxy gave, where it is safe to write into logs.
fn given_id(headers: &HeaderMap) -> Option<Arc<str>> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let is_safe = (1..=LONGEST_ID).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    is_safe.then(|| id.into())
}

pub(super) async fn observe(
    State(observer): State<Arc<Observer>>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let info = observer.info(&request);
    let method = method_label(request.method());
    // The pattern, never the path: paths may hold what must not be in logs.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", request_id = &*info.request_id);
    request.extensions_mut().insert(info.clone());

    let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
    let answer = tokio::time::timeout(TIME_LIMIT, answer.instrument(span.clone())).await;
    let mut response = match answer {
        Ok(Ok(response)) => response,
        // A bug of one request: its client is told so, and all others go on.
        Ok(Err(_)) => refusal(anyhow::anyhow!("a handler panicked").into(), &info),
        Err(_) => {
            let message = "the answer took too long";
            refusal(
                AppError::refused(ErrorCode::UpstreamUnavailable, message),
                &info,
            )
        }
    };

    if let Ok(id) = HeaderValue::from_str(&info.request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let status = response.status();
    let took = started.elapsed();
    span.in_scope(|| log(method, &route, status, took, info.address.as_deref()));
    observer.metrics.count_request(
        HttpLabels {
            method,
            route,
            status: status.as_u16(),
        },
        took.as_secs_f64(),
    );
    response
}

fn log(method: &str, route: &str, status: StatusCode, took: Duration, address: Option<&str>) {
    let status = status.as_u16();
    let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    if status >= 500 {
        tracing::warn!(
            method,
            route,
            status,
            millis,
            address,
            "{method} {route} {status} in {millis} ms"
        );
    } else if took > SLOW {
        tracing::info!(
            method,
            route,
            status,
            millis,
            address,
            "slow: {method} {route} {status} in {millis} ms"
        );
    } else {
        tracing::debug!(
            method,
            route,
            status,
            millis,
            address,
            "{method} {route} {status} in {millis} ms"
        );
    }
}

/// A closed set, whatever a client sends.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_could_forge_a_log_line_is_not_taken() {
        let id_of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, text.parse().unwrap());
            given_id(&headers)
        };
        assert_eq!(id_of("abc-123_x.y").as_deref(), Some("abc-123_x.y"));
        for text in ["a b", "a\"b", "", &"x".repeat(65)] {
            assert_eq!(id_of(text), None, "{text}");
        }
    }
}
