//! Teams, and which one counts.

use api::contexts::orgs::{self, Assignment, NewTeam};
use serde_json::json;
use tests::TestApp;
use tests::org::{Org, Person};

const TEAMS: &str = "query ($id: ID!) { organization { membership(userId: $id) { primaryTeam { name } teams { name } } } }";

async fn assign(app: &TestApp, org: &Org, person: &Person, team: &str, is_primary: bool) {
    let scope = org.scope().await;
    let assignment = Assignment {
        team_id: org.team(team),
        user_id: person.id,
        is_primary,
    };
    app.platform()
        .db
        .transaction(async |tx| orgs::assign_member(tx, &scope, assignment).await)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_second_team_does_not_count_unless_it_becomes_the_primary_one() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let variables = json!({ "id": org.member.gid() });

    assign(&app, &org, &org.member, "beta", false).await;
    let before = org.member.graphql(TEAMS, variables.clone()).await;
    assign(&app, &org, &org.member, "beta", true).await;
    let after = org.member.graphql(TEAMS, variables).await;

    assert_eq!(
        before.at("/organization/membership"),
        &json!({ "primaryTeam": { "name": "alpha" }, "teams": [{ "name": "alpha" }, { "name": "beta" }] })
    );
    assert_eq!(
        after.at("/organization/membership"),
        &json!({ "primaryTeam": { "name": "beta" }, "teams": [{ "name": "beta" }, { "name": "alpha" }] })
    );
}

#[tokio::test]
async fn a_team_of_another_organization_takes_nobody() {
    let app = TestApp::start().await;
    let (org, other) = (app.org().await, app.org().await);
    let scope = org.scope().await;
    let assignment = Assignment {
        team_id: other.team("alpha"),
        user_id: org.member.id,
        is_primary: true,
    };

    let refused = app
        .platform()
        .db
        .transaction(async |tx| orgs::assign_member(tx, &scope, assignment).await)
        .await
        .unwrap_err();

    assert_eq!(refused.code().as_str(), "NOT_FOUND");
}

#[tokio::test]
async fn two_teams_of_one_name_are_refused() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let scope = org.scope().await;
    let new = NewTeam {
        name: " alpha ".to_owned(),
        lead_id: None,
        department_id: None,
    };

    let refused = app
        .platform()
        .db
        .transaction(async |tx| orgs::create_team(tx, &scope, new).await)
        .await
        .unwrap_err();

    assert_eq!(refused.code().as_str(), "CONFLICT");
}
