//! Deleting an organization, restoring it, and its removal for good.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::TestApp;
use tests::answer::Answer;
use tests::gitlab::push;
use tests::org::{Org, Person};
use uuid::Uuid;

use crate::keys::arrange::Key;

const DELETE: &str = "mutation ($id: ID!, $slug: String!) {
  deleteOrganization(input: { organizationId: $id, confirmation: $slug }) {
    deletedOrganization { id name slug deletedAt restorableUntil }
  }
}";
const RESTORE: &str = "mutation ($id: ID!) {
  restoreOrganization(input: { organizationId: $id }) { organization { slug members { totalCount } } }
}";
const DELETED: &str = "{ viewer { deletedOrganizations { id restorableUntil } } }";
const SEEN: &str = "{ organization { name } }";

async fn delete(by: &Person, org: &Org) -> Answer {
    by.graphql(DELETE, json!({ "id": org.gid(), "slug": org.slug }))
        .await
}

async fn restore(by: &Person, org: &Org) -> Answer {
    by.graphql(RESTORE, json!({ "id": org.gid() })).await
}

async fn sees(person: &Person) -> bool {
    let answer = person.graphql(SEEN, json!({})).await;
    !answer.data()["organization"].is_null()
}

#[tokio::test]
async fn a_deleted_organization_is_gone_for_everybody_at_once() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let source = org.source().await;
    let own = Key::of_person(&app, &org.member, &["READ_TEAM"]).await;
    let service = Key::of_organization(&app, &org.admin, &["READ_TEAM"]).await;
    source
        .accept(&push(&org.member.gitlab(), 1, app.now()))
        .await;
    app.run_jobs().await;

    let deleted = delete(&org.admin, &org).await;

    let what = deleted.at("/deleteOrganization/deletedOrganization");
    assert_eq!(what["slug"], org.slug.as_str());
    assert_eq!(what["restorableUntil"], "2026-04-10T10:00:00+00:00");
    for person in [&org.admin, &org.lead, &org.member, &org.viewer] {
        assert!(!sees(person).await, "{}", person.name);
    }
    for key in [&own, &service] {
        let answer = key.graphql(SEEN, json!({})).await;
        assert!(answer.data()["organization"].is_null());
    }
    let refused = source
        .deliver(&push(&org.member.gitlab(), 1, app.now()))
        .await;
    assert_eq!(refused, 404);
}

#[tokio::test]
async fn what_is_watched_ends_with_the_organization() {
    const WATCH: &str =
        "subscription { leaderboardUpdated(scope: TEAM, period: WEEK) { entries { totalCount } } }";
    const ACTIVITY: &str = "subscription { activity { id } }";
    let app = TestApp::start().await;
    let org = app.org().await;
    let key = Key::of_organization(&app, &org.admin, &["READ_POINTS"]).await;
    let mut member = org.member.socket().await;
    let mut program = key.socket().await;
    let boards = [
        member.subscribe(WATCH, json!({})).await,
        program.subscribe(WATCH, json!({})).await,
    ];
    member.next_of(&boards[0]).await;
    program.next_of(&boards[1]).await;
    let activity = member.subscribe(ACTIVITY, json!({})).await;
    let ready = member.subscribe("{ __typename }", json!({})).await;
    member.next_of(&ready).await;

    delete(&org.admin, &org).await.data();

    let mut ended = Vec::new();
    while ended.len() < 2 {
        let message = member.next().await;
        let id = message["id"].as_str().unwrap_or_default().to_owned();
        if [&boards[0], &activity].contains(&&id) && message.to_string().contains("NOT_FOUND") {
            ended.push(id);
        }
    }
    loop {
        let message = program.next().await;
        if message["id"] == boards[1].as_str() && message.to_string().contains("NOT_FOUND") {
            break;
        }
    }
}

#[tokio::test]
async fn only_whoever_means_it_and_may_deletes_an_organization() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let key = Key::of_organization(&app, &org.admin, &["ADMIN_ORG"]).await;

    let wrong = json!({ "id": org.gid(), "slug": "something-else" });
    let wrong = org.admin.graphql(DELETE, wrong).await;
    let by_member = delete(&org.member, &org).await;
    let which = json!({ "id": org.gid(), "slug": org.slug });
    let by_key = key.graphql(DELETE, which).await;

    assert_eq!(wrong.error_fields(), ["confirmation"]);
    assert_eq!(by_member.error_code(), "FORBIDDEN");
    assert_eq!(by_key.error_code(), "FORBIDDEN");
    assert!(sees(&org.viewer).await);
}

