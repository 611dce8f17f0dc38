//! What clients see when something is wrong, and what they do not.

use serde_json::json;
use tests::app::TestApp;

#[tokio::test]
async fn an_error_of_the_server_s_own_says_its_request_and_nothing_else() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let client = app.database().client().await;
    client
        .batch_execute("ALTER TABLE memberships RENAME TO secret_memberships")
        .await
        .unwrap();

    let answer = org
        .member
        .graphql(
            "{ organization { slug } viewer { user { id } } }",
            json!({}),
        )
        .await;

    let text = answer.body.to_string();
    assert!(
        !text.contains("memberships") && !text.contains("relation"),
        "{text}"
    );
    for error in answer.errors() {
        assert_eq!(error["extensions"]["code"], "INTERNAL", "{text}");
        assert!(
            error["extensions"]["requestId"]
                .as_str()
                .is_some_and(|id| !id.is_empty())
        );
        assert_eq!(error["extensions"].as_object().unwrap().len(), 2);
    }
    assert!(!answer.errors().is_empty());
}

#[tokio::test]
async fn nobody_is_told_to_sign_in() {
    let app = TestApp::start().await;
    let answer = app
        .graphql(
            "{ organization { slug } viewer { user { id } } }",
            json!({}),
        )
        .await;
    assert_eq!(answer.error_code(), "UNAUTHENTICATED");
    assert!(answer.body["data"]["viewer"].is_null());
}

#[tokio::test]
async fn what_is_no_id_names_its_argument() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let query = "query ($id: ID!) { node(id: $id) { id } }";
    let answer = org.member.graphql(query, json!({ "id": "nonsense" })).await;
    assert_eq!(answer.error_code(), "BAD_USER_INPUT");
    assert_eq!(answer.error_fields(), ["id"]);
}

#[tokio::test]
async fn what_one_may_not_know_of_is_as_if_it_were_not() {
    let app = TestApp::start().await;
    let (own, foreign) = (app.org().await, app.org().await);
    let source = foreign.source().await;
    let query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let ids = json!({ "ids": [foreign.gid(), foreign.member.gid(), foreign.team_gid("alpha"), source.gid(), own.gid()] });
    let answer = own.admin.graphql(query, ids).await;
    assert_eq!(
        answer.at("/nodes"),
        &json!([null, null, null, null, { "id": own.gid() }])
    );
    let answer = own
        .admin
        .graphql(
            "query ($slug: String) { organization(slug: $slug) { id } }",
            json!({ "slug": foreign.slug }),
        )
        .await;
    assert!(answer.at("/organization").is_null());
}

#[tokio::test]
async fn a_scalar_of_the_wrong_form_is_the_caller_s_to_correct() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let query = "query ($from: DateTime) { organization { events(from: $from) { nodes { id } } } }";
    let answer = org
        .admin
        .graphql(query, json!({ "from": "yesterday" }))
        .await;
    assert_eq!(answer.error_code(), "BAD_USER_INPUT");
}
