//! What another site could make a browser do.

use serde_json::json;

use super::arrange::{Browser, demo};

const SIGN_OUT: &str = "mutation { signOut(input: {}) { signedOutSessions } }";

#[tokio::test]
async fn cookies_alone_change_nothing() {
    let (app, _) = demo().await;
    let mut browser = Browser::signed_in(&app, true).await;
    browser.csrf_header = None;

    assert_eq!(browser.graphql(SIGN_OUT).await.error_code(), "FORBIDDEN");
    assert_eq!(browser.post("/auth/refresh", &json!({})).await.0, 403);
    assert_eq!(browser.post("/auth/logout", &json!({})).await.0, 403);
}

#[tokio::test]
async fn the_token_of_the_session_goes_along() {
    let (app, _) = demo().await;
    let browser = Browser::signed_in(&app, true).await;

    assert_eq!(
        browser
            .graphql(SIGN_OUT)
            .await
            .number("/signOut/signedOutSessions"),
        1
    );
}

#[tokio::test]
async fn a_planted_cookie_does_not_do() {
    let (app, _) = demo().await;
    let mut browser = Browser::signed_in(&app, true).await;
    // A neighbouring host can set a cookie for this one, and sends the same value as the header.
    browser
        .cookies
        .insert("dm_csrf".to_owned(), "planted".to_owned());
    browser.csrf_header = Some("planted".to_owned());

    assert_eq!(browser.graphql(SIGN_OUT).await.error_code(), "FORBIDDEN");
}
