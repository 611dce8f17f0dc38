//! Entries: written with the change, and never changed.

use serde_json::{Value, json};
use tests::TestApp;

#[tokio::test]
async fn an_entry_names_the_request_that_made_it() {
    let app = TestApp::start().await;
    let org = app.org().await;

    org.member
        .graphql(
            "mutation { signOut(input: {}) { signedOutSessions } }",
            json!({}),
        )
        .await
        .data();

    let client = app.database().client().await;
    let row = client
        .query_one(
            "SELECT actor_id::text, actor_kind, target_kind, request_id, address, organization_id IS NULL
             FROM audit_entries WHERE action = 'USER_LOGOUT'",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(row.get::<_, String>(0), org.member.id.to_string());
    assert_eq!((row.get(1), row.get(2)), ("USER", "SESSION"));
    assert!(!row.get::<_, String>(3).is_empty());
    assert_eq!(row.get::<_, Option<&str>>(4), Some("127.0.0.1"));
    assert!(row.get::<_, bool>(5));
}

#[tokio::test]
async fn entries_hold_ids_and_codes_and_no_names() {
    let app = TestApp::start().await;
    let org = app.org().await;

    let client = app.database().client().await;
    let rows = client
        .query(
            "SELECT action, row_to_json(e)::text FROM audit_entries e",
            &[],
        )
        .await
        .unwrap();

    assert!(
        rows.iter()
            .any(|row| row.get::<_, &str>(0) == "MEMBER_ADDED")
    );
    for row in &rows {
        let text: String = row.get(1);
        for name in ["admin", "viewer", "alpha", org.slug.as_str()] {
            let named: Value = json!(name);
            assert!(!text.contains(&named.to_string()), "{text}");
        }
    }
}

#[tokio::test]
async fn an_entry_is_never_changed() {
    let app = TestApp::start().await;
    app.org().await;
    let client = app.database().client().await;

    for change in [
        "UPDATE audit_entries SET outcome = 'FAILED'",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries",
        "SET devmetrics.maintenance = 'on'; TRUNCATE audit_entries",
    ] {
        let refused = client.batch_execute(change).await.unwrap_err();
        assert!(
            refused
                .as_db_error()
                .unwrap()
                .message()
                .contains("append-only"),
            "{change}"
        );
    }
}
