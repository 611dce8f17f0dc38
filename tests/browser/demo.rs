//! The demo with a short past, and a browser that one of its people is signed in with.

use tests::TestApp;

use crate::driver::Browser;

/// A server with two days of history that stands still.
pub async fn start() -> TestApp {
    TestApp::builder()
        .with("DEMO", "true")
        .with("DEMO_TRAFFIC", "false")
        .with("DEMO_HISTORY_DAYS", "2")
        .with_web()
        .start()
        .await
}

/// A window in which this person has signed in.
pub async fn signed_in(app: &TestApp, name: &str, (width, height): (u32, u32)) -> Browser {
    let browser = Browser::open(&app.url(""), width, height).await;
    browser.goto("/").await;
    browser.sees(name).await;
    browser.press(name).await;
    browser.is_live().await;
    browser
}
