//! Inviting, sending again, withdrawing.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::TestApp;
use tests::answer::Answer;
use tests::org::Person;

const INVITE: &str = "mutation ($people: [PersonToInviteInput!]! = [], $csv: String) {
  inviteMember(input: { people: $people, csv: $csv }) {
    invitedCount
    results { line email outcome field message invitation { id role url status team { name } } }
  }
}";

const LIST: &str = "query ($status: InvitationStatus, $first: Int, $after: String) {
  organization { invitations(status: $status, first: $first, after: $after) {
    totalCount nodes { email status sendings url invitedBy { name } } pageInfo { endCursor hasNextPage }
  } }
}";

async fn invite(person: &Person, email: &str) -> Answer {
    person
        .graphql(INVITE, json!({ "people": [{ "email": email }] }))
        .await
}

fn outcomes(answer: &Answer) -> Vec<(i64, String, Value)> {
    let results = answer.list("/inviteMember/results").iter();
    results
        .map(|one| {
            let outcome = one["outcome"].as_str().unwrap().to_owned();
            (one["line"].as_i64().unwrap(), outcome, one["field"].clone())
        })
        .collect()
}

async fn mails(app: &TestApp) -> i64 {
    let client = app.database().client().await;
    let row = client
        .query_one("SELECT count(*) FROM mails", &[])
        .await
        .unwrap();
    row.get(0)
}

#[tokio::test]
async fn good_lines_of_a_table_are_invited_and_each_bad_one_is_answered() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let csv = format!(
        "Email;Role;Team\nada@x.test;admin;alpha\nnobody;member;\n{};;\nbob@x.test;king;\nADA@x.test;;\neve@x.test;;Nowhere\n",
        org.member.email
    );

    let answer = org.admin.graphql(INVITE, json!({ "csv": csv })).await;

    assert_eq!(answer.number("/inviteMember/invitedCount"), 1);
    assert_eq!(
        outcomes(&answer),
        [
            (2, "INVITED".to_owned(), Value::Null),
            (3, "REFUSED".to_owned(), json!("email")),
            (4, "ALREADY_MEMBER".to_owned(), Value::Null),
            (5, "REFUSED".to_owned(), json!("role")),
            (6, "REFUSED".to_owned(), json!("email")),
            (7, "REFUSED".to_owned(), json!("team")),
        ]
    );
    let ada = answer.at("/inviteMember/results/0/invitation");
    assert_eq!(
        (&ada["role"], &ada["team"]["name"]),
        (&json!("ADMIN"), &json!("alpha"))
    );
    assert!(ada["url"].as_str().unwrap().contains("/invite?token="));
}

#[tokio::test]
async fn inviting_again_changes_nothing_and_mails_nobody() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let first = invite(&org.admin, "ada@x.test").await;

    let again = invite(&org.admin, "Ada@X.test").await;

    assert_eq!(outcomes(&again)[0].1, "ALREADY_INVITED");
    assert_eq!(
        first.at("/inviteMember/results/0/invitation/url"),
        again.at("/inviteMember/results/0/invitation/url")
    );
    assert_eq!(mails(&app).await, 1);
}

#[tokio::test]
async fn two_who_invite_the_same_people_at_once_make_one_invitation_each() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let people =
        |order: [&str; 3]| json!({ "people": order.map(|email| json!({ "email": email })) });

    let (one, other) = tokio::join!(
        org.admin
            .graphql(INVITE, people(["a@x.test", "b@x.test", "c@x.test"])),
        org.admin
            .graphql(INVITE, people(["c@x.test", "b@x.test", "a@x.test"])),
    );

    let invited = |answer: &Answer| answer.number("/inviteMember/invitedCount");
    assert_eq!(invited(&one) + invited(&other), 3);
    assert_eq!(mails(&app).await, 3);
}

