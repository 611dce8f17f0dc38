//! How the server is reached: one router from the contexts' routes, and what holds for every request.
//!
//! Every request gets a [`RequestInfo`](crate::access::RequestInfo) as a request extension: its id, the client's address
//! as far as proxies are believed, and the client's name of itself. Handlers take it as `Extension<RequestInfo>`.

mod answer;
mod client_address;
mod files;
mod health;
mod observe;
mod security;
mod serve;
mod strangers;

pub use answer::refusal;
pub use serve::serve;
pub use strangers::limit_strangers;

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::http::header;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};

use crate::access::Guard;
use crate::config::Settings;
use crate::graphql;
use crate::platform::Platform;

/// Bytes below which compressing costs more than it saves.
const SHORTEST_COMPRESSED: u16 = 1024;

/// What the routes of this room need.
#[derive(Clone)]
pub struct HttpState {
    /// The settings.
    pub settings: Arc<Settings>,
    /// Database, clock, measurements.
    pub platform: Platform,
    /// The check that a test leaves out.
    pub left_out: Option<Guard>,
}

/// Everything the server answers: the routes of the contexts, its own, and the client for all others.
pub fn router(state: &HttpState, contexts: Router) -> Router {
    let own = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/schema.graphql", get(schema))
        .with_state(state.clone());
    let files = files::Files::new(state.settings.http.web_dir.clone());
    let router = own
        .merge(contexts)
        .fallback(move |request| {
            let files = files.clone();
            async move { files.answer(request).await }
        })
        .layer(from_fn_with_state(
            Arc::new(security::Headers::new(&state.settings.http)),
            security::add,
        ));
    let router = router.layer(compression());
    let router = match security::cors(&state.settings.http) {
        Some(cors) => router.layer(cors),
        None => router,
    };
    router.layer(from_fn_with_state(
        Arc::new(observe::Observer::new(state)),
        observe::observe,
    ))
}

/// For answers that are long enough to be worth it and were not compressed beforehand; quick rather than small.
fn compression() -> CompressionLayer<impl tower_http::compression::Predicate> {
    let is_worth_it = SizeAbove::new(SHORTEST_COMPRESSED)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::SSE);
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(is_worth_it)
}

/// The schema is the same for every server of this program, and takes a while to write.
static SDL: LazyLock<String> = LazyLock::new(graphql::sdl);

async fn schema() -> impl axum::response::IntoResponse {
    let media_type = "application/graphql; charset=utf-8";
    ([(header::CONTENT_TYPE, media_type)], SDL.as_str())
}
