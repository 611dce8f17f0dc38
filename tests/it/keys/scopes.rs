//! What a key may ask: its scopes, and never more than its owner.

use serde_json::json;
use shared::field_access::{DOORS, FieldAccess};
use shared::scope::ApiScope;
use tests::app::TestApp;

use super::arrange::Key;

#[tokio::test]
async fn a_key_is_told_which_scope_it_lacks() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let key = Key::of_person(&app, &org.member, &["READ_POINTS"]).await;

    let answer = key
        .graphql("{ organization { name teams { name } } }", json!({}))
        .await;

    assert_eq!(answer.error_code(), "FORBIDDEN");
    let message = answer.errors()[0]["message"].as_str().unwrap();
    assert!(
        message.contains("Organization.teams") && message.contains("read:team"),
        "{message}"
    );
    assert!(answer.body["data"].is_null(), "nothing was executed");
}

#[tokio::test]
async fn no_key_asks_what_takes_a_person() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let key = Key::of_organization(&app, &org.admin, &["ADMIN_ORG"]).await;

    for document in [
        "{ viewer { user { id } } }",
        "{ organization { apiKeys { id } } }",
        "mutation { createApiKey(input: { name: \"More\", scopes: [ADMIN_ORG] }) { secret } }",
        "mutation { signOut(input: {}) { signedOutSessions } }",
    ] {
        let answer = key.graphql(document, json!({})).await;
        assert_eq!(answer.error_code(), "FORBIDDEN", "{document}");
    }
}

#[tokio::test]
async fn a_member_s_key_may_not_more_than_the_member() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let mutation =
        "mutation { createWebhookSource(input: { provider: GITLAB, name: \"S\" }) { secret } }";
    let of_member = Key::of_person(&app, &org.member, &["ADMIN_ORG"]).await;
    let of_admin = Key::of_person(&app, &org.admin, &["WRITE_WEBHOOKS"]).await;
    let of_organization = Key::of_organization(&app, &org.admin, &["WRITE_WEBHOOKS"]).await;

    assert_eq!(
        of_member.graphql(mutation, json!({})).await.error_code(),
        "FORBIDDEN"
    );
    of_admin.graphql(mutation, json!({})).await.data();
    let again = mutation.replace("\"S\"", "\"T\"");
    of_organization.graphql(&again, json!({})).await.data();
}

#[tokio::test]
async fn a_key_works_in_its_own_organization_alone() {
    let app = TestApp::start().await;
    let (org, other) = (app.org().await, app.org().await);
    let key = Key::of_organization(&app, &org.admin, &["ADMIN_ORG"]).await;
    let authorization = format!("Bearer {}", key.secret);
    let ask = async |organization: String| {
        let headers = [
            ("authorization", authorization.as_str()),
            ("x-organization-id", organization.as_str()),
        ];
        app.graphql_with("{ organization { name } }", json!({}), &headers)
            .await
    };

    let own = ask(org.id.to_string()).await;
    assert!(own.body["data"]["organization"]["name"].is_string());
    let foreign = ask(other.id.to_string()).await;
    let nowhere = uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
    let nowhere = ask(nowhere.to_string()).await;
    assert!(
        foreign.body["data"]["organization"].is_null(),
        "{:#}",
        foreign.body
    );
    assert_eq!(foreign.body["data"], nowhere.body["data"]);
    assert_eq!(foreign.error_codes(), nowhere.error_codes());
}

/// New fields are closed to narrow keys until somebody decides, and this asks for the decision.
#[tokio::test]
async fn every_door_is_decided_and_none_is_decided_that_is_not_there() {
    let app = TestApp::start().await;
    let org = app.org().await;
    for (name, doors) in DOORS {
        let query = "query ($name: String!) { __type(name: $name) { fields { name } } }";
        let answer = org.admin.graphql(query, json!({ "name": name })).await;
        let mut there: Vec<&str> = answer
            .list("/__type/fields")
            .iter()
            .filter_map(|field| field["name"].as_str())
            .collect();
        let mut decided: Vec<&str> = doors.iter().map(|(field, _)| *field).collect();
        there.sort_unstable();
        decided.sort_unstable();
        assert_eq!(there, decided, "{name}");
    }
}

/// Each door of the organization is opened by the scopes that the table names, and by no other.
#[tokio::test]
async fn every_scope_opens_its_doors_and_no_other() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let (_, doors) = DOORS
        .iter()
        .find(|(name, _)| *name == "Organization")
        .unwrap();
    let askable = [
        ("members", "{ totalCount }"),
        ("teams", "{ name }"),
        ("departments", "{ name }"),
        ("points", "{ totalPoints }"),
        ("events", "{ pageInfo { hasNextPage } }"),
        ("webhookSources", "{ id }"),
        ("deadLetters", "{ totalCount }"),
        ("apiKeys", "{ id }"),
        ("name", ""),
    ];
    for scope in ApiScope::ALL {
        let key = Key::of_organization(&app, &org.admin, &[scope.as_str()]).await;
        for (field, selection) in askable {
            let (_, access) = doors.iter().find(|(name, _)| *name == field).unwrap();
            let document = format!("{{ organization {{ {field} {selection} }} }}");
            let answer = key.graphql(&document, json!({})).await;
            let is_closed = answer.error_codes().contains(&"FORBIDDEN");
            let expected = match access {
                FieldAccess::Free => true,
                FieldAccess::SignedIn => false,
                FieldAccess::Scopes(any) => *scope == ApiScope::AdminOrg || any.contains(scope),
            };
            assert_eq!(
                !is_closed, expected,
                "{scope} asks {field}: {:#}",
                answer.body
            );
        }
    }
}
