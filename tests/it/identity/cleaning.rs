//! What is over is forgotten after a while, and nothing else.

use api::contexts::identity::setup_link;
use chrono::TimeDelta;
use serde_json::json;
use tests::TestApp;

const SIGN_OUT: &str = "mutation { signOut(input: {}) { signedOutSessions } }";

async fn count(app: &TestApp, table: &str) -> i64 {
    let client = app.database().client().await;
    let sql = format!("SELECT count(*) FROM {table}");
    client.query_one(&sql, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn what_was_over_thirty_days_ago_is_deleted() {
    let app = TestApp::start().await;
    let mut org = app.org().await;
    setup_link::create(app.platform(), "ada@example.com")
        .await
        .unwrap();
    let sessions = count(&app, "sessions").await;
    org.member.graphql(SIGN_OUT, json!({})).await.data();
    let cleaner = &app.server().cleaner;

    app.clock().advance(TimeDelta::days(29));
    org.admin.sign_in_again().await;
    assert_eq!(cleaner.clean().await.unwrap(), 0, "nothing too early");
    app.clock().advance(TimeDelta::days(3));
    let deleted = cleaner.clean().await.unwrap();

    assert_eq!(deleted as i64, sessions + 1, "sessions and the link");
    assert_eq!(count(&app, "sign_in_links").await, 0);
    assert_eq!(count(&app, "sessions").await, 1, "the one that is new");
    org.admin.sign_in_again().await;
    org.admin
        .graphql("{ viewer { user { id } } }", json!({}))
        .await
        .data();
}
