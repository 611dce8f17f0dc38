//! graphql-transport-ws: every message, and every code that a socket is closed with.

use serde_json::{Value, json};
use tests::app::TestApp;
use tests::org::Org;
use tests::socket::Received;

const TYPENAME: &str = "{ __typename }";
const BOARD: &str =
    "subscription { leaderboardUpdated(scope: INDIVIDUAL, period: WEEK) { updatedAt } }";

async fn start() -> (TestApp, Org) {
    let app = TestApp::start().await;
    let org = app.org().await;
    (app, org)
}

#[tokio::test]
async fn a_query_over_a_socket_answers_once_and_completes() {
    let (_app, org) = start().await;
    let mut socket = org.member.socket().await;
    let id = socket
        .subscribe("query { viewer { user { name } } }", json!({}))
        .await;
    let data = socket.next_of(&id).await;
    assert_eq!(data["viewer"]["user"]["name"], org.member.name.as_str());
    assert_eq!(socket.next().await, json!({ "id": id, "type": "complete" }));
}

#[tokio::test]
async fn an_id_may_be_used_again_once_its_operation_is_over() {
    let (_app, org) = start().await;
    let mut socket = org.member.socket().await;
    for _ in 0..2 {
        socket
            .send(json!({ "id": "same", "type": "subscribe", "payload": { "query": TYPENAME } }))
            .await;
        assert_eq!(socket.next().await["type"], "next");
        assert_eq!(socket.next().await["type"], "complete");
    }
    socket
        .send(json!({ "id": "same", "type": "subscribe", "payload": { "query": BOARD } }))
        .await;
    assert_eq!(socket.next().await["type"], "next");
    socket
        .send(json!({ "id": "same", "type": "complete" }))
        .await;
    socket
        .send(json!({ "id": "same", "type": "subscribe", "payload": { "query": BOARD } }))
        .await;
    assert_eq!(socket.next().await["type"], "next");
}

#[tokio::test]
async fn a_refused_document_ends_its_operation_in_an_error() {
    let (_app, org) = start().await;
    let mut socket = org.member.socket().await;
    for document in ["{", "{ noSuchField }", "subscription { noSuchField }"] {
        let id = socket.subscribe(document, json!({})).await;
        let message = socket.next().await;
        assert_eq!(
            (&message["type"], &message["id"]),
            (&json!("error"), &json!(id)),
            "{message:#}"
        );
        assert_eq!(
            message["payload"][0]["extensions"]["code"],
            "BAD_USER_INPUT"
        );
    }
    // Nothing follows an error: the next message is another operation's.
    let id = socket.subscribe(TYPENAME, json!({})).await;
    socket.next_of(&id).await;
}

#[tokio::test]
async fn a_subscription_that_is_not_allowed_ends_in_an_error() {
    let (_app, org) = start().await;
    let mut socket = org.viewer.socket().await;
    let id = socket.subscribe(BOARD, json!({})).await;
    let message = socket.next().await;
    assert_eq!(
        (&message["type"], &message["id"]),
        (&json!("error"), &json!(id)),
        "{message:#}"
    );
    assert_eq!(message["payload"][0]["extensions"]["code"], "FORBIDDEN");
}

#[tokio::test]
async fn pings_are_answered_before_and_after_the_acknowledgement() {
    let (app, org) = start().await;
    let mut socket = app.socket().await;
    socket.send(json!({ "type": "ping" })).await;
    assert_eq!(socket.next().await, json!({ "type": "pong" }));
    socket
        .init(json!({ "authorization": format!("Bearer {}", org.member.token) }))
        .await;
    socket
        .send(json!({ "type": "ping", "payload": { "n": 1 } }))
        .await;
    assert_eq!(
        socket.next().await,
        json!({ "type": "pong", "payload": { "n": 1 } })
    );
    socket.send(json!({ "type": "pong" })).await;
    let id = socket.subscribe(TYPENAME, json!({})).await;
    socket.next_of(&id).await;
}

#[tokio::test]
async fn a_malformed_message_closes_4400() {
    let (app, org) = start().await;
    for text in [
        "",
        "no JSON",
        "[]",
        r#"{"type":"hello"}"#,
        r#"{"type":"subscribe","id":"1"}"#,
        r#"{"type":"subscribe","id":1,"payload":{"query":"{a}"}}"#,
    ] {
        let mut socket = org.member.socket().await;
        socket.send_text(text.to_owned()).await;
        assert_eq!(socket.close_code().await, 4400, "{text}");
    }
    let mut socket = app.socket().await;
    socket.send_binary(vec![1, 2, 3]).await;
    assert_eq!(socket.close_code().await, 4400);
}

