//! A person of two organizations goes from one to the other.

use serde_json::json;
use tests::TestApp;

use crate::driver::Browser;
use crate::{DESK, PHONE};

#[tokio::test]
async fn a_person_switches_between_organizations() {
    let app = TestApp::builder()
        .with("DEMO", "true")
        .with("DEMO_TRAFFIC", "false")
        .with("DEMO_HISTORY_DAYS", "2")
        .with_web()
        .start()
        .await;
    let authorization = format!("Bearer {}", app.token_of("admin@demo.test").await);
    let found = "mutation { createOrganization(input: { name: \"Second Harbour\" }) { organization { slug } } }";
    app.graphql_with(found, json!({}), &[("authorization", &authorization)])
        .await
        .data();

    for (width, height) in [DESK, PHONE] {
        let browser = Browser::open(&app.url(""), width, height).await;
        browser.goto("/").await;
        browser.sees("Amira Haddad").await;
        browser.press("Amira Haddad").await;
        browser.is_live().await;
        assert_eq!(browser.path().await, "/tidewater");

        browser.press("Tidewater").await;
        browser.press("Second Harbour").await;
        browser.is_live().await;
        browser
            .holds(
                "the other organization is shown",
                "return location.pathname === '/second-harbour'",
                json!([]),
            )
            .await;
        browser.goto("/second-harbour/members").await;
        browser.sees("1 member").await;
        assert!(!browser.text().await.contains("Maya Torres"));
        assert_eq!(browser.console().await, Vec::<String>::new());
    }
}
