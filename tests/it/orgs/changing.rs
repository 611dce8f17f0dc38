//! Changes of members by administrators.

use serde_json::{Value, json};
use shared::role::Role;
use tests::TestApp;
use tests::answer::Answer;
use tests::org::Person;

const ROLE: &str = "mutation ($id: ID!, $role: Role!) {
  changeMemberRole(input: { userId: $id, role: $role }) { membership { role status } }
}";
const STATUS: &str = "mutation ($id: ID!, $status: MembershipStatus!) {
  changeMemberStatus(input: { userId: $id, status: $status }) { membership { role status } }
}";
const UPDATE: &str = "mutation ($id: ID!, $number: String, $department: ID) {
  updateMember(input: { userId: $id, employeeId: $number, departmentId: $department }) {
    membership { employeeId department { name } }
  }
}";
const REMOVE: &str =
    "mutation ($id: ID!) { removeMember(input: { userId: $id }) { membershipId } }";

async fn change_role(by: &Person, of: &Person, role: &str) -> Answer {
    by.graphql(ROLE, json!({ "id": of.gid(), "role": role }))
        .await
}

async fn remove(by: &Person, of: &Person) -> Answer {
    by.graphql(REMOVE, json!({ "id": of.gid() })).await
}

async fn sees_organization(person: &Person) -> bool {
    let answer = person.graphql("{ organization { id } }", json!({})).await;
    !answer.data()["organization"].is_null()
}

#[tokio::test]
async fn a_role_changes_what_the_person_may_do_from_the_next_request_on() {
    let app = TestApp::start().await;
    let org = app.org().await;

    let answer = change_role(&org.admin, &org.member, "ADMIN").await;
    assert_eq!(answer.text("/changeMemberRole/membership/role"), "ADMIN");

    change_role(&org.member, &org.admin, "VIEWER").await.data();
    assert_eq!(
        change_role(&org.admin, &org.member, "VIEWER")
            .await
            .error_code(),
        "FORBIDDEN"
    );
}

#[tokio::test]
async fn the_last_administrator_stays_in_every_way() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let suspend = json!({ "id": org.admin.gid(), "status": "INACTIVE" });

    assert_eq!(
        change_role(&org.admin, &org.admin, "MEMBER")
            .await
            .error_code(),
        "CONFLICT"
    );
    assert_eq!(
        org.admin.graphql(STATUS, suspend).await.error_code(),
        "CONFLICT"
    );
    assert_eq!(
        remove(&org.admin, &org.admin).await.error_code(),
        "CONFLICT"
    );
}

#[tokio::test]
async fn two_administrators_who_remove_each_other_leave_one() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let other = org.person(Role::Admin).await;

    let (one, two) = tokio::join!(remove(&org.admin, &other), remove(&other, &org.admin));

    let codes: Vec<_> = one
        .error_codes()
        .into_iter()
        .chain(two.error_codes())
        .collect();
    assert_eq!(codes.len(), 1, "{codes:?}");
    let client = app.database().client().await;
    let query = "SELECT count(*) FROM memberships WHERE role = 'ADMIN' AND status = 'ACTIVE'";
    let left: i64 = client.query_one(query, &[]).await.unwrap().get(0);
    assert_eq!(left, 1);
}

#[tokio::test]
async fn who_is_suspended_is_outside_until_let_in_again() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let set = async |status: &str| {
        let variables = json!({ "id": org.member.gid(), "status": status });
        org.admin.graphql(STATUS, variables).await
    };

    assert_eq!(
        set("INACTIVE")
            .await
            .text("/changeMemberStatus/membership/status"),
        "INACTIVE"
    );
    assert!(!sees_organization(&org.member).await);
    assert_eq!(set("INVITED").await.error_fields(), ["status"]);
    set("ACTIVE").await.data();
    assert!(sees_organization(&org.member).await);
}

#[tokio::test]
async fn who_is_removed_is_outside_and_is_listed_nowhere() {
    let app = TestApp::start().await;
    let org = app.org().await;
    remove(&org.admin, &org.lead).await.data();

    assert!(!sees_organization(&org.lead).await);
    let query = "query ($id: ID!) { organization {
      members { totalCount nodes { user { name } } } membership(userId: $id) { id }
      teams { name lead { name } memberCount }
    } }";
    let answer = org
        .admin
        .graphql(query, json!({ "id": org.lead.gid() }))
        .await;
    assert_eq!(answer.number("/organization/members/totalCount"), 3);
    assert!(answer.at("/organization/membership").is_null());
    assert_eq!(answer.at("/organization/teams/0/lead"), &Value::Null);
    assert_eq!(answer.number("/organization/teams/0/memberCount"), 1);
    assert_eq!(
        remove(&org.admin, &org.lead).await.error_code(),
        "NOT_FOUND"
    );
}

#[tokio::test]
async fn an_invitation_brings_back_who_was_removed() {
    let app = TestApp::start().await;
    let org = app.org().await;
    remove(&org.admin, &org.lead).await.data();
    let invite = "mutation ($email: String!) {
      inviteMember(input: { people: [{ email: $email, role: VIEWER }] }) { results { invitation { id } } }
    }";
    let invited = org
        .admin
        .graphql(invite, json!({ "email": org.lead.email }))
        .await;
    let id = invited.at("/inviteMember/results/0/invitation/id");
    let accept =
        "mutation ($id: ID!) { acceptInvitation(input: { id: $id }) { membership { role } } }";

    let answer = org.lead.graphql(accept, json!({ "id": id })).await;

    assert_eq!(answer.text("/acceptInvitation/membership/role"), "VIEWER");
    assert!(sees_organization(&org.lead).await);
}

#[tokio::test]
async fn what_somebody_watches_ends_with_their_membership() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let mut socket = org.member.socket().await;
    let query =
        "subscription { leaderboardUpdated(scope: INDIVIDUAL, period: WEEK) { updatedAt } }";
    let id = socket.subscribe(query, json!({})).await;
    socket.next_of(&id).await;

    remove(&org.admin, &org.member).await.data();

    let end = socket.next().await;
    assert_eq!(
        (&end["type"], &end["id"]),
        (&json!("error"), &json!(id)),
        "{end}"
    );
}

#[tokio::test]
async fn numbers_are_unique_and_can_be_taken_away() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let set = async |person: &Person, number: Value| {
        let variables = json!({ "id": person.gid(), "number": number });
        org.admin.graphql(UPDATE, variables).await
    };

    let first = set(&org.member, json!(" E-1 ")).await;
    assert_eq!(first.text("/updateMember/membership/employeeId"), "E-1");
    assert_eq!(set(&org.lead, json!("E-1")).await.error_code(), "CONFLICT");
    set(&org.member, Value::Null).await.data();
    set(&org.lead, json!("E-1")).await.data();
    let long = "x".repeat(65);
    assert_eq!(
        set(&org.lead, json!(long)).await.error_fields(),
        ["employeeId"]
    );
}

#[tokio::test]
async fn only_administrators_change_members() {
    let app = TestApp::start().await;
    let org = app.org().await;

    for person in [&org.lead, &org.member, &org.viewer] {
        assert_eq!(
            change_role(person, &org.member, "VIEWER")
                .await
                .error_code(),
            "FORBIDDEN"
        );
        assert_eq!(remove(person, &org.member).await.error_code(), "FORBIDDEN");
    }
}
