//! Keys end: revoked, expired, replaced, or with their owner's standing.

use chrono::TimeDelta;
use serde_json::json;
use tests::app::TestApp;

use super::arrange::{Key, REVOKE, ROTATE, UPDATE};

const BOARD: &str =
    "subscription { leaderboardUpdated(scope: INDIVIDUAL, period: WEEK) { updatedAt } }";

#[tokio::test]
async fn a_revoked_key_is_refused_by_the_next_request_and_ends_its_subscriptions() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let key = Key::of_organization(&app, &org.admin, &["READ_POINTS"]).await;
    let other = Key::of_organization(&app, &org.admin, &["READ_POINTS"]).await;
    let (mut socket, mut untouched) = (key.socket().await, other.socket().await);
    for socket in [&mut socket, &mut untouched] {
        let id = socket.subscribe(BOARD, json!({})).await;
        socket.next_of(&id).await;
    }
    assert!(key.works().await);

    org.admin
        .graphql(REVOKE, json!({ "id": key.id }))
        .await
        .data();

    assert!(!key.works().await);
    assert_eq!(socket.close_code().await, 4403);
    let id = untouched.subscribe("{ __typename }", json!({})).await;
    untouched.next_of(&id).await;
    let again = org.admin.graphql(REVOKE, json!({ "id": key.id })).await;
    assert_eq!(again.error_code(), "CONFLICT");
}

#[tokio::test]
async fn an_expired_key_is_refused() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let ends = (app.now() + TimeDelta::hours(1)).to_rfc3339();
    let input = json!({ "name": "Short", "scopes": ["READ_TEAM"], "expiresAt": ends });
    let key = Key::create(&app, &org.member, input).await;
    assert!(key.works().await);

    app.clock().advance(TimeDelta::minutes(59));
    assert!(key.works().await);
    app.clock().advance(TimeDelta::minutes(1));

    assert!(!key.works().await);
}

#[tokio::test]
async fn both_secrets_work_while_they_overlap_and_then_only_the_new_one() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let old = Key::of_person(&app, &org.member, &["READ_TEAM"]).await;

    let input = json!({ "input": { "id": old.id, "overlapHours": 2 } });
    let answer = org.member.graphql(ROTATE, input).await;

    let new = old.with_secret(answer.text("/rotateApiKey/secret"));
    assert!(old.works().await && new.works().await);
    app.clock().advance(TimeDelta::hours(2));
    assert!(!old.works().await);
    assert!(new.works().await);
}

#[tokio::test]
async fn without_overlap_the_old_secret_ends_at_once() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let old = Key::of_person(&app, &org.member, &["READ_POINTS"]).await;
    let mut socket = old.socket().await;
    assert!(old.works().await);

    let input = json!({ "input": { "id": old.id, "overlapHours": 0 } });
    org.member.graphql(ROTATE, input).await.data();

    assert!(!old.works().await);
    assert_eq!(socket.close_code().await, 4403);
}

#[tokio::test]
async fn narrower_scopes_end_what_they_do_not_open() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let key = Key::of_person(&app, &org.member, &["READ_POINTS", "READ_TEAM"]).await;
    let mut socket = key.socket().await;
    let id = socket.subscribe(BOARD, json!({})).await;
    socket.next_of(&id).await;

    let input = json!({ "input": { "id": key.id, "scopes": ["READ_TEAM"] } });
    org.member.graphql(UPDATE, input).await.data();

    assert_eq!(socket.close_code().await, 4403);
}

#[tokio::test]
async fn a_secret_that_nobody_has_reads_like_a_revoked_one() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let key = Key::of_person(&app, &org.member, &["READ_TEAM"]).await;
    org.member
        .graphql(REVOKE, json!({ "id": key.id }))
        .await
        .data();
    let ask = "{ apiKeySelf { id } }";

    let revoked = key.graphql(ask, json!({})).await;
    let nobody = key.with_secret("dm_nobody").graphql(ask, json!({})).await;

    assert_eq!(revoked.status, nobody.status);
    let message = |answer: &tests::answer::Answer| answer.errors()[0]["message"].clone();
    assert_eq!(message(&revoked), message(&nobody));
}
