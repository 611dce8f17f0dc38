//! A person deletes the own account.

use crate::{DESK, demo};

#[tokio::test]
async fn an_account_is_deleted_and_nobody_is_left_signed_in() {
    let app = demo::start().await;
    let browser = demo::signed_in(&app, "Maya Torres", DESK).await;
    browser.goto("/tidewater/account/data").await;

    browser.press("Delete my account").await;
    browser.type_into("#delete-confirmation", "member").await;
    browser.press("Delete for good").await;
    browser.sees("must be your email address").await;
    browser
        .type_into("#delete-confirmation", "@demo.test")
        .await;
    browser.press("Delete for good").await;

    browser.sees("Your account is deleted.").await;
    browser.sees("Choose who to be").await;
    browser.press("Amira Haddad").await;
    browser.is_live().await;
    browser.goto("/tidewater/leaderboard").await;
    browser.sees("Lars Lindqvist").await;
    assert!(!browser.text().await.contains("Maya Torres"));
}

#[tokio::test]
async fn what_is_known_is_made_into_a_document_and_downloaded() {
    let app = demo::start().await;
    let browser = demo::signed_in(&app, "Maya Torres", DESK).await;
    browser.goto("/tidewater/account/data").await;

    browser.press("Make a document").await;
    browser.sees("Being made").await;
    app.server().exporter.export_due().await.unwrap();

    browser.sees("Download").await;
    let path = "const [path, done] = [document.querySelector('a[download]').href, arguments[0]]; fetch(path).then((answer) => answer.json()).then((data) => done(data.person[0].email))";
    let email = browser.run_async(path, serde_json::json!([])).await;
    assert_eq!(email, "member@demo.test");
}

#[tokio::test]
async fn a_person_takes_another_name() {
    let app = demo::start().await;
    let browser = demo::signed_in(&app, "Maya Torres", DESK).await;
    browser.press("Your account").await;
    browser.press("Profile").await;
    browser.sees("Accounts that you sign in with").await;

    browser.type_into("#profile-name", " Silva").await;
    browser.press("Save name").await;
    browser.sees("Your name is saved.").await;

    browser.goto("/tidewater/leaderboard").await;
    browser.sees("Maya Torres Silva").await;
    assert_eq!(browser.console().await, Vec::<String>::new());
}
