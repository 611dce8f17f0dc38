//! The browser client: its files as they were built, and its page for every path that is nothing else.

use std::path::PathBuf;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tower::ServiceExt as _;
use tower_http::services::ServeDir;

use super::security;
use crate::platform::crypto;

/// Paths under which no page of the client lives: what is not found there is not found.
const NOT_THE_CLIENT: [&str; 4] = ["/auth/", "/exports/", "/graphql", "/webhooks/"];

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>DevMetrics</title>\
    <h1>The browser client is not built</h1>\
    <p>The server runs, and its API answers. To get the client, run <code>cargo xtask run</code>, or name the \
    directory of a built client in the setting <code>WEB_DIR</code>.</p></html>";

/// The directory of the built client.
#[derive(Clone)]
pub(super) struct Files {
    dir: Option<Arc<PathBuf>>,
}

impl Files {
    pub(super) fn new(dir: Option<PathBuf>) -> Self {
        Self {
            dir: dir.map(Arc::new),
        }
    }

    pub(super) async fn answer(&self, request: Request) -> Response {
        let path = request.uri().path();
        if NOT_THE_CLIENT.iter().any(|prefix| path.starts_with(prefix)) {
            return not_found();
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let allow = [(header::ALLOW, HeaderValue::from_static("GET, HEAD"))];
            return (StatusCode::METHOD_NOT_ALLOWED, allow).into_response();
        }
        let Some(dir) = self.dir.clone() else {
            return (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response();
        };
        if is_file(path) {
            file(&dir, request).await
        } else {
            page(&dir, request).await
        }
    }
}

/// Files have an extension, pages of the client have none.
fn is_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.contains('.') && !name.ends_with(".html")
}

async fn file(dir: &PathBuf, request: Request) -> Response {
    let is_immutable = is_hashed(request.uri().path());
    let mut response = serve(dir, request).await;
    if !response.status().is_success() && response.status() != StatusCode::NOT_MODIFIED {
        return not_found();
    }
    let caching = if is_immutable {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    response
}

async fn page(dir: &PathBuf, mut request: Request) -> Response {
    let Ok(html) = tokio::fs::read_to_string(dir.join("index.html")).await else {
        return (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response();
    };
    let policy = security::policy_of_page(&inline_script_hashes(&html));
    *request.uri_mut() = Uri::from_static("/index.html");
    // A page whose policy changed must not be taken from a cache: it is small, and always sent whole.
    request.headers_mut().remove(header::IF_MODIFIED_SINCE);
    let mut response = serve(dir, request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

async fn serve(dir: &PathBuf, request: Request) -> Response {
    let served = ServeDir::new(dir)
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(false)
        .oneshot(request)
        .await;
    match served {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "not found\n").into_response()
}

/// Whether the name of the file, or of the folder it is in, holds a hash of the content, as in `base-0f3a9c….css`
/// and `app-0f3a9c…/web.js`: such a file never changes.
fn is_hashed(path: &str) -> bool {
    path.rsplit('/').take(2).any(|name| {
        let stem = name.split('.').next().unwrap_or_default();
        stem.trim_end_matches("_bg")
            .rsplit('-')
            .next()
            .is_some_and(|hash| {
                hash.len() >= 12
                    && hash.len() < stem.len()
                    && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
    })
}

/// Hashes of the scripts that stand in the page itself, as the policy names them.
fn inline_script_hashes(html: &str) -> Vec<String> {
    let mut hashes = Vec::new();
    let mut rest = html;
    while let Some((_, from_tag)) = rest.split_once("<script") {
        let Some((attributes, from_text)) = from_tag.split_once('>') else {
            break;
        };
        let Some((text, after)) = from_text.split_once("</script>") else {
            break;
        };
        if !attributes.contains("src=") {
            hashes.push(STANDARD.encode(crypto::sha256(text.as_bytes())));
        }
        rest = after;
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        assert!(is_hashed("/web-0f3a9c1b2d4e5f60_bg.wasm"));
        assert!(is_hashed("/web-0f3a9c1b2d4e5f60.js"));
        assert!(is_hashed("/app-0f3a9c1b2d4e5f60/web_bg.wasm"));
        assert!(!is_hashed("/app-0f3a9c1b2d4e5f60/later/web.js"));
        assert!(!is_hashed("/theme.js"));
        assert!(!is_hashed("/graphiql/react-dom.production.min.js"));
        assert!(!is_hashed("/0f3a9c1b2d4e5f60.js"));
    }

    #[test]
    fn pages_have_no_extension() {
        for path in ["/", "/acme/leaderboard", "/index.html"] {
            assert!(!is_file(path), "{path}");
        }
        assert!(is_file("/web-1.js"));
    }

    #[test]
    fn the_policy_names_the_scripts_of_the_page() {
        let html =
            "<script src=\"/theme.js\"></script><script type=\"module\">import init</script>";
        assert_eq!(
            inline_script_hashes(html),
            [STANDARD.encode(crypto::sha256(b"import init"))]
        );
    }
}
