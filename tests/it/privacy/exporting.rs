//! Everything that is known about a person, for the person alone.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::TestApp;
use tests::answer::Answer;
use tests::gitlab::push;
use tests::org::Person;
use uuid::Uuid;

use crate::keys::arrange::Key;

const REQUEST: &str = "mutation ($organization: ID) {
  requestDataExport(input: { organizationId: $organization }) {
    dataExports { id status path sizeBytes organizationName expiresAt }
  }
}";
const LISTED: &str = "{ viewer { dataExports { status path expiresAt organizationName } } }";

async fn request(person: &Person, organization: Option<&str>) -> Answer {
    person
        .graphql(REQUEST, json!({ "organization": organization }))
        .await
}

async fn download(app: &TestApp, path: &str, token: &str) -> (u16, Value) {
    let request = app.http().get(app.url(path)).bearer_auth(token);
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (
        status,
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}")),
    )
}

/// Asks for an export, lets it be made, and has it.
async fn export(app: &TestApp, person: &Person, organization: Option<&str>) -> (String, Value) {
    request(person, organization).await.data();
    app.server().exporter.export_due().await.unwrap();
    let listed = person.graphql(LISTED, json!({})).await;
    let path = listed.text("/viewer/dataExports/0/path").to_owned();
    let (status, data) = download(app, &path, &person.token).await;
    assert_eq!(status, 200, "{data}");
    (path, data)
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

    let (_, data) = export(&app, &org.member, None).await;

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

    let by_key = key.graphql(REQUEST, json!({})).await;
    app.clock().advance(TimeDelta::minutes(11));
    let too_late = request(&org.member, None).await;

    assert_eq!(by_key.error_code(), "FORBIDDEN");
    assert_eq!(too_late.error_code(), "FORBIDDEN");
}

#[tokio::test]
async fn an_export_is_made_once_told_of_by_mail_and_gone_after_a_week() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let first = request(&org.member, None).await;
    let again = request(&org.member, None).await;
    assert_eq!(
        first.text("/requestDataExport/dataExports/0/status"),
        "PREPARING"
    );
    assert_eq!(again.list("/requestDataExport/dataExports").len(), 1);
    let early = format!("/exports/data/{}.json", Uuid::nil());
    assert_eq!(download(&app, &early, &org.member.token).await.0, 404);

    let (path, _) = export(&app, &org.member, None).await;

    let client = app.database().client().await;
    let mails = client
        .query(
            "SELECT recipient::text FROM mails WHERE kind = 'ACCOUNT'",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].get::<_, &str>(0), org.member.email);
    // Somebody else's session is no better than none.
    assert_eq!(download(&app, &path, &org.admin.token).await.0, 404);
    let nobody = app.http().get(app.url(&path)).send().await.unwrap();
    assert_eq!(nobody.status(), 401);
    app.clock().advance(TimeDelta::days(7));
    let mut member = org.member.clone();
    member.sign_in_again().await;
    assert_eq!(download(&app, &path, &member.token).await.0, 404);
    app.server().exporter.export_due().await.unwrap();
    let left = client
        .query_one("SELECT count(*) FROM data_export_parts", &[])
        .await;
    assert_eq!(left.unwrap().get::<_, i64>(0), 0);
}

#[tokio::test]
async fn files_reach_browsers_that_want_them_compressed() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let (path, _) = export(&app, &org.admin, None).await;

    for path in [path.as_str(), "/exports/audit.csv"] {
        let request = app.http().get(app.url(path)).bearer_auth(&org.admin.token);
        let response = request
            .header("accept-encoding", "gzip")
            .send()
            .await
            .unwrap();
        assert_eq!(response.headers()["content-encoding"], "gzip", "{path}");
        let body = response.bytes().await.expect("the file comes whole");
        assert!(!body.is_empty());
    }
}

#[tokio::test]
async fn an_administrator_gets_everything_of_the_organization_and_nothing_of_another() {
    let app = TestApp::start().await;
    let (org, other) = (app.org().await, app.org().await);
    for one in [&org, &other] {
        let source = one.source().await;
        work(&app, &one.member, &source).await;
        work(&app, &one.lead, &source).await;
    }

    let refused = request(&org.member, Some(&org.gid())).await;
    let foreign = request(&org.admin, Some(&other.gid())).await;
    let (path, data) = export(&app, &org.admin, Some(&org.gid())).await;

    assert_eq!(refused.error_code(), "FORBIDDEN");
    assert_eq!(foreign.error_code(), "NOT_FOUND");
    assert_eq!(data["organization"][0]["slug"], org.slug.as_str());
    assert_eq!(data["members"].as_array().unwrap().len(), 4);
    for section in ["pointsLedger", "events", "providerAccounts"] {
        assert_eq!(data[section].as_array().unwrap().len(), 2, "{section}");
    }
    let text = data.to_string();
    for person in [&other.admin, &other.lead, &other.member] {
        assert!(!text.contains(&person.email), "{}", person.email);
    }
    assert!(!text.contains("hash") && !text.contains("sealed"));
    // Who does not manage it any more does not have it any more.
    let scope = org.scope().await;
    let demote = async |tx: &mut api::platform::db::Transaction| {
        use api::contexts::orgs;
        orgs::change_role(tx, &scope, org.lead.id, shared::role::Role::Admin).await?;
        orgs::change_role(tx, &scope, org.admin.id, shared::role::Role::Member).await
    };
    app.platform().db.transaction(demote).await.unwrap();
    assert_eq!(download(&app, &path, &org.admin.token).await.0, 404);
}

#[tokio::test]
async fn an_export_longer_than_a_stretch_is_whole_and_in_order() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let client = app.database().client().await;
    let many = "INSERT INTO audit_entries (id, organization_id, actor_kind, actor_id, action, created_at)
        SELECT gen_random_uuid(), $1, 'USER', $2, 'USER_LOGIN', timestamptz '2026-03-01' + (n / 7) * interval '1 second'
        FROM generate_series(1, 2500) AS n";
    let ids = (Uuid::from(org.id), Uuid::from(org.member.id));
    client.execute(many, &[&ids.0, &ids.1]).await.unwrap();

    let (_, data) = export(&app, &org.member, None).await;

    let log = data["auditLog"].as_array().unwrap();
    let logged_in = log.iter().filter(|one| {
        one["action"] == "USER_LOGIN" && one["created_at"].as_str().unwrap() < "2026-03-02"
    });
    let ids: BTreeSet<&str> = logged_in
        .clone()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!((ids.len(), logged_in.count()), (2500, 2500), "each once");
    assert!(
        log.windows(2)
            .all(|pair| pair[0]["created_at"].as_str() <= pair[1]["created_at"].as_str())
    );
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
