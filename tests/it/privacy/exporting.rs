//! Everything that is known about a person, for the person alone.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::TestApp;
use tests::gitlab::push;
use tests::org::Person;

use crate::keys::arrange::Key;

async fn export(app: &TestApp, token: &str) -> (u16, Value) {
    let response = app
        .http()
        .get(app.url("/exports/my-data.json"))
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap())
}

async fn work(app: &TestApp, person: &Person, source: &tests::source::Source) {
    source.accept(&push(&person.gitlab(), 1, app.now())).await;
    app.run_jobs().await;
}

#[tokio::test]
async fn a_person_gets_what_is_known_of_them_and_of_nobody_else() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let source = org.source().await;
    work(&app, &org.member, &source).await;
    work(&app, &org.lead, &source).await;

    let (status, data) = export(&app, &org.member.token).await;

    assert_eq!(status, 200);
    assert_eq!(data["person"][0]["email"], org.member.email);
    assert_eq!(data["memberships"][0]["role"], "MEMBER");
    assert_eq!(data["teams"][0]["team"], "alpha");
    for section in ["sessions", "providerAccounts", "pointsLedger", "events"] {
        assert_eq!(data[section].as_array().unwrap().len(), 1, "{section}");
    }
    let text = data.to_string();
    for other in [&org.lead.email, &org.admin.email] {
        assert!(!text.contains(other.as_str()), "{other}");
    }
    assert!(!text.contains("hash") && !text.contains("sealed"));
    let client = app.database().client().await;
    let row = client
        .query_one(
            "SELECT count(*) FROM audit_entries WHERE action = 'DATA_EXPORT_REQUESTED'",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(row.get::<_, i64>(0), 1);
}

#[tokio::test]
async fn it_takes_a_person_whose_session_has_just_begun() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let key = Key::of_person(&app, &org.member, &["ADMIN_ORG"]).await;
    assert_eq!(export(&app, &key.secret).await.0, 403);
    app.clock().advance(TimeDelta::minutes(11));
    let (status, refused) = export(&app, &org.member.token).await;
    assert_eq!(
        (status, &refused["error"]["code"]),
        (403, &json!("FORBIDDEN"))
    );
    let nobody = app
        .http()
        .get(app.url("/exports/my-data.json"))
        .send()
        .await;
    assert_eq!(nobody.unwrap().status(), 401);
}

/// A new table that refers to people is exported, or said here to hold nothing about them that is not elsewhere.
#[tokio::test]
async fn every_table_of_people_is_exported() {
    const ELSEWHERE: &[&str] = &[
        // Sums of the ledger, by period.
        "point_totals",
        // Of a person who is gone.
        "erasures",
        // For the first administrator, before there is a person.
        "sign_in_links",
        // The lead's id; their teams are there.
        "teams",
    ];
    let app = TestApp::start().await;
    let client = app.database().client().await;
    let tables: BTreeSet<String> = client
        .query(
            "SELECT DISTINCT c.table_name::text FROM information_schema.columns c
             JOIN pg_class t ON t.relname = c.table_name AND t.relnamespace = 'public'::regnamespace
             WHERE c.column_name IN ('user_id', 'email', 'recipient', 'actor_id', 'lead_id')
               AND t.relkind IN ('r', 'p') AND NOT t.relispartition",
            &[],
        )
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.get(0))
        .collect();
    let queries = include_str!("../../../api/src/contexts/privacy/store/export.rs");
    let missing: Vec<&String> = tables
        .iter()
        .filter(|table| !ELSEWHERE.contains(&table.as_str()))
        .filter(|table| !queries.contains(&format!("FROM {table}")))
        .collect();
    assert_eq!(missing, Vec::<&String>::new());
}
