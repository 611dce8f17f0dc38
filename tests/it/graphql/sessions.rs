//! What is open ends with its session, and follows its person's standing.

use serde_json::json;
use tests::app::TestApp;

const BOARD: &str =
    "subscription { leaderboardUpdated(scope: INDIVIDUAL, period: WEEK) { updatedAt } }";
const SIGN_OUT: &str = "mutation { signOut(input: {}) { signedOutSessions } }";

#[tokio::test]
async fn signing_out_elsewhere_ends_open_streams_in_an_error() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let mut socket = org.member.socket().await;
    let id = socket.subscribe(BOARD, json!({})).await;
    socket.next_of(&id).await;

    org.member.graphql(SIGN_OUT, json!({})).await.data();

    let message = socket.next().await;
    assert_eq!(
        (&message["type"], &message["id"]),
        (&json!("error"), &json!(id)),
        "{message:#}"
    );
    assert_eq!(
        message["payload"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
    assert_eq!(socket.close_code().await, 4403);
    let answer = org
        .member
        .graphql("{ viewer { user { id } } }", json!({}))
        .await;
    assert_eq!(
        (answer.status, answer.error_code()),
        (401, "UNAUTHENTICATED")
    );
}

#[tokio::test]
async fn signing_out_over_the_socket_is_answered_before_it_closes() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let mut socket = org.member.socket().await;
    let id = socket.subscribe(SIGN_OUT, json!({})).await;
    let data = socket.next_of(&id).await;
    assert_eq!(data["signOut"]["signedOutSessions"], 1);
    assert_eq!(socket.close_code().await, 4403);
}

#[tokio::test]
async fn another_person_s_signing_out_changes_nothing() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let mut socket = org.member.socket().await;
    let id = socket.subscribe(BOARD, json!({})).await;
    socket.next_of(&id).await;
    org.admin.graphql(SIGN_OUT, json!({})).await.data();
    let query = socket.subscribe("{ __typename }", json!({})).await;
    socket.next_of(&query).await;
}

#[tokio::test]
async fn a_server_that_goes_away_closes_1001() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let mut socket = org.member.socket().await;
    let id = socket.subscribe(BOARD, json!({})).await;
    socket.next_of(&id).await;
    app.platform().tasks.close();
    assert_eq!(socket.close_code().await, 1001);
}