#[tokio::test]
async fn an_administrator_restores_it_as_it_was_within_thirty_days() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let other = app.org().await;
    let source = org.source().await;
    delete(&org.admin, &org).await.data();
    app.clock().advance(TimeDelta::days(30));
    let (mut admin, mut lead, mut stranger) =
        (org.admin.clone(), org.lead.clone(), other.admin.clone());
    for person in [&mut admin, &mut lead, &mut stranger] {
        person.sign_in_again().await;
    }
    let own = admin.graphql(DELETED, json!({})).await;
    assert_eq!(own.text("/viewer/deletedOrganizations/0/id"), org.gid());
    for person in [&lead, &stranger] {
        let none = person.graphql(DELETED, json!({})).await;
        assert_eq!(none.list("/viewer/deletedOrganizations").len(), 0);
        assert_eq!(restore(person, &org).await.error_code(), "NOT_FOUND");
    }

    let restored = restore(&admin, &org).await;

    let organization = restored.at("/restoreOrganization/organization");
    assert_eq!(
        organization,
        &json!({ "slug": org.slug, "members": { "totalCount": 4 } })
    );
    assert_eq!(restore(&admin, &org).await.error_code(), "NOT_FOUND");
    source
        .accept(&push(&org.member.gitlab(), 1, app.now()))
        .await;
    app.run_jobs().await;
}

#[tokio::test]
async fn members_are_told_of_both() {
    let app = TestApp::start().await;
    let org = app.org().await;
    delete(&org.admin, &org).await.data();
    restore(&org.admin, &org).await.data();
    // A second time is news again.
    delete(&org.admin, &org).await.data();

    let client = app.database().client().await;
    let rows = client
        .query(
            "SELECT recipient::text, subject FROM mails WHERE organization_id = $1 AND kind = 'ORGANIZATION'",
            &[&Uuid::from(org.id)],
        )
        .await
        .unwrap();
    let told = |email: &str, what: &str| {
        let matches = rows
            .iter()
            .filter(|row| row.get::<_, &str>(0) == email && row.get::<_, &str>(1).ends_with(what));
        matches.count()
    };
    for person in [&org.admin, &org.lead, &org.member, &org.viewer] {
        assert_eq!(told(&person.email, "was deleted"), 1, "{}", person.email);
        assert_eq!(told(&person.email, "was restored"), 1, "{}", person.email);
    }
}

/// Every table with rows of an organization.
async fn tables_with_rows_of(app: &TestApp, org: &Org) -> Vec<String> {
    let client = app.database().client().await;
    let tables = client
        .query(
            "SELECT DISTINCT c.table_name::text FROM information_schema.columns c
             JOIN pg_class t ON t.relname = c.table_name AND t.relnamespace = 'public'::regnamespace
             WHERE c.column_name = 'organization_id' AND t.relkind IN ('r', 'p') AND NOT t.relispartition
             ORDER BY 1",
            &[],
        )
        .await
        .unwrap();
    let mut found = Vec::new();
    for table in tables {
        let table: String = table.get(0);
        let query = format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE organization_id = $1)");
        let row = client
            .query_one(&query, &[&Uuid::from(org.id)])
            .await
            .unwrap();
        if row.get(0) {
            found.push(table);
        }
    }
    found
}

async fn count(app: &TestApp, sql: &str) -> i64 {
    let client = app.database().client().await;
    client.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn after_thirty_days_nothing_of_it_is_left_and_everything_of_others_is() {
    let app = TestApp::start().await;
    let (org, other) = (app.org().await, app.org().await);
    for one in [&org, &other] {
        let source = one.source().await;
        for _ in 0..3 {
            source
                .accept(&push(&one.member.gitlab(), 1, app.now()))
                .await;
        }
        Key::of_organization(&app, &one.admin, &["READ_TEAM"]).await;
    }
    app.run_jobs().await;
    let before = tables_with_rows_of(&app, &other).await;
    assert!(before.contains(&"points_ledger".to_owned()) && before.contains(&"events".to_owned()));
    delete(&org.admin, &org).await.data();

    app.clock().advance(TimeDelta::days(30));
    app.server().purger.purge_due().await.unwrap();
    assert!(
        !tables_with_rows_of(&app, &org).await.is_empty(),
        "not a moment too early"
    );
    app.clock().advance(TimeDelta::seconds(1));
    let mut admin = org.admin.clone();
    admin.sign_in_again().await;
    assert_eq!(restore(&admin, &org).await.error_code(), "NOT_FOUND");
    app.server().purger.purge_due().await.unwrap();

    assert_eq!(tables_with_rows_of(&app, &org).await, Vec::<String>::new());
    assert_eq!(tables_with_rows_of(&app, &other).await, before);
    assert_eq!(count(&app, "SELECT count(*) FROM delivery_keys").await, 3);
    assert_eq!(count(&app, "SELECT count(*) FROM events").await, 3);
    let told = "SELECT count(*) FROM audit_entries WHERE action = 'ORG_PURGED' AND organization_id IS NULL";
    assert_eq!(count(&app, told).await, 1);
    // The people stay, with what is theirs elsewhere.
    assert_eq!(
        admin
            .graphql(DELETED, json!({}))
            .await
            .list("/viewer/deletedOrganizations")
            .len(),
        0
    );
    let none: Value = admin.graphql(SEEN, json!({})).await.data()["organization"].clone();
    assert!(none.is_null());
}
