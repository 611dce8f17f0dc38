//! Demo sign-in, and what the server says about itself.

use serde_json::json;
use tests::TestApp;

use super::arrange::{Browser, MEMBER, demo};

#[tokio::test]
async fn without_a_demo_nobody_signs_in_without_a_secret() {
    let app = TestApp::start().await;

    let (status, answer) = Browser::new(&app)
        .post("/auth/demo", &json!({ "email": MEMBER }))
        .await;

    assert_eq!(
        (status, &answer["error"]["code"]),
        (404, &json!("NOT_FOUND"))
    );
}

#[tokio::test]
async fn a_demo_person_gets_cookies_out_of_reach_of_scripts_and_a_token() {
    let (app, org) = demo().await;
    let mut browser = Browser::new(&app);

    let (status, answer) = browser
        .post("/auth/demo", &json!({ "email": "Member@Demo.Test" }))
        .await;

    assert_eq!(status, 200, "{answer:#}");
    assert_eq!(answer["organizationId"], org.id.to_string());
    assert!(answer.get("refreshToken").is_none());
    assert_eq!(browser.received.len(), 3);
    for cookie in &browser.received {
        assert!(
            cookie.contains("; SameSite=Lax") && cookie.contains("; Secure"),
            "{cookie}"
        );
        assert_eq!(
            cookie.contains("; HttpOnly"),
            !cookie.starts_with("dm_csrf="),
            "{cookie}"
        );
        assert!(
            !cookie.contains("Max-Age"),
            "an unremembered session ends with the browser: {cookie}"
        );
    }
    assert!(browser.is_signed_in().await);
    let bearer = format!("Bearer {}", answer["accessToken"].as_str().unwrap());
    let seen = app
        .graphql_with(
            "{ viewer { user { email } } }",
            json!({}),
            &[("authorization", &bearer)],
        )
        .await;
    assert_eq!(seen.text("/viewer/user/email"), MEMBER);
}

#[tokio::test]
async fn nobody_becomes_a_person_outside_the_demo() {
    let (app, org) = demo().await;

    let (status, answer) = Browser::new(&app)
        .post("/auth/demo", &json!({ "email": org.admin.email }))
        .await;

    assert_eq!((status, &answer["error"]["field"]), (400, &json!("email")));
}

#[tokio::test]
async fn a_form_signs_nobody_in() {
    let (app, _) = demo().await;

    let response = app
        .http()
        .post(app.url("/auth/demo"))
        .header("content-type", "text/plain")
        .body(json!({ "email": MEMBER }).to_string())
        .send()
        .await
        .unwrap();

    assert_eq!(response.status(), 415);
}

#[tokio::test]
async fn the_server_names_its_ways_in() {
    let (app, _) = demo().await;
    let plain = TestApp::start().await;
    let query = "{ viewer { user { name } } serverInfo { isDemo signInMethods now demoAccounts { email } } }";

    let (with_demo, without) = tokio::join!(
        app.graphql(query, json!({})),
        plain.graphql(query, json!({}))
    );

    assert!(with_demo.data()["viewer"].is_null());
    assert_eq!(
        with_demo.at("/serverInfo/signInMethods"),
        &json!(["DEMO", "LINK"])
    );
    let accounts: Vec<_> = with_demo
        .list("/serverInfo/demoAccounts")
        .iter()
        .map(|a| &a["email"])
        .collect();
    assert_eq!(
        accounts,
        [
            "admin@demo.test",
            "lead@demo.test",
            "member@demo.test",
            "viewer@demo.test"
        ]
    );
    assert_eq!(without.at("/serverInfo/signInMethods"), &json!(["LINK"]));
    assert_eq!(without.at("/serverInfo/demoAccounts"), &json!([]));
}
