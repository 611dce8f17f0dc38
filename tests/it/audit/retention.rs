//! How long an organization keeps its log.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::TestApp;
use tests::answer::Answer;
use tests::org::{Org, Person};

const KEEP: &str = "mutation ($days: Int) {
  updateOrganization(input: { auditRetentionDays: $days }) { organization { auditRetentionDays } }
}";

async fn keep(by: &Person, days: Value) -> Answer {
    by.graphql(KEEP, json!({ "days": days })).await
}

async fn entries(app: &TestApp, org: &Org) -> i64 {
    let client = app.database().client().await;
    let count = "SELECT count(*) FROM audit_entries WHERE organization_id = $1";
    let id = uuid::Uuid::from(org.id);
    client.query_one(count, &[&id]).await.unwrap().get(0)
}

#[tokio::test]
async fn entries_older_than_an_organization_keeps_them_go() {
    let app = TestApp::start().await;
    let (org, other) = (app.org().await, app.org().await);
    let kept = keep(&org.admin, json!(30)).await;
    let path = "/updateOrganization/organization/auditRetentionDays";
    assert_eq!(kept.at(path), 30);
    let before = (entries(&app, &org).await, entries(&app, &other).await);

    app.clock().advance(TimeDelta::days(30));
    app.server().audit_retention.remove_old().await.unwrap();
    assert_eq!(
        entries(&app, &org).await,
        before.0,
        "not a moment too early"
    );
    app.clock().advance(TimeDelta::seconds(1));
    let mut admin = org.admin.clone();
    admin.sign_in_again().await;
    keep(&admin, Value::Null).await.data();
    assert_eq!(keep(&admin, json!(0)).await.at(path), &Value::Null);
    app.server().audit_retention.remove_old().await.unwrap();
    assert!(
        entries(&app, &org).await > before.0,
        "null keeps everything"
    );
    keep(&admin, json!(30)).await.data();
    app.server().audit_retention.remove_old().await.unwrap();

    assert_eq!(entries(&app, &org).await, 3, "what was just done stays");
    assert_eq!(entries(&app, &other).await, before.1);
}

#[tokio::test]
async fn the_time_is_bounded_and_administrators_set_it() {
    let app = TestApp::start().await;
    let org = app.org().await;

    for days in [-1, 29, 3651] {
        let refused = keep(&org.admin, json!(days)).await;
        assert_eq!(refused.error_fields(), ["auditRetentionDays"], "{days}");
    }
    assert_eq!(keep(&org.member, json!(90)).await.error_code(), "FORBIDDEN");
}
