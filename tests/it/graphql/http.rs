//! GraphQL over HTTP: media types, methods, statuses, and who may send what.

use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tests::app::TestApp;
use tests::wait::in_time;

const GRAPHQL: &str = "application/graphql-response+json";
const JSON: &str = "application/json";
const SIGN_OUT: &str = "mutation { signOut(input: {}) { signedOutSessions } }";

async fn sent(request: RequestBuilder) -> Response {
    in_time("the API answers", request.send()).await.unwrap()
}

async fn posted(app: &TestApp, accept: &str, body: Value) -> Response {
    let request = app.http().post(app.url("/graphql"));
    sent(request.header("accept", accept).json(&body)).await
}

fn content_type(response: &Response) -> &str {
    response.headers()["content-type"].to_str().unwrap()
}

async fn code_in(response: Response) -> String {
    let body: Value = response.json().await.unwrap();
    let code = body["errors"][0]["extensions"]["code"].as_str();
    code.unwrap_or_else(|| panic!("no code: {body:#}"))
        .to_owned()
}

#[tokio::test]
async fn the_answer_is_written_in_the_type_the_client_prefers() {
    let app = TestApp::start().await;
    let query = json!({ "query": "{ __typename }" });
    for (accept, expected) in [
        (GRAPHQL, "application/graphql-response+json; charset=utf-8"),
        (JSON, "application/json; charset=utf-8"),
        ("*/*", "application/json; charset=utf-8"),
        (
            "application/json;q=0.1, application/graphql-response+json",
            "application/graphql-response+json; charset=utf-8",
        ),
    ] {
        let response = posted(&app, accept, query.clone()).await;
        assert_eq!(response.status(), StatusCode::OK, "{accept}");
        assert_eq!(content_type(&response), expected, "{accept}");
    }
    let response = posted(&app, "text/html", query).await;
    assert_eq!(response.status(), StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn a_refused_document_is_a_bad_request_only_in_the_newer_type() {
    let app = TestApp::start().await;
    let unused_variable = "query ($id: ID!) { __typename }";
    for document in [
        "{",
        "{ noSuchField }",
        unused_variable,
        "query A { __typename } query B { __typename }",
    ] {
        let body = json!({ "query": document });
        let newer = posted(&app, GRAPHQL, body.clone()).await;
        assert_eq!(newer.status(), StatusCode::BAD_REQUEST, "{document}");
        let older = posted(&app, JSON, body).await;
        assert_eq!(older.status(), StatusCode::OK, "{document}");
        let body: Value = older.json().await.unwrap();
        assert!(body.get("data").is_none(), "{body:#}");
        assert_eq!(body["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn a_request_that_is_none_is_a_bad_request_in_both_types() {
    let app = TestApp::start().await;
    for accept in [GRAPHQL, JSON] {
        for body in [
            json!({}),
            json!({ "query": 7 }),
            json!([{ "query": "{ __typename }" }]),
            json!({ "query": "{ __typename }", "variables": "{}" }),
            json!({ "query": "{ __typename }", "operationName": 1 }),
            json!({ "query": "{ __typename }", "extensions": [] }),
        ] {
            let response = posted(&app, accept, body.clone()).await;
            assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{body}");
        }
    }
}

#[tokio::test]
async fn other_content_types_and_methods_are_refused() {
    let app = TestApp::start().await;
    let query = r#"{"query":"{ __typename }"}"#;
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
    ] {
        let request = app.http().post(app.url("/graphql")).body(query);
        let response = sent(request.header("content-type", content_type)).await;
        assert_eq!(response.status(), 415, "{content_type}");
    }
    let untyped = sent(app.http().post(app.url("/graphql")).body(query)).await;
    assert_eq!(untyped.status(), 415);
    for request in [
        app.http().put(app.url("/graphql")),
        app.http().delete(app.url("/graphql")),
    ] {
        assert_eq!(sent(request).await.status(), 405);
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_answered_rather_than_cut() {
    let app = TestApp::start().await;
    let query = format!("{{ __typename }} # {}", "x".repeat(2 * 1024 * 1024));
    let response = posted(&app, GRAPHQL, json!({ "query": query })).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(code_in(response).await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn a_get_reads_and_never_changes() {
    let app = TestApp::start().await;
    let get = |query: &str| {
        app.http()
            .get(app.url("/graphql"))
            .query(&[("query", query)])
    };

    let read = sent(get("{ __typename }")).await;
    assert_eq!(read.status(), StatusCode::OK);
    let body: Value = read.json().await.unwrap();
    assert_eq!(body["data"]["__typename"], "Query");

    let changed = sent(get(SIGN_OUT)).await;
    assert_eq!(changed.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(changed.headers()["allow"], "POST");
    // Which operation runs counts, not which stands first.
    let document = format!(
        "query A {{ __typename }} {}",
        SIGN_OUT.replacen("mutation", "mutation B", 1)
    );
    let named = sent(get(&document).query(&[("operationName", "B")])).await;
    assert_eq!(named.status(), StatusCode::METHOD_NOT_ALLOWED);
    let missing = sent(app.http().get(app.url("/graphql"))).await;
    assert_eq!(missing.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn subscriptions_are_sent_to_the_websocket() {
    let app = TestApp::start().await;
    let document = "subscription { pointsCredited { id } }";
    let response = posted(&app, GRAPHQL, json!({ "query": document })).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let body: Value = response.json().await.unwrap();
    assert!(
        body["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("/graphql/ws")
    );
}

#[tokio::test]
async fn a_token_that_is_not_good_is_refused_with_a_challenge() {
    let app = TestApp::start().await;
    for value in ["Bearer nonsense", "Bearer ", "Basic dXNlcjpwYXNz"] {
        let request = app.http().post(app.url("/graphql"));
        let request = request.header("authorization", value);
        let response = sent(request.json(&json!({ "query": "{ __typename }" }))).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{value}");
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
        assert_eq!(code_in(response).await, "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn a_cookie_alone_reads_and_changes_nothing() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let cookie = format!("other=1; dm_access={}", org.member.token);
    let viewer = "{ viewer { user { name } } }";

    let request = app
        .http()
        .get(app.url("/graphql"))
        .query(&[("query", viewer)]);
    let read = sent(request.header("cookie", &cookie)).await;
    let body: Value = read.json().await.unwrap();
    assert_eq!(
        body["data"]["viewer"]["user"]["name"],
        org.member.name.as_str()
    );

    let request = app
        .http()
        .post(app.url("/graphql"))
        .header("cookie", &cookie);
    let changed = sent(request.json(&json!({ "query": SIGN_OUT }))).await;
    assert_eq!(changed.status(), StatusCode::FORBIDDEN);
    assert_eq!(code_in(changed).await, "FORBIDDEN");
}

#[tokio::test]
async fn a_cookie_that_ran_out_is_nobody() {
    let app = TestApp::start().await;
    let request = app.http().post(app.url("/graphql"));
    let request = request.header("cookie", "dm_access=long.gone.token");
    let response = sent(request.json(&json!({ "query": "{ viewer { user { id } } }" }))).await;
    let body: Value = response.json().await.unwrap();
    assert_eq!(body, json!({ "data": { "viewer": null } }));
}

#[tokio::test]
async fn the_header_chooses_among_ones_own_organizations() {
    let app = TestApp::start().await;
    let (own, foreign) = (app.org().await, app.org().await);
    let authorization = format!("Bearer {}", own.member.token);
    let ask = async |organization: &str| {
        let headers = [
            ("authorization", authorization.as_str()),
            ("x-organization-id", organization),
        ];
        app.graphql_with("{ organization { slug } }", json!({}), &headers)
            .await
    };
    assert_eq!(ask(&own.gid()).await.text("/organization/slug"), own.slug);
    assert_eq!(
        ask(&own.id.to_string()).await.text("/organization/slug"),
        own.slug
    );
    assert!(ask(&foreign.gid()).await.at("/organization").is_null());
    assert_eq!(ask("acme").await.error_fields(), ["X-Organization-Id"]);
}

#[tokio::test]
async fn a_subscription_is_streamed_as_events_to_whom_asks_for_them() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let document =
        "subscription { leaderboardUpdated(scope: INDIVIDUAL, period: WEEK) { period } }";
    let ask = |token: &str| {
        let request = app.http().post(app.url("/graphql")).bearer_auth(token);
        request
            .header("accept", "text/event-stream")
            .json(&json!({ "query": document }))
    };

    let mut response = sent(ask(&org.member.token)).await;
    assert_eq!(content_type(&response), "text/event-stream; charset=utf-8");
    let first = in_time("a first event", response.chunk()).await.unwrap();
    let expected =
        "event: next\ndata: {\"data\":{\"leaderboardUpdated\":{\"period\":\"WEEK\"}}}\n\n";
    assert_eq!(first.as_deref(), Some(expected.as_bytes()));
    app.platform().tasks.close();
    assert_eq!(in_time("the end", response.chunk()).await.unwrap(), None);
}

#[tokio::test]
async fn a_refused_stream_of_events_says_why_and_ends() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let document =
        "subscription { leaderboardUpdated(scope: INDIVIDUAL, period: WEEK) { period } }";
    let request = app
        .http()
        .post(app.url("/graphql"))
        .bearer_auth(&org.viewer.token);
    let request = request.header("accept", "text/event-stream");
    let text = sent(request.json(&json!({ "query": document })))
        .await
        .text()
        .await
        .unwrap();
    assert!(text.contains("\"FORBIDDEN\""), "{text}");
    assert!(text.ends_with("event: complete\ndata:\n\n"), "{text}");
}
