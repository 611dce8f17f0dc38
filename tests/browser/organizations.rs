//! A person of two organizations goes from one to the other.

use serde_json::json;

use crate::{DESK, PHONE, demo};

#[tokio::test]
async fn a_person_switches_between_organizations() {
    let app = demo::start().await;
    let authorization = format!("Bearer {}", app.token_of("admin@demo.test").await);
    let found = "mutation { createOrganization(input: { name: \"Second Harbour\" }) { organization { slug } } }";
    app.graphql_with(found, json!({}), &[("authorization", &authorization)])
        .await
        .data();

    for size in [DESK, PHONE] {
        let browser = demo::signed_in(&app, "Amira Haddad", size).await;
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