#[tokio::test]
async fn subscribing_before_the_acknowledgement_closes_4401() {
    let (app, _org) = start().await;
    let mut socket = app.socket().await;
    socket.subscribe(TYPENAME, json!({})).await;
    assert_eq!(socket.close_code().await, 4401);
}

#[tokio::test]
async fn credentials_that_are_not_good_close_4403() {
    let (app, org) = start().await;
    for payload in [
        json!({ "Authorization": "Bearer nonsense" }),
        json!({ "Authorization": org.member.token }),
        json!({ "Authorization": format!("Bearer {}", org.member.token), "X-Organization-Id": "nonsense" }),
    ] {
        let mut socket = app.socket().await;
        socket
            .send(json!({ "type": "connection_init", "payload": payload }))
            .await;
        assert_eq!(socket.close_code().await, 4403, "{payload}");
    }
}

#[tokio::test]
async fn a_guest_asks_what_everybody_may() {
    let (app, _org) = start().await;
    let mut socket = app.socket().await;
    socket.init(Value::Null).await;
    let id = socket
        .subscribe("{ serverInfo { version } }", json!({}))
        .await;
    socket.next_of(&id).await;
    socket.next().await;
    socket.subscribe(BOARD, json!({})).await;
    let message = socket.next().await;
    assert_eq!(message["type"], "error", "{message:#}");
    assert_eq!(
        message["payload"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
}

#[tokio::test]
async fn a_browser_whose_access_ran_out_is_told_to_renew_it() {
    let (app, _org) = start().await;
    let own = app.url("");
    for cookie in ["dm_access=gone", "dm_csrf=left"] {
        let mut socket = app
            .socket_with(&[("cookie", cookie), ("origin", &own)])
            .await;
        socket.send(json!({ "type": "connection_init" })).await;
        assert_eq!(socket.close_code().await, 4403, "{cookie}");
    }
}

#[tokio::test]
async fn a_cookie_counts_from_the_product_s_own_pages_only() {
    let (app, org) = start().await;
    let cookie = format!("dm_access={}", org.member.token);
    let own = app.url("");
    let mut socket = app
        .socket_with(&[("cookie", &cookie), ("origin", &own)])
        .await;
    socket.init(json!({})).await;
    let mut socket = app
        .socket_with(&[("cookie", &cookie), ("origin", "https://evil.example")])
        .await;
    socket.send(json!({ "type": "connection_init" })).await;
    assert_eq!(socket.close_code().await, 4403);
}

#[tokio::test]
async fn silence_after_opening_closes_4408() {
    let (app, _org) = start().await;
    let mut socket = app.socket().await;
    assert_eq!(socket.close_code().await, 4408);
}

#[tokio::test]
async fn a_second_operation_of_a_running_id_closes_4409() {
    let (_app, org) = start().await;
    let mut socket = org.member.socket().await;
    let message = json!({ "id": "a", "type": "subscribe", "payload": { "query": BOARD } });
    socket.send(message.clone()).await;
    assert_eq!(socket.next().await["type"], "next");
    socket.send(message).await;
    let Received::Closed(code, reason) = socket.receive().await else {
        panic!("not closed");
    };
    assert_eq!(
        (code, reason.as_str()),
        (4409, "Subscriber for a already exists")
    );
}

#[tokio::test]
async fn a_second_init_closes_4429() {
    let (_app, org) = start().await;
    let mut socket = org.member.socket().await;
    socket.send(json!({ "type": "connection_init" })).await;
    assert_eq!(socket.close_code().await, 4429);
}

#[tokio::test]
async fn a_message_over_the_limit_closes_1009() {
    let (_app, org) = start().await;
    let mut socket = org.member.socket().await;
    socket.send_text("x".repeat(300 * 1024)).await;
    assert_eq!(socket.close_code().await, 1009);
}

#[tokio::test]
async fn a_socket_runs_so_many_operations_and_no_more() {
    let (_app, org) = start().await;
    let mut socket = org.member.socket().await;
    for _ in 0..50 {
        socket
            .subscribe("subscription { pointsCredited { id } }", json!({}))
            .await;
    }
    let id = socket.subscribe(TYPENAME, json!({})).await;
    let message: Value = socket.next().await;
    assert_eq!(
        (&message["type"], &message["id"]),
        (&json!("error"), &json!(id)),
        "{message:#}"
    );
    assert_eq!(message["payload"][0]["extensions"]["code"], "RATE_LIMITED");
}

#[tokio::test]
async fn a_client_s_close_is_answered() {
    let (_app, org) = start().await;
    let mut socket = org.member.socket().await;
    socket.subscribe(BOARD, json!({})).await;
    assert_eq!(socket.next().await["type"], "next");
    assert_eq!(socket.close_with(1000).await, 1000);
}
