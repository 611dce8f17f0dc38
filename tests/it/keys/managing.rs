//! Making, changing and listing keys.

use serde_json::{Value, json};
use tests::app::TestApp;

use super::arrange::{CREATE, Key, REVOKE, ROTATE, UPDATE};

const LIST: &str = "{ organization { apiKeys { id name isActive user { name } } } }";

#[tokio::test]
async fn a_new_key_tells_its_secret_once() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let input = json!({ "name": " CI ", "scopes": ["READ_TEAM", "READ_POINTS", "READ_TEAM"] });

    let answer = org.member.graphql(CREATE, json!({ "input": input })).await;

    let secret = answer.text("/createApiKey/secret");
    assert!(secret.starts_with("dm_") && secret.len() > 40, "{secret}");
    let key = answer.at("/createApiKey/apiKey");
    assert_eq!(key["scopes"], json!(["READ_TEAM", "READ_POINTS"]));
    assert_eq!(key["rateLimit"], 100);
    assert_eq!(key["owner"], "PERSON");
    assert_eq!(key["user"]["name"], "member");
    assert_eq!(key["lastFour"], secret[secret.len() - 4..]);
    let client = app.database().client().await;
    let stored: String = client
        .query_one(
            "SELECT string_agg(t::text, ' ') FROM (SELECT k::text || s::text AS t FROM api_keys k, api_key_secrets s) x",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert!(!stored.contains(secret), "only its hash is kept");
}

#[tokio::test]
async fn wrong_input_names_every_field_at_once() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let input =
        json!({ "name": "", "scopes": [], "rateLimit": 0, "expiresAt": "2020-01-01T00:00:00Z" });

    let answer = org.member.graphql(CREATE, json!({ "input": input })).await;

    assert!(
        answer
            .error_codes()
            .iter()
            .all(|code| *code == "BAD_USER_INPUT")
    );
    let fields = ["name", "scopes", "rateLimit", "expiresAt"];
    assert_eq!(answer.error_fields(), fields, "{:#}", answer.body);
}

#[tokio::test]
async fn only_administrators_make_keys_of_the_organization() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let of_organization = json!({ "name": "S", "scopes": ["READ_TEAM"], "owner": "ORGANIZATION" });
    let own = json!({ "name": "O", "scopes": ["READ_TEAM"] });

    for (person, input, expected) in [
        (&org.admin, &of_organization, None),
        (&org.member, &of_organization, Some("FORBIDDEN")),
        (&org.lead, &of_organization, Some("FORBIDDEN")),
        (&org.viewer, &of_organization, Some("FORBIDDEN")),
        (&org.member, &own, None),
        (&org.viewer, &own, Some("FORBIDDEN")),
    ] {
        let answer = person.graphql(CREATE, json!({ "input": input })).await;
        let code = answer.error_codes().first().copied();
        assert_eq!(code, expected, "{} {input}", person.name);
    }
}

#[tokio::test]
async fn members_see_their_own_keys_and_administrators_all() {
    let app = TestApp::start().await;
    let org = app.org().await;
    Key::of_organization(&app, &org.admin, &["READ_TEAM"]).await;
    let own = Key::of_person(&app, &org.member, &["READ_TEAM"]).await;
    Key::of_person(&app, &org.lead, &["READ_TEAM"]).await;

    let all = org.admin.graphql(LIST, json!({})).await;
    let mine = org.member.graphql(LIST, json!({})).await;
    let none = org.viewer.graphql(LIST, json!({})).await;

    assert_eq!(all.list("/organization/apiKeys").len(), 3);
    let mine = mine.list("/organization/apiKeys");
    assert_eq!(mine.len(), 1);
    assert_eq!(mine[0]["id"], json!(own.id));
    assert_eq!(none.error_code(), "FORBIDDEN");
}