#[tokio::test]
async fn sending_again_makes_a_new_link_and_ends_the_old_one() {
    let app = TestApp::start().await;
    let mut org = app.org().await;
    let first = invite(&org.admin, "ada@x.test").await;
    let id = first.at("/inviteMember/results/0/invitation/id");
    let resend = "mutation ($id: ID!) { resendInvitation(input: { id: $id }) { invitation { url sendings status } } }";
    app.clock().advance(TimeDelta::days(8));
    org.admin.sign_in_again().await;

    let sent = org.admin.graphql(resend, json!({ "id": id })).await;

    assert_eq!(sent.text("/resendInvitation/invitation/status"), "PENDING");
    assert_eq!(sent.number("/resendInvitation/invitation/sendings"), 2);
    let token = |url: &str| url.split("token=").nth(1).unwrap().to_owned();
    let old = token(first.text("/inviteMember/results/0/invitation/url"));
    let new = token(sent.text("/resendInvitation/invitation/url"));
    let preview =
        "query ($token: String!) { invitation(token: $token) { organizationName email status } }";
    let by_old = app.graphql(preview, json!({ "token": old })).await;
    let by_new = app.graphql(preview, json!({ "token": new })).await;
    assert!(by_old.at("/invitation").is_null());
    assert_eq!(by_new.text("/invitation/status"), "PENDING");
    assert_eq!(mails(&app).await, 2);
}

#[tokio::test]
async fn one_that_expired_makes_room_for_a_new_one() {
    let app = TestApp::start().await;
    let mut org = app.org().await;
    invite(&org.admin, "ada@x.test").await.data();
    app.clock().advance(TimeDelta::days(7));
    org.admin.sign_in_again().await;
    let expired = org
        .admin
        .graphql(LIST, json!({ "status": "EXPIRED" }))
        .await;
    assert_eq!(expired.number("/organization/invitations/totalCount"), 1);

    let again = invite(&org.admin, "ada@x.test").await;

    assert_eq!(outcomes(&again)[0].1, "INVITED");
    let pending = org
        .admin
        .graphql(LIST, json!({ "status": "PENDING" }))
        .await;
    assert_eq!(pending.number("/organization/invitations/totalCount"), 1);
}

#[tokio::test]
async fn withdrawing_ends_the_link_and_may_be_repeated() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let first = invite(&org.admin, "ada@x.test").await;
    let id = first.at("/inviteMember/results/0/invitation/id");
    let revoke = "mutation ($id: ID!) { revokeInvitation(input: { id: $id }) { invitation { status url } } }";

    for _ in 0..2 {
        let revoked = org.admin.graphql(revoke, json!({ "id": id })).await;
        assert_eq!(
            revoked.text("/revokeInvitation/invitation/status"),
            "REVOKED"
        );
        assert!(revoked.at("/revokeInvitation/invitation/url").is_null());
    }

    let resend =
        "mutation ($id: ID!) { resendInvitation(input: { id: $id }) { invitation { id } } }";
    let refused = org.admin.graphql(resend, json!({ "id": id })).await;
    assert_eq!(refused.error_code(), "CONFLICT");
}

#[tokio::test]
async fn invitations_come_newest_first_page_by_page() {
    let app = TestApp::start().await;
    let org = app.org().await;
    for number in 0..3 {
        invite(&org.admin, &format!("p{number}@x.test"))
            .await
            .data();
    }

    let first = org.admin.graphql(LIST, json!({ "first": 2 })).await;
    let after = first.at("/organization/invitations/pageInfo/endCursor");
    let second = org
        .admin
        .graphql(LIST, json!({ "first": 2, "after": after }))
        .await;

    assert_eq!(
        first.text("/organization/invitations/nodes/0/email"),
        "p2@x.test"
    );
    assert_eq!(
        first.text("/organization/invitations/nodes/0/invitedBy/name"),
        "admin"
    );
    assert_eq!(
        second.text("/organization/invitations/nodes/0/email"),
        "p0@x.test"
    );
}

#[tokio::test]
async fn only_administrators_invite_and_see_who_is_invited() {
    let app = TestApp::start().await;
    let org = app.org().await;

    for person in [&org.lead, &org.member, &org.viewer] {
        assert_eq!(invite(person, "ada@x.test").await.error_code(), "FORBIDDEN");
        let list = person.graphql(LIST, json!({})).await;
        assert_eq!(list.error_code(), "FORBIDDEN");
    }
    assert_eq!(mails(&app).await, 0);
}

#[tokio::test]
async fn too_many_at_once_are_refused() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let csv: String = (0..501)
        .map(|number| format!("p{number}@x.test\n"))
        .collect();

    let answer = org.admin.graphql(INVITE, json!({ "csv": csv })).await;

    assert_eq!(answer.error_fields(), ["people"]);
}
