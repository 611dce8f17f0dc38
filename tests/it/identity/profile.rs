//! What a person says about themself, where they start, and by which accounts they sign in.

use serde_json::{Value, json};
use tests::TestApp;
use tests::answer::Answer;
use tests::org::Person;
use uuid::Uuid;

const NAME: &str =
    "mutation ($name: String!) { updateProfile(input: { name: $name }) { user { name } } }";
const START: &str = "mutation ($id: ID!) {
  updatePreferences(input: { defaultOrganizationId: $id }) { preferences { defaultOrganizationId } }
}";
const ACCOUNTS: &str = "{ viewer { signInAccounts { id method label } } }";
const UNLINK: &str = "mutation ($id: ID!) { unlinkIdentity(input: { id: $id }) { id } }";

async fn rename(person: &Person, name: &str) -> Answer {
    person.graphql(NAME, json!({ "name": name })).await
}

#[tokio::test]
async fn a_new_name_is_everywhere_at_once() {
    const BOARD: &str = "{ organization { leaderboard(scope: INDIVIDUAL, period: WEEK) { entries { nodes { user { name } } } } } }";
    let app = TestApp::start().await;
    let org = app.org().await;
    let board = async || org.admin.graphql(BOARD, json!({})).await.body.to_string();
    assert!(!board().await.contains("Maya T."));

    let changed = rename(&org.member, "  Maya T. ").await;
    let empty = rename(&org.member, " ").await;
    let long = rename(&org.member, &"x".repeat(201)).await;

    assert_eq!(changed.text("/updateProfile/user/name"), "Maya T.");
    assert!(board().await.contains("Maya T."));
    assert_eq!(empty.error_fields(), ["name"]);
    assert_eq!(long.error_fields(), ["name"]);
}

#[tokio::test]
async fn a_person_starts_where_they_choose() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let found =
        "mutation { createOrganization(input: { name: \"Second\" }) { organization { id slug } } }";
    let second = org.member.graphql(found, json!({})).await;
    let second = second
        .text("/createOrganization/organization/id")
        .to_owned();
    let authorization = format!("Bearer {}", org.member.token);
    let start = async || -> Value {
        let headers = [("authorization", authorization.as_str())];
        let ask = "{ organization { name } viewer { memberships { organization { name } } } }";
        let answer = app.graphql_with(ask, json!({}), &headers).await;
        let first = answer.at("/viewer/memberships/0/organization/name").clone();
        assert_eq!(answer.at("/organization/name"), &first);
        first
    };
    assert_ne!(start().await, "Second");

    let chosen = org.member.graphql(START, json!({ "id": second })).await;

    let path = "/updatePreferences/preferences/defaultOrganizationId";
    assert_eq!(chosen.text(path), second);
    assert_eq!(start().await, "Second");
    org.member
        .graphql(START, json!({ "id": org.gid() }))
        .await
        .data();
    assert_ne!(start().await, "Second");
    let elsewhere = app.org().await;
    let foreign = org
        .member
        .graphql(START, json!({ "id": elsewhere.gid() }))
        .await;
    assert_eq!(foreign.error_code(), "NOT_FOUND");
}

#[tokio::test]
async fn accounts_to_sign_in_with_are_removed_but_for_the_last() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let client = app.database().client().await;
    let insert = "INSERT INTO sign_in_accounts (id, user_id, method, issuer, subject, label, created_at, last_used_at)
                  VALUES (gen_random_uuid(), $1, 'OIDC', 'https://id.test', $2, $2, now(), now())";
    for (person, subject) in [
        (&org.member, "one"),
        (&org.member, "two"),
        (&org.lead, "hers"),
    ] {
        client
            .execute(insert, &[&Uuid::from(person.id), &subject])
            .await
            .unwrap();
    }
    let ids = async |person: &Person| -> Vec<String> {
        let answer = person.graphql(ACCOUNTS, json!({})).await;
        let accounts = answer.list("/viewer/signInAccounts");
        accounts
            .iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let own = ids(&org.member).await;
    assert_eq!(own.len(), 2);

    let others = ids(&org.lead).await;
    let foreign = org.member.graphql(UNLINK, json!({ "id": others[0] })).await;
    org.member
        .graphql(UNLINK, json!({ "id": own[0] }))
        .await
        .data();
    let last = org.member.graphql(UNLINK, json!({ "id": own[1] })).await;

    assert_eq!(foreign.error_code(), "NOT_FOUND");
    assert_eq!(last.error_code(), "CONFLICT");
    assert_eq!(ids(&org.member).await, own[1..]);
}
