//! Accepting: once, by whom it is meant for.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::TestApp;
use tests::answer::Answer;
use tests::org::{Org, Person};

const INVITE: &str = "mutation ($email: String!, $role: Role!) {
  inviteMember(input: { people: [{ email: $email, role: $role, employeeId: \"E-7\", team: \"beta\" }] }) {
    results { invitation { id url } }
  }
}";

const ACCEPT: &str = "mutation ($token: String, $id: ID) {
  acceptInvitation(input: { token: $token, id: $id }) {
    membership { role status employeeId organization { slug } primaryTeam { name } user { name } }
  }
}";

const FOR_ME: &str = "{ invitationsForMe { id organizationName inviterName role } }";

/// The token of a new invitation's link, and the invitation's id.
async fn invite(org: &Org, email: &str, role: &str) -> (String, Value) {
    let variables = json!({ "email": email, "role": role });
    let answer = org.admin.graphql(INVITE, variables).await;
    let invitation = answer.at("/inviteMember/results/0/invitation");
    let url = invitation["url"].as_str().unwrap();
    let token = url.split("token=").nth(1).unwrap().to_owned();
    (token, invitation["id"].clone())
}

async fn accept(person: &Person, token: &str) -> Answer {
    person.graphql(ACCEPT, json!({ "token": token })).await
}

async fn accepted(app: &TestApp) -> i64 {
    let client = app.database().client().await;
    let query = "SELECT count(*) FROM audit_entries WHERE action = 'INVITATION_ACCEPTED'";
    client.query_one(query, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn the_holder_of_a_link_joins_as_invited() {
    let app = TestApp::start().await;
    let (org, home) = (app.org().await, app.org().await);
    let (token, _) = invite(&org, "somebody@else.test", "MEMBER").await;

    let answer = accept(&home.member, &token).await;

    let membership = answer.at("/acceptInvitation/membership");
    assert_eq!(membership["role"], "MEMBER");
    assert_eq!(membership["status"], "ACTIVE");
    assert_eq!(membership["organization"]["slug"], org.slug.as_str());
    assert_eq!(membership["primaryTeam"]["name"], "beta");
    let list =
        "{ organization { members(search: \"member\") { nodes { employeeId user { email } } } } }";
    let list = org.admin.graphql(list, json!({})).await;
    let joined = list.list("/organization/members/nodes").iter();
    let numbers: Vec<_> = joined.map(|one| one["employeeId"].clone()).collect();
    assert!(numbers.contains(&json!("E-7")), "{numbers:?}");
}

#[tokio::test]
async fn accepting_again_answers_the_same_and_changes_nothing() {
    let app = TestApp::start().await;
    let (org, home) = (app.org().await, app.org().await);
    let (token, _) = invite(&org, "somebody@else.test", "VIEWER").await;

    let (one, other) = tokio::join!(accept(&home.member, &token), accept(&home.member, &token));
    let third = accept(&home.member, &token).await;

    for answer in [&one, &other, &third] {
        assert_eq!(answer.text("/acceptInvitation/membership/role"), "VIEWER");
    }
    assert_eq!(accepted(&app).await, 1);
}

#[tokio::test]
async fn a_link_lets_one_person_in() {
    let app = TestApp::start().await;
    let (org, home) = (app.org().await, app.org().await);
    let (token, _) = invite(&org, "somebody@else.test", "MEMBER").await;

    let (one, other) = tokio::join!(accept(&home.member, &token), accept(&home.lead, &token));

    let codes: Vec<_> = one
        .error_codes()
        .into_iter()
        .chain(other.error_codes())
        .collect();
    assert_eq!(codes, ["CONFLICT"]);
}

#[tokio::test]
async fn a_proven_address_needs_no_link_and_another_address_gets_nothing() {
    let app = TestApp::start().await;
    let (org, home) = (app.org().await, app.org().await);
    let (_, id) = invite(&org, &home.member.email.to_uppercase(), "MEMBER").await;

    let mine = home.member.graphql(FOR_ME, json!({})).await;
    let others = home.lead.graphql(FOR_ME, json!({})).await;
    assert_eq!(mine.at("/invitationsForMe/0/id"), &id);
    assert_eq!(mine.text("/invitationsForMe/0/inviterName"), "admin");
    assert_eq!(others.list("/invitationsForMe").len(), 0);
    let stranger = home.lead.graphql(ACCEPT, json!({ "id": id })).await;
    assert_eq!(stranger.error_code(), "NOT_FOUND");

    let answer = home.member.graphql(ACCEPT, json!({ "id": id })).await;

    assert_eq!(
        answer.text("/acceptInvitation/membership/organization/slug"),
        org.slug
    );
    let left = home.member.graphql(FOR_ME, json!({})).await;
    assert_eq!(left.list("/invitationsForMe").len(), 0);
}

#[tokio::test]
async fn an_address_that_is_not_proven_is_offered_nothing() {
    let app = TestApp::start().await;
    let (org, home) = (app.org().await, app.org().await);
    let (_, id) = invite(&org, &home.member.email, "MEMBER").await;
    let client = app.database().client().await;
    client
        .execute("UPDATE users SET email_verified_at = NULL", &[])
        .await
        .unwrap();

    let mine = home.member.graphql(FOR_ME, json!({})).await;
    let refused = home.member.graphql(ACCEPT, json!({ "id": id })).await;

    assert_eq!(mine.list("/invitationsForMe").len(), 0);
    assert_eq!(refused.error_code(), "NOT_FOUND");
}

#[tokio::test]
async fn a_link_ends_with_its_time() {
    let app = TestApp::start().await;
    let (org, home) = (app.org().await, app.org().await);
    let (token, _) = invite(&org, "somebody@else.test", "MEMBER").await;
    app.clock().advance(TimeDelta::days(7));
    let mut person = home.member.clone();
    person.sign_in_again().await;

    assert_eq!(accept(&person, &token).await.error_code(), "CONFLICT");
    assert_eq!(accept(&person, "made-up").await.error_code(), "NOT_FOUND");
    assert_eq!(accepted(&app).await, 0);
}

#[tokio::test]
async fn a_link_into_a_deleted_organization_opens_nothing() {
    let app = TestApp::start().await;
    let (org, home) = (app.org().await, app.org().await);
    let (token, _) = invite(&org, "somebody@else.test", "MEMBER").await;
    let client = app.database().client().await;
    client
        .execute(
            "UPDATE organizations SET deleted_at = now() WHERE slug = $1::text::citext",
            &[&org.slug],
        )
        .await
        .unwrap();

    let preview = "query ($token: String!) { invitation(token: $token) { organizationName } }";
    let preview = app.graphql(preview, json!({ "token": token })).await;

    assert!(preview.at("/invitation").is_null());
    assert_eq!(accept(&home.member, &token).await.error_code(), "NOT_FOUND");
}
