//! Signing out and ending sessions, which hold at once.

use serde_json::{Value, json};
use tests::TestApp;

use super::arrange::{Browser, demo};

const SESSIONS: &str = "{ viewer { sessions { id isCurrent } } }";
const REVOKE: &str =
    "mutation ($id: ID!) { revokeSession(input: { id: $id }) { session { id isCurrent } } }";

#[tokio::test]
async fn a_token_is_refused_right_after_signing_out() {
    let app = TestApp::start().await;
    let member = app.org().await.member;
    let me = "{ viewer { user { name } } }";
    assert_eq!(
        member
            .graphql(me, json!({}))
            .await
            .text("/viewer/user/name"),
        "member"
    );

    let answer = member
        .graphql(
            "mutation { signOut(input: {}) { signedOutSessions } }",
            json!({}),
        )
        .await;

    assert_eq!(answer.number("/signOut/signedOutSessions"), 1);
    assert_eq!(
        member.graphql(me, json!({})).await.error_code(),
        "UNAUTHENTICATED"
    );
}

#[tokio::test]
async fn signing_out_closes_open_sockets() {
    let app = TestApp::start().await;
    let member = app.org().await.member;
    let mut socket = member.socket().await;

    member
        .graphql(
            "mutation { signOut(input: {}) { signedOutSessions } }",
            json!({}),
        )
        .await
        .data();

    assert_eq!(socket.close_code().await, 4403);
}

#[tokio::test]
async fn everywhere_means_every_session() {
    let (app, _) = demo().await;
    let here = Browser::signed_in(&app, true).await;
    let there = Browser::signed_in(&app, true).await;

    let answer = here
        .graphql("mutation { signOut(input: { everywhere: true }) { signedOutSessions } }")
        .await;

    assert_eq!(answer.number("/signOut/signedOutSessions"), 2);
    assert!(!here.is_signed_in().await && !there.is_signed_in().await);
}

#[tokio::test]
async fn one_session_ends_another_of_the_same_person() {
    let (app, _) = demo().await;
    let lost = Browser::signed_in(&app, true).await;
    let here = Browser::signed_in(&app, true).await;
    let answer = here.graphql(SESSIONS).await;
    let other = other_session(answer.list("/viewer/sessions"));

    let ended = here.graphql(&revoke(&other)).await;

    assert_eq!(ended.text("/revokeSession/session/id"), other);
    assert!(!lost.is_signed_in().await);
    assert!(here.is_signed_in().await);
    assert_eq!(
        here.graphql(SESSIONS).await.list("/viewer/sessions").len(),
        1
    );
}

#[tokio::test]
async fn somebody_else_s_session_is_not_found() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let answer = org.member.graphql(SESSIONS, json!({})).await;
    let id = answer.text("/viewer/sessions/0/id");

    let refused = org.lead.graphql(REVOKE, json!({ "id": id })).await;

    assert_eq!(refused.error_code(), "NOT_FOUND");
}

#[tokio::test]
async fn logging_out_takes_the_cookies_away() {
    let (app, _) = demo().await;
    let mut browser = Browser::signed_in(&app, true).await;
    let before = browser.clone();

    let (status, answer) = browser.post("/auth/logout", &json!({})).await;

    assert_eq!((status, &answer["signedOutSessions"]), (200, &json!(1)));
    assert!(browser.cookies.is_empty());
    assert!(
        !before.is_signed_in().await,
        "a copy of the cookies is worth nothing"
    );
}

#[tokio::test]
async fn logging_out_works_after_the_access_token_ran_out() {
    let (app, _) = demo().await;
    let mut browser = Browser::signed_in(&app, true).await;
    browser.cookies.remove("dm_access");
    let mut copy = browser.clone();

    let (_, answer) = browser.post("/auth/logout", &json!({})).await;

    assert_eq!(answer["signedOutSessions"], 1);
    assert_eq!(copy.post("/auth/refresh", &json!({})).await.0, 401);
}

fn other_session(sessions: &[Value]) -> String {
    let other = sessions
        .iter()
        .find(|session| session["isCurrent"] == false)
        .unwrap();
    other["id"].as_str().unwrap().to_owned()
}

fn revoke(id: &str) -> String {
    format!("mutation {{ revokeSession(input: {{ id: \"{id}\" }}) {{ session {{ id }} }} }}")
}
