//! Absences: entered by whom it concerns, never twice on a day.

mod calendar;

use serde_json::{Value, json};
use tests::TestApp;
use tests::answer::Answer;
use tests::org::Person;

const SET: &str = "mutation ($id: ID, $userId: ID, $from: Date!, $to: Date!) {
  setAbsence(input: { id: $id, userId: $userId, startsOn: $from, endsOn: $to }) {
    absence { id user { name } kind startsOn endsOn enteredBy { name } viewerCanChange }
  }
}";

const LIST: &str = "query ($userId: ID, $teamId: ID, $from: Date, $to: Date, $first: Int, $after: String) {
  organization { absences(userId: $userId, teamId: $teamId, from: $from, to: $to, first: $first, after: $after) {
    totalCount nodes { startsOn user { name } } pageInfo { endCursor }
  } }
}";

async fn set(by: &Person, of: &Person, from: &str, to: &str) -> Answer {
    by.graphql(SET, json!({ "userId": of.gid(), "from": from, "to": to }))
        .await
}

async fn names(person: &Person, variables: Value) -> Vec<String> {
    let answer = person.graphql(LIST, variables).await;
    let nodes = answer.list("/organization/absences/nodes").iter();
    nodes
        .map(|node| node["user"]["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_person_the_lead_and_administrators_enter_absences_and_nobody_else() {
    let app = TestApp::start().await;
    let mut org = app.org().await;
    let colleague = org.member_of("beta").await;

    let own = org
        .member
        .graphql(SET, json!({ "from": "2026-04-01", "to": "2026-04-03" }))
        .await;
    assert_eq!(own.text("/setAbsence/absence/user/name"), "member");
    assert_eq!(own.text("/setAbsence/absence/kind"), "VACATION");
    let by_lead = set(&org.lead, &org.member, "2026-05-01", "2026-05-01").await;
    assert_eq!(by_lead.text("/setAbsence/absence/enteredBy/name"), "lead");
    set(&org.admin, &org.member, "2026-06-01", "2026-06-02")
        .await
        .data();

    for (by, of) in [
        (&org.member, &org.lead),
        (&org.lead, &colleague),
        (&org.viewer, &org.viewer),
    ] {
        let refused = set(by, of, "2026-07-01", "2026-07-01").await;
        assert_eq!(
            refused.error_code(),
            "FORBIDDEN",
            "{} for {}",
            by.name,
            of.name
        );
    }
}

#[tokio::test]
async fn two_absences_of_one_person_never_share_a_day() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let first = set(&org.member, &org.member, "2026-04-01", "2026-04-10").await;

    let overlapping = set(&org.member, &org.member, "2026-04-10", "2026-04-12").await;
    assert_eq!(overlapping.error_code(), "CONFLICT");
    set(&org.member, &org.member, "2026-04-11", "2026-04-12")
        .await
        .data();
    set(&org.lead, &org.lead, "2026-04-01", "2026-04-10")
        .await
        .data();

    // Changing one is judged by the others alone.
    let id = first.at("/setAbsence/absence/id");
    let variables = json!({ "id": id, "from": "2026-04-02", "to": "2026-04-10" });
    let changed = org.member.graphql(SET, variables).await;
    assert_eq!(changed.text("/setAbsence/absence/startsOn"), "2026-04-02");
    let (one, other) = tokio::join!(
        set(&org.member, &org.member, "2026-09-01", "2026-09-05"),
        set(&org.lead, &org.member, "2026-09-05", "2026-09-09"),
    );
    let codes: Vec<_> = one
        .error_codes()
        .into_iter()
        .chain(other.error_codes())
        .collect();
    assert_eq!(codes, ["CONFLICT"]);
}

#[tokio::test]
async fn days_that_do_not_do_are_named() {
    let app = TestApp::start().await;
    let org = app.org().await;

    for (from, to) in [("2026-04-02", "2026-04-01"), ("2026-01-01", "2027-01-02")] {
        let refused = set(&org.member, &org.member, from, to).await;
        assert_eq!(refused.error_fields(), ["endsOn"], "{from} to {to}");
    }
}

#[tokio::test]
async fn everyone_sees_the_absences_that_concern_them() {
    let app = TestApp::start().await;
    let mut org = app.org().await;
    let colleague = org.member_of("beta").await;
    set(&org.admin, &org.admin, "2026-04-01", "2026-04-01")
        .await
        .data();
    set(&org.member, &org.member, "2026-04-02", "2026-04-02")
        .await
        .data();
    set(&org.lead, &org.lead, "2026-04-03", "2026-04-03")
        .await
        .data();
    set(&colleague, &colleague, "2026-04-04", "2026-04-04")
        .await
        .data();

    let nothing = json!({});
    assert_eq!(
        names(&org.admin, nothing.clone()).await,
        [colleague.name.as_str(), "lead", "member", "admin"]
    );
    assert_eq!(names(&org.lead, nothing.clone()).await, ["lead", "member"]);
    assert_eq!(names(&org.member, nothing.clone()).await, ["member"]);
    let viewer = org.viewer.graphql(LIST, nothing).await;
    assert_eq!(viewer.error_code(), "FORBIDDEN");

    let of_team = json!({ "teamId": org.team_gid("alpha"), "from": "2026-04-03" });
    assert_eq!(names(&org.admin, of_team).await, ["lead"]);
    let answer = org.admin.graphql(LIST, json!({ "first": 2 })).await;
    assert_eq!(answer.number("/organization/absences/totalCount"), 4);
    let after = answer.at("/organization/absences/pageInfo/endCursor");
    assert_eq!(
        names(&org.admin, json!({ "first": 2, "after": after })).await,
        ["member", "admin"]
    );
}

#[tokio::test]
async fn removing_is_for_the_same_people_and_is_audited() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let own = set(&org.member, &org.member, "2026-04-01", "2026-04-02").await;
    let id = own.at("/setAbsence/absence/id");
    let delete = "mutation ($id: ID!) { deleteAbsence(input: { id: $id }) { id } }";

    let other = app.org().await;
    let foreign = other.admin.graphql(delete, json!({ "id": id })).await;
    assert_eq!(foreign.error_code(), "NOT_FOUND");
    org.lead.graphql(delete, json!({ "id": id })).await.data();
    let again = org.lead.graphql(delete, json!({ "id": id })).await;
    assert_eq!(again.error_code(), "NOT_FOUND");

    let client = app.database().client().await;
    let query =
        "SELECT count(*) FROM audit_entries WHERE action IN ('ABSENCE_SET', 'ABSENCE_DELETED')";
    let count: i64 = client.query_one(query, &[]).await.unwrap().get(0);
    assert_eq!(count, 2);
}
