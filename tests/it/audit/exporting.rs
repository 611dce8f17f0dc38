//! The log as a file.

use serde_json::json;
use tests::TestApp;
use tests::org::{Org, Person};

async fn download(app: &TestApp, person: &Person, query: &str) -> (u16, String) {
    let organization = person.organization_id;
    let path = format!("/exports/audit.csv?organization={organization}{query}");
    let response = app
        .http()
        .get(app.url(&path))
        .bearer_auth(&person.token)
        .header("user-agent", "=cmd|calc")
        .send()
        .await
        .unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

/// More entries than are read at a time.
async fn fill(app: &TestApp, org: &Org) {
    let client = app.database().client().await;
    client
        .execute(
            "INSERT INTO audit_entries (id, organization_id, actor_kind, action, created_at)
             SELECT gen_random_uuid(), $1, 'SYSTEM', 'TEAM_CREATED', timestamptz '2026-03-01' + n / 3 * interval '1 second'
             FROM generate_series(1, 2500) AS n",
            &[&uuid::Uuid::from(org.id)],
        )
        .await
        .unwrap();
}

#[tokio::test]
async fn administrators_get_every_entry_once_and_the_export_is_one_more() {
    let app = TestApp::start().await;
    let org = app.org().await;
    fill(&app, &org).await;

    let (status, teams) = download(
        &app,
        &org.admin,
        "&action=TEAM_CREATED&to=2026-03-02T00:00:00Z",
    )
    .await;
    let (_, all) = download(&app, &org.admin, "").await;

    assert_eq!(status, 200);
    let mut lines: Vec<&str> = teams.lines().collect();
    assert!(lines[0].starts_with("created_at,id,action,outcome"));
    assert_eq!(lines.len(), 2501);
    lines.sort_unstable();
    lines.dedup();
    assert_eq!(lines.len(), 2501, "no entry twice");
    let exported: Vec<&str> = all
        .lines()
        .filter(|line| line.contains("EXPORT_DATA"))
        .collect();
    assert_eq!(exported.len(), 2, "both are recorded before they begin");
    assert!(exported[0].contains(",'=cmd|calc,"), "{}", exported[0]);
}

#[tokio::test]
async fn nobody_else_gets_any() {
    let app = TestApp::start().await;
    let (org, other) = (app.org().await, app.org().await);
    let (member, _) = download(&app, &org.member, "").await;
    let mut stranger = other.admin.clone();
    stranger.organization_id = org.id;
    let (outsider, _) = download(&app, &stranger, "").await;
    let nobody = app.http().get(app.url("/exports/audit.csv")).send().await;
    let (wrong, words) = download(&app, &org.admin, "&action=NONSENSE").await;

    assert_eq!(
        [member, outsider, nobody.unwrap().status().as_u16(), wrong],
        [403, 404, 401, 400]
    );
    assert!(words.contains("action"), "{words}");
    let entries = "{ organization { auditLog(action: EXPORT_DATA) { totalCount } } }";
    let answer = org.admin.graphql(entries, json!({})).await;
    assert_eq!(answer.number("/organization/auditLog/totalCount"), 0);
}
