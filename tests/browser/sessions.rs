//! A person sees where they are signed in, and ends it.

use tests::TestApp;

use crate::driver::Browser;
use crate::{DESK, PHONE};

#[tokio::test]
async fn a_session_elsewhere_is_seen_and_ended() {
    let app = TestApp::builder()
        .with("DEMO", "true")
        .with("DEMO_TRAFFIC", "false")
        .with("DEMO_HISTORY_DAYS", "2")
        .with_web()
        .start()
        .await;
    let lost = signed_in(&app, PHONE).await;
    let here = signed_in(&app, DESK).await;
    here.goto("/tidewater/account/sessions").await;
    here.sees("You are signed in at 2 places.").await;
    here.sees("This session").await;

    here.press("End all others").await;
    here.press("End them").await;

    here.sees("1 session ended.").await;
    here.sees("You are signed in here and nowhere else.").await;
    lost.goto("/").await;
    lost.sees("Amira Haddad").await;
    lost.holds(
        "the other browser is at the sign-in page",
        "return location.pathname === '/sign-in'",
        serde_json::json!([]),
    )
    .await;
}

async fn signed_in(app: &TestApp, (width, height): (u32, u32)) -> Browser {
    let browser = Browser::open(&app.url(""), width, height).await;
    browser.goto("/").await;
    browser.sees("Amira Haddad").await;
    browser.press("Amira Haddad").await;
    browser.is_live().await;
    browser
}
