//! Keys at work, over HTTP and websockets.

use serde_json::json;
use tests::app::TestApp;
use tests::gitlab;

use super::arrange::Key;

const SELF: &str = "{ apiKeySelf { name scopes rateLimit lastUsedAt totalRequests owner user { name } organization { slug } } }";

#[tokio::test]
async fn a_key_knows_what_it_is() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let key = Key::of_person(&app, &org.member, &["READ_TEAM"]).await;

    key.graphql(SELF, json!({})).await.data();
    let answer = key.graphql(SELF, json!({})).await;

    let own = answer.at("/apiKeySelf");
    assert_eq!(own["name"], "Key");
    assert_eq!(own["user"]["name"], "member");
    assert_eq!(own["organization"]["slug"], json!(org.slug));
    assert_eq!(own["totalRequests"], 2);
    assert!(own["lastUsedAt"].is_string());
    let person = org.member.graphql("{ apiKeySelf { id } }", json!({})).await;
    assert!(person.at("/apiKeySelf").is_null(), "a person is no key");
}

#[tokio::test]
async fn a_key_subscribes_over_a_websocket() {
    let app = TestApp::builder().with_workers().start().await;
    let org = app.org().await;
    let key = Key::of_organization(&app, &org.admin, &["READ_POINTS"]).await;
    let mut socket = key.socket().await;
    let document = "subscription { leaderboardUpdated(scope: INDIVIDUAL, period: ALL_TIME) { entries { nodes { points } } } }";
    let id = socket.subscribe(document, json!({})).await;
    let before = socket.next_of(&id).await;
    let points = |data: &serde_json::Value| {
        data["leaderboardUpdated"]["entries"]["nodes"][0]["points"].clone()
    };
    assert_eq!(points(&before), 0);

    let source = org.source().await;
    source
        .accept(&gitlab::push(&org.member.gitlab(), 1, app.now()))
        .await;

    let after = socket.next_of(&id).await;
    assert_eq!(points(&after), 3, "{after:#}");
}

#[tokio::test]
async fn a_key_of_the_organization_has_nobody_s_own_things() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let key = Key::of_organization(&app, &org.admin, &["ADMIN_ORG"]).await;

    let answer = key
        .graphql("{ organization { viewerMembership { role } } }", json!({}))
        .await;

    assert!(answer.errors().len() <= 1, "{:#}", answer.body);
    assert!(
        !answer.error_codes().contains(&"INTERNAL"),
        "{:#}",
        answer.body
    );
}
