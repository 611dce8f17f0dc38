//! A key is made on the page, used from outside, and revoked on the page.

use crate::{DESK, demo};
use serde_json::{Value, json};
use tests::TestApp;

#[tokio::test]
async fn a_key_is_made_used_by_a_program_and_revoked() {
    let app = demo::start().await;
    let browser = demo::signed_in(&app, "Amira Haddad", DESK).await;
    browser.goto("/tidewater/keys").await;
    browser.sees("Wallboard in the hall").await;

    browser.press("New key").await;
    browser.press("Make the key").await;
    browser.sees("The name must not be empty.").await;
    browser.sees("Choose at least one.").await;
    browser.type_into("#key-name", "Nightly script").await;
    browser
        .run(
            "document.querySelector('#scope-READ_TEAM').click()",
            json!([]),
        )
        .await;
    browser.press("Make the key").await;
    browser.sees("Copy the secret now").await;
    let secret = browser
        .run(
            "return [...document.querySelectorAll('.copied code')].map((one) => one.textContent)[0]",
            json!([]),
        )
        .await;
    let secret = secret.as_str().unwrap().to_owned();
    assert!(secret.starts_with("dm_"), "{secret}");
    browser.press("I have copied it").await;
    browser.sees("Nightly script").await;

    let (status, answer) = curl(&app, &secret).await;
    assert_eq!(status, 200);
    assert_eq!(
        answer["data"]["organization"]["name"],
        "Tidewater Instruments"
    );

    browser
        .run(
            "[...document.querySelectorAll('.line')].find((one) => one.textContent.includes('Nightly script')).querySelector('.button.danger').click()",
            json!([]),
        )
        .await;
    browser.press("Revoke key").await;
    browser.sees("The key is revoked.").await;
    assert_eq!(curl(&app, &secret).await.0, 401);
    assert!(browser.console().await.is_empty());
}

/// Asks as the example on the page does.
async fn curl(app: &TestApp, secret: &str) -> (u16, Value) {
    let answer = app
        .http()
        .post(app.url("/graphql"))
        .bearer_auth(secret)
        .json(&json!({ "query": "{ organization { name teams { name } } }" }))
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}