#[tokio::test]
async fn listing_costs_the_same_statements_for_one_key_and_for_fifty() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let db = &app.platform().db;
    let mut costs = Vec::new();
    for keys in [1, 1, 48] {
        for _ in 0..keys {
            let person = org.person(shared::role::Role::Member).await;
            Key::of_person(&app, &person, &["READ_TEAM"]).await;
        }
        let before = db.statements();
        org.admin.graphql(LIST, json!({})).await.data();
        costs.push(db.statements() - before);
    }
    assert_eq!(costs[1], costs[2], "{costs:?}");
}

#[tokio::test]
async fn another_person_s_key_is_as_good_as_none() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let key = Key::of_person(&app, &org.lead, &["READ_TEAM"]).await;
    let change = json!({ "input": { "id": key.id, "name": "Mine now" } });
    let rotate = json!({ "input": { "id": key.id } });

    let member = &org.member;
    assert_eq!(
        member.graphql(UPDATE, change).await.error_code(),
        "NOT_FOUND"
    );
    assert_eq!(
        member.graphql(ROTATE, rotate.clone()).await.error_code(),
        "NOT_FOUND"
    );
    let revoke = json!({ "id": key.id });
    assert_eq!(
        member.graphql(REVOKE, revoke.clone()).await.error_code(),
        "NOT_FOUND"
    );
    // An administrator takes a key away, and does not take it over.
    assert_eq!(
        org.admin.graphql(ROTATE, rotate).await.error_code(),
        "FORBIDDEN"
    );
    assert_eq!(
        org.admin
            .graphql(REVOKE, revoke)
            .await
            .at("/revokeApiKey/apiKey/isActive"),
        &json!(false)
    );
    assert!(!key.works().await);
}

#[tokio::test]
async fn a_change_holds_from_the_next_request() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let key = Key::of_person(&app, &org.member, &["READ_TEAM"]).await;
    let teams = "{ organization { teams { name } } }";
    key.graphql(teams, json!({})).await.data();

    let change = json!({ "input": {
        "id": key.id, "name": "Boards", "scopes": ["READ_POINTS"], "rateLimit": 500,
        "expiresAt": "2026-04-01T00:00:00Z",
    } });
    let answer = org.member.graphql(UPDATE, change).await;

    let changed = answer.at("/updateApiKey/apiKey");
    assert_eq!(
        changed,
        &json!({ "name": "Boards", "scopes": ["READ_POINTS"], "rateLimit": 500, "expiresAt": "2026-04-01T00:00:00+00:00" })
    );
    assert_eq!(
        key.graphql(teams, json!({})).await.error_code(),
        "FORBIDDEN"
    );
    let forever = json!({ "input": { "id": key.id, "expiresAt": null } });
    let answer = org.member.graphql(UPDATE, forever).await;
    assert_eq!(answer.at("/updateApiKey/apiKey/expiresAt"), &Value::Null);
}

#[tokio::test]
async fn every_change_of_a_key_is_in_the_audit_log() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let key = Key::of_person(&app, &org.member, &["READ_TEAM"]).await;
    let change = json!({ "input": { "id": key.id, "name": "Other" } });
    org.member.graphql(UPDATE, change).await.data();
    let rotate = json!({ "input": { "id": key.id } });
    org.member.graphql(ROTATE, rotate).await.data();
    org.member
        .graphql(REVOKE, json!({ "id": key.id }))
        .await
        .data();

    let client = app.database().client().await;
    let rows = client
        .query(
            "SELECT action, metadata::text FROM audit_entries WHERE target_kind = 'API_KEY' ORDER BY id",
            &[],
        )
        .await
        .unwrap();
    let actions: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(
        actions,
        [
            "API_KEY_CREATED",
            "API_KEY_UPDATED",
            "API_KEY_ROTATED",
            "API_KEY_DELETED"
        ]
    );
    assert!(
        rows.iter()
            .all(|row| !row.get::<_, String>(1).contains(&key.secret))
    );
}
