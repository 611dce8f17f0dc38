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

pub use answer::refusal;
pub use serve::serve;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

use crate::config::Settings;
use crate::graphql;
use crate::platform::Platform;

/// What the routes of this room need.
#[derive(Clone)]
pub struct HttpState {
    /// The settings.
    pub settings: Arc<Settings>,
    /// Database, clock, measurements.
    pub platform: Platform,
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
    let router = match security::cors(&state.settings.http) {
        Some(cors) => router.layer(cors),
        None => router,
    };
    router.layer(from_fn_with_state(
        Arc::new(observe::Observer::new(state)),
        observe::observe,
    ))
}

async fn schema() -> impl axum::response::IntoResponse {
    (
        [(
            axum::http::header::CONTENT_TYPE,
            "application/graphql; charset=utf-8",
        )],
        graphql::sdl(),
    )
}
