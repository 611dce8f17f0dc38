//! A person deletes the own account.

use tests::TestApp;

use crate::DESK;
use crate::driver::Browser;

#[tokio::test]
async fn an_account_is_deleted_and_nobody_is_left_signed_in() {
    let app = TestApp::builder()
        .with("DEMO", "true")
        .with("DEMO_TRAFFIC", "false")
        .with("DEMO_HISTORY_DAYS", "2")
        .with_web()
        .start()
        .await;
    let browser = Browser::open(&app.url(""), DESK.0, DESK.1).await;
    browser.goto("/").await;
    browser.sees("Maya Torres").await;
    browser.press("Maya Torres").await;
    browser.is_live().await;
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
