//! What holds for every answer, and what the server serves beside the API.

use std::path::PathBuf;

use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};
use tests::app::TestApp;

use super::embedded::DataDir;

const PAGE: &str = "<!doctype html><script src=\"/theme.js\"></script>\
    <script type=\"module\">import init from \"/web-0123456789abcdef.js\"; init();</script>";
const HASHED: &str = "web-0123456789abcdef.js";

/// A client as the build leaves it.
fn built_client(dir: &DataDir) -> PathBuf {
    let path = dir.path().to_owned();
    std::fs::create_dir_all(&path).unwrap();
    std::fs::write(path.join("index.html"), PAGE).unwrap();
    std::fs::write(path.join("theme.js"), "theme").unwrap();
    std::fs::write(path.join(HASHED), "plain").unwrap();
    std::fs::write(path.join(format!("{HASHED}.br")), "squeezed").unwrap();
    path
}

async fn app_with_client(dir: &DataDir) -> TestApp {
    let client = built_client(dir);
    TestApp::builder()
        .with("WEB_DIR", &client.to_string_lossy())
        .start()
        .await
}

async fn get(app: &TestApp, path: &str) -> Response {
    app.http().get(app.url(path)).send().await.unwrap()
}

async fn get_with(app: &TestApp, path: &str, header: (&str, &str)) -> Response {
    let request = app.http().get(app.url(path)).header(header.0, header.1);
    request.send().await.unwrap()
}

fn header(headers: &HeaderMap, name: &str) -> String {
    headers
        .get(name)
        .map(|value| value.to_str().unwrap().to_owned())
        .unwrap_or_default()
}

#[tokio::test]
async fn every_answer_is_protected_and_has_an_id() {
    let app = TestApp::start().await;
    for path in [
        "/healthz",
        "/schema.graphql",
        "/nowhere",
        "/webhooks/x",
        "/graphiql",
    ] {
        let answer = get(&app, path).await;
        let headers = answer.headers();
        assert!(
            header(headers, "content-security-policy").contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert_eq!(
            header(headers, "x-content-type-options"),
            "nosniff",
            "{path}"
        );
        assert_eq!(header(headers, "x-request-id").len(), 36, "{path}");
    }
}

#[tokio::test]
async fn an_id_that_the_client_gave_is_kept() {
    let app = TestApp::start().await;
    let answer = get_with(&app, "/healthz", ("x-request-id", "from-a-proxy.7")).await;
    assert_eq!(header(answer.headers(), "x-request-id"), "from-a-proxy.7");
}

#[tokio::test]
async fn a_server_that_reaches_its_database_is_ready() {
    let app = TestApp::start().await;
    assert_eq!(get(&app, "/healthz").await.status(), StatusCode::OK);
    assert_eq!(get(&app, "/readyz").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn every_page_is_the_client_and_may_run_only_its_own_scripts() {
    let dir = DataDir::new();
    let app = app_with_client(&dir).await;
    for path in ["/", "/acme/leaderboard", "/sign-in?next=/acme"] {
        let answer = get(&app, path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let policy = header(answer.headers(), "content-security-policy");
        assert!(
            policy.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-"),
            "{policy}"
        );
        assert!(!policy.contains("script-src 'self' 'unsafe"), "{policy}");
        assert_eq!(header(answer.headers(), "cache-control"), "no-cache");
        assert_eq!(answer.text().await.unwrap(), PAGE);
    }
}

#[tokio::test]
async fn a_file_with_a_hash_in_its_name_is_kept_for_ever_and_sent_compressed() {
    let dir = DataDir::new();
    let app = app_with_client(&dir).await;
    let path = format!("/{HASHED}");

    let squeezed = get_with(&app, &path, ("accept-encoding", "gzip, br")).await;
    assert_eq!(header(squeezed.headers(), "content-encoding"), "br");
    assert!(header(squeezed.headers(), "cache-control").contains("immutable"));
    assert!(header(squeezed.headers(), "content-type").contains("javascript"));
    assert_eq!(squeezed.text().await.unwrap(), "squeezed");

    assert_eq!(get(&app, &path).await.text().await.unwrap(), "plain");
    let theme = get(&app, "/theme.js").await;
    assert_eq!(header(theme.headers(), "cache-control"), "no-cache");
}

#[tokio::test]
async fn what_is_no_page_and_no_file_is_not_found() {
    let dir = DataDir::new();
    let app = app_with_client(&dir).await;
    for path in [
        "/missing.js",
        "/webhooks/gitlab",
        "/auth/nowhere",
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
    ] {
        assert_eq!(
            get(&app, path).await.status(),
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let posted = app.http().post(app.url("/acme")).send().await.unwrap();
    assert_eq!(posted.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn measurements_want_their_token_where_one_is_set() {
    let open = TestApp::start().await;
    let text = get(&open, "/metrics").await.text().await.unwrap();
    for name in [
        "devmetrics_http_requests",
        "devmetrics_ingest_queue_depth",
        "devmetrics_db_pool_connections",
    ] {
        assert!(text.contains(name), "{name} is missing:\n{text}");
    }

    let token = "a token of measurements";
    let closed = TestApp::builder()
        .with("METRICS_TOKEN", token)
        .start()
        .await;
    assert_eq!(
        get(&closed, "/metrics").await.status(),
        StatusCode::UNAUTHORIZED
    );
    let wrong = get_with(&closed, "/metrics", ("authorization", "Bearer another")).await;
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    let right = get_with(
        &closed,
        "/metrics",
        ("authorization", &format!("Bearer {token}")),
    )
    .await;
    assert_eq!(right.status(), StatusCode::OK);
}

#[tokio::test]
async fn measurements_are_not_for_others_behind_a_proxy() {
    let app = TestApp::builder()
        .with("TRUSTED_PROXIES", "127.0.0.0/8")
        .start()
        .await;
    let through_the_proxy = get_with(&app, "/metrics", ("x-forwarded-for", "203.0.113.9")).await;
    assert_eq!(through_the_proxy.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn only_listed_origins_may_call_the_api() {
    let app = TestApp::builder()
        .with("CORS_ORIGINS", "https://tools.example")
        .start()
        .await;
    let listed = get_with(&app, "/healthz", ("origin", "https://tools.example")).await;
    assert_eq!(
        header(listed.headers(), "access-control-allow-origin"),
        "https://tools.example"
    );
    let stranger = get_with(&app, "/healthz", ("origin", "https://evil.example")).await;
    assert_eq!(
        header(stranger.headers(), "access-control-allow-origin"),
        ""
    );
}
