//! What keys cost: a lookup is a statement or none, and uses are written together.

use chrono::TimeDelta;
use serde_json::json;
use tests::app::TestApp;
use uuid::Uuid;

use super::arrange::{CREATE, Key};

const ASK: &str = "{ __typename }";

#[tokio::test]
async fn a_lookup_is_one_indexed_statement_and_then_none() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let key = Key::of_person(&app, &org.member, &["READ_TEAM"]).await;
    let db = &app.platform().db;
    org.member.graphql(ASK, json!({})).await.data();
    let before = db.statements();
    org.member.graphql(ASK, json!({})).await.data();
    let of_person = db.statements() - before;
    let mut costs = Vec::new();
    for _ in 0..3 {
        let before = db.statements();
        key.graphql(ASK, json!({})).await.data();
        costs.push(db.statements() - before);
    }
    assert_eq!(costs, [of_person + 1, of_person, of_person]);

    let client = app.database().client().await;
    client
        .execute("SET enable_seqscan = off", &[])
        .await
        .unwrap();
    let plan = client
        .query(
            "EXPLAIN SELECT k.id FROM api_key_secrets s JOIN api_keys k ON k.id = s.api_key_id WHERE s.secret_hash = '\\x00'",
            &[],
        )
        .await
        .unwrap();
    let plan: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
    assert!(
        plan.iter().all(|line| !line.contains("Seq Scan")),
        "{plan:#?}"
    );
}

/// Writes are counted by the database itself: an update of a row makes a new version of it.
#[tokio::test]
async fn a_thousand_keys_and_ten_thousand_requests_cost_a_write_a_minute_and_key() {
    const KEYS: usize = 1_000;
    const REQUESTS: usize = 10_000;
    let app = TestApp::start().await;
    let org = app.org().await;
    let client = app.database().client().await;
    let mut secrets = Vec::new();
    for number in 0..KEYS {
        let secret = format!("dm_{number:043}");
        let hash = api::platform::crypto::sha256(secret.as_bytes());
        let id = Uuid::from_u128(number as u128 + 1);
        client
            .execute(
                "INSERT INTO api_keys (id, organization_id, name, last_four, scopes, created_at, updated_at)
                 VALUES ($1, $2, 'Key', '0000', '{READ_TEAM}', now(), now())",
                &[&id, &Uuid::from(org.id)],
            )
            .await
            .unwrap();
        client
            .execute(
                "INSERT INTO api_key_secrets (secret_hash, api_key_id, created_at) VALUES ($1, $2, now())",
                &[&&hash[..], &id],
            )
            .await
            .unwrap();
        secrets.push(secret);
    }
    let db = &app.platform().db;
    let keys = &app.server().keys;
    let before = db.statements();

    for request in 0..REQUESTS {
        let secret = &secrets[request % KEYS];
        let actor = keys
            .authenticate(secret, api::access::RequestInfo::default())
            .await
            .unwrap();
        keys.note_use(Some(&actor));
    }
    let looked_up = db.statements() - before;
    assert_eq!(looked_up, KEYS as u64, "a key is looked up once");

    assert_eq!(keys.write_uses(false).await.unwrap(), KEYS);
    let actor = keys
        .authenticate(&secrets[0], api::access::RequestInfo::default())
        .await
        .unwrap();
    keys.note_use(Some(&actor));
    app.clock().advance(TimeDelta::seconds(59));
    assert_eq!(
        keys.write_uses(false).await.unwrap(),
        0,
        "a second time within the minute"
    );
    app.clock().advance(TimeDelta::seconds(1));
    assert_eq!(keys.write_uses(false).await.unwrap(), 1, "after it");
    let rows = client
        .query_one(
            "SELECT sum(total_requests)::int8, count(*) FILTER (WHERE last_used_at IS NOT NULL) FROM api_keys",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(rows.get::<_, i64>(0), REQUESTS as i64 + 1);
    assert_eq!(rows.get::<_, i64>(1), KEYS as i64);
    let written = db.statements() - before - looked_up;
    assert!(
        written <= 6,
        "all keys together are one statement in a transaction, twice: {written}"
    );
}

#[tokio::test]
async fn uses_that_are_not_written_yet_are_written_when_the_server_stops() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let key = Key::of_person(&app, &org.member, &["READ_TEAM"]).await;
    key.graphql(ASK, json!({})).await.data();
    key.graphql(ASK, json!({})).await.data();
    let client = app.database().client().await;

    app.platform().tasks.close();
    app.platform()
        .tasks
        .drain(std::time::Duration::from_secs(10))
        .await;

    let row = client
        .query_one("SELECT total_requests FROM api_keys", &[])
        .await
        .unwrap();
    assert_eq!(row.get::<_, i64>(0), 2);
}

#[tokio::test]
async fn a_refused_request_counts_as_a_use_and_a_refused_secret_does_not() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let key = Key::of_person(&app, &org.member, &["READ_TEAM"]).await;
    key.graphql("{ viewer { user { id } } }", json!({})).await;
    key.with_secret("dm_wrong").graphql(ASK, json!({})).await;
    let answer = key
        .graphql("{ apiKeySelf { totalRequests } }", json!({}))
        .await;
    assert_eq!(answer.number("/apiKeySelf/totalRequests"), 2);
    let input = json!({ "input": { "name": "Other", "scopes": ["READ_TEAM"] } });
    org.member.graphql(CREATE, input).await.data();
}
