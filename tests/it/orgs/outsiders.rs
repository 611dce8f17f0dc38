//! What does not concern the caller reads like what does not exist.

use serde_json::json;
use tests::TestApp;

#[tokio::test]
async fn somebody_else_s_organization_reads_like_none() {
    let app = TestApp::start().await;
    let (mine, theirs) = (app.org().await, app.org().await);
    let query = "query ($slug: String!) { organization(slug: $slug) { id } }";

    let foreign = mine
        .admin
        .graphql(query, json!({ "slug": theirs.slug }))
        .await;
    let missing = mine
        .admin
        .graphql(query, json!({ "slug": "no-such-place" }))
        .await;

    assert!(foreign.data()["organization"].is_null());
    assert_eq!(foreign.body, missing.body);
}

#[tokio::test]
async fn the_header_opens_nothing() {
    let app = TestApp::start().await;
    let (mine, theirs) = (app.org().await, app.org().await);
    let bearer = format!("Bearer {}", mine.admin.token);
    let ask = async |organization: &str| {
        let headers = [
            ("authorization", bearer.as_str()),
            ("x-organization-id", organization),
        ];
        app.graphql_with("{ organization { id } }", json!({}), &headers)
            .await
            .body
    };

    let foreign = ask(&theirs.id.to_string()).await;
    let missing = ask("00000000-0000-7000-8000-000000000000").await;

    assert!(foreign["data"]["organization"].is_null());
    assert_eq!(foreign, missing);
}

#[tokio::test]
async fn global_ids_of_another_organization_lead_nowhere() {
    let app = TestApp::start().await;
    let (mine, theirs) = (app.org().await, app.org().await);
    let ids = json!([theirs.gid(), theirs.member.gid(), theirs.team_gid("alpha")]);
    let query = "query ($ids: [ID!]!, $team: ID!, $user: ID!) {
      nodes(ids: $ids) { id }
      organization { team(id: $team) { id } membership(userId: $user) { id } }
    }";
    let variables =
        json!({ "ids": ids, "team": theirs.team_gid("alpha"), "user": theirs.member.gid() });

    let answer = mine.admin.graphql(query, variables).await;

    assert_eq!(answer.at("/nodes"), &json!([null, null, null]));
    assert_eq!(
        answer.at("/organization"),
        &json!({ "team": null, "membership": null })
    );
}

#[tokio::test]
async fn own_global_ids_are_fetched_again() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let ids = json!([org.gid(), org.lead.gid(), org.team_gid("alpha")]);
    let query = "query ($ids: [ID!]!) { nodes(ids: $ids) {
      __typename ... on Organization { slug } ... on User { name } ... on Team { name }
    } }";

    let answer = org.member.graphql(query, json!({ "ids": ids })).await;

    assert_eq!(
        answer.at("/nodes"),
        &json!([
            { "__typename": "Organization", "slug": org.slug },
            { "__typename": "User", "name": "lead" },
            { "__typename": "Team", "name": "alpha" },
        ])
    );
}
