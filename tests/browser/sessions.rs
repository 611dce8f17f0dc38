//! A person sees where they are signed in, and ends it.

use crate::{DESK, PHONE, demo};

#[tokio::test]
async fn a_session_elsewhere_is_seen_and_ended() {
    let app = demo::start().await;
    let lost = demo::signed_in(&app, "Amira Haddad", PHONE).await;
    let here = demo::signed_in(&app, "Amira Haddad", DESK).await;
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
