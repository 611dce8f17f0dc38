//! Changing points by hand.

use serde_json::{Value, json};
use shared::role::Role;
use tests::app::TestApp;

const ADJUST: &str = "
    mutation ($input: AdjustPointsInput!) {
        adjustPoints(input: $input) {
            entry { id pointsChange balanceAfter reason rule actor { name } }
            points { balance today rank }
        }
    }";

fn input(user: &tests::org::Person, change: i32, reason: &str) -> Value {
    json!({ "input": { "userId": user.gid(), "pointsChange": change, "reason": reason } })
}

#[tokio::test]
async fn an_administrator_changes_points_with_a_reason_and_an_author() {
    let app = TestApp::start().await;
    let org = app.org().await;

    let answer = org
        .admin
        .graphql(ADJUST, input(&org.member, -20, "  counted twice "))
        .await;

    let payload = answer.at("/adjustPoints");
    assert_eq!(payload["entry"]["balanceAfter"], -20);
    assert_eq!(payload["entry"]["reason"], "counted twice");
    assert_eq!(payload["entry"]["actor"]["name"], "admin");
    assert_eq!(
        payload["points"],
        json!({ "balance": -20, "today": -20, "rank": 3 })
    );
    let client = app.database().client().await;
    let audited = client
        .query_one(
            "SELECT action, actor_id FROM audit_entries WHERE action = 'POINTS_ADJUSTED'",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(audited.get::<_, uuid::Uuid>(1), org.admin.id.0);
}

#[tokio::test]
async fn nobody_but_administrators_changes_points() {
    let app = TestApp::start().await;
    let org = app.org().await;

    for person in [&org.lead, &org.member, &org.viewer] {
        let answer = person
            .graphql(ADJUST, input(&org.member, 5, "please"))
            .await;
        assert_eq!(answer.error_code(), "FORBIDDEN");
    }
}

#[tokio::test]
async fn every_wrong_field_is_told_at_once() {
    let app = TestApp::start().await;
    let org = app.org().await;

    let answer = org.admin.graphql(ADJUST, input(&org.member, 0, " ")).await;

    assert_eq!(answer.error_codes(), ["BAD_USER_INPUT", "BAD_USER_INPUT"]);
    assert_eq!(answer.error_fields(), ["pointsChange", "reason"]);
}

#[tokio::test]
async fn only_members_who_earn_points_have_them_changed() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let stranger = app.org().await.member;

    let viewer = org
        .admin
        .graphql(ADJUST, input(&org.viewer, 5, "why not"))
        .await;
    assert_eq!(viewer.error_code(), "CONFLICT");
    let answer = org
        .admin
        .graphql(ADJUST, input(&stranger, 5, "why not"))
        .await;
    assert_eq!(answer.error_code(), "NOT_FOUND");
}

#[tokio::test]
async fn a_repeat_with_the_same_key_changes_nothing_more() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let another = org.person(Role::Admin).await;
    let mut keyed = input(&org.member, 5, "good deed");
    keyed["input"]["idempotencyKey"] = "once".into();

    let first = org.admin.graphql(ADJUST, keyed.clone()).await;
    let repeat = org.admin.graphql(ADJUST, keyed.clone()).await;
    assert_eq!(
        first.at("/adjustPoints/entry/id"),
        repeat.at("/adjustPoints/entry/id")
    );
    assert_eq!(repeat.number("/adjustPoints/points/balance"), 5);

    let of_another = another.graphql(ADJUST, keyed.clone()).await;
    assert_eq!(of_another.number("/adjustPoints/points/balance"), 10);
    keyed["input"]["pointsChange"] = 6.into();
    let reused = org.admin.graphql(ADJUST, keyed).await;
    assert_eq!(reused.error_code(), "CONFLICT");
}
