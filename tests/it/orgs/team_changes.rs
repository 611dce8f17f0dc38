//! Teams and departments, changed through the API.

use serde_json::{Value, json};
use tests::TestApp;
use tests::answer::Answer;
use tests::org::{Org, Person};

const ASSIGN: &str = "mutation ($user: ID!, $team: ID!, $primary: Boolean!) {
  assignMember(input: { userId: $user, teamId: $team, isPrimary: $primary }) {
    membership { teams { name } primaryTeam { name } }
  }
}";
const UNASSIGN: &str = "mutation ($user: ID!, $team: ID!) {
  unassignMember(input: { userId: $user, teamId: $team }) {
    membership { teams { name } primaryTeam { name } }
  }
}";

async fn assign(org: &Org, person: &Person, team: &str, primary: bool) -> Answer {
    let variables = json!({ "user": person.gid(), "team": org.team_gid(team), "primary": primary });
    org.admin.graphql(ASSIGN, variables).await
}

async fn unassign(org: &Org, person: &Person, team: &str) -> Answer {
    let variables = json!({ "user": person.gid(), "team": org.team_gid(team) });
    org.admin.graphql(UNASSIGN, variables).await
}

#[tokio::test]
async fn a_person_is_in_several_teams_with_one_primary() {
    let app = TestApp::start().await;
    let org = app.org().await;

    let second = assign(&org, &org.member, "beta", false).await;
    assert_eq!(
        second.text("/assignMember/membership/primaryTeam/name"),
        "alpha"
    );
    assert_eq!(second.list("/assignMember/membership/teams").len(), 2);
    let moved = assign(&org, &org.member, "beta", true).await;
    assert_eq!(
        moved.text("/assignMember/membership/primaryTeam/name"),
        "beta"
    );

    let left = unassign(&org, &org.member, "beta").await;
    assert_eq!(
        left.text("/unassignMember/membership/primaryTeam/name"),
        "alpha"
    );
    let alone = unassign(&org, &org.member, "alpha").await;
    assert!(alone.at("/unassignMember/membership/primaryTeam").is_null());
    unassign(&org, &org.member, "alpha").await.data();
}

#[tokio::test]
async fn a_team_is_created_changed_and_deleted() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let create = "mutation ($lead: ID) { createTeam(input: { name: \" Gamma \", leadId: $lead }) { team { id name lead { name } } } }";
    let created = org
        .admin
        .graphql(create, json!({ "lead": org.member.gid() }))
        .await;
    assert_eq!(created.text("/createTeam/team/name"), "Gamma");
    let id = created.at("/createTeam/team/id");

    let update = "mutation ($id: ID!, $name: String) { updateTeam(input: { id: $id, name: $name, leadId: null }) { team { name lead { name } } } }";
    let changed = org
        .admin
        .graphql(update, json!({ "id": id, "name": "Delta" }))
        .await;
    assert_eq!(
        changed.at("/updateTeam/team"),
        &json!({ "name": "Delta", "lead": null })
    );
    let taken = org
        .admin
        .graphql(update, json!({ "id": id, "name": "alpha" }))
        .await;
    assert_eq!(taken.error_code(), "CONFLICT");

    let delete = "mutation ($id: ID!) { deleteTeam(input: { id: $id }) { id } }";
    org.admin.graphql(delete, json!({ "id": id })).await.data();
    assert_eq!(
        org.admin
            .graphql(delete, json!({ "id": id }))
            .await
            .error_code(),
        "NOT_FOUND"
    );
}

#[tokio::test]
async fn whose_primary_team_is_deleted_gets_the_next() {
    let app = TestApp::start().await;
    let org = app.org().await;
    assign(&org, &org.member, "beta", false).await.data();
    let delete = "mutation ($id: ID!) { deleteTeam(input: { id: $id }) { id } }";
    org.admin
        .graphql(delete, json!({ "id": org.team_gid("alpha") }))
        .await
        .data();

    let query = "{ organization { viewerMembership { primaryTeam { name } } } }";
    let of = async |person: &Person| {
        let answer = person.graphql(query, json!({})).await;
        answer
            .at("/organization/viewerMembership/primaryTeam")
            .clone()
    };
    assert_eq!(of(&org.member).await, json!({ "name": "beta" }));
    assert_eq!(of(&org.lead).await, Value::Null);
}

#[tokio::test]
async fn a_lead_sees_the_people_of_the_team_from_the_next_request_on() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let query = "query ($id: ID!) { organization { membership(userId: $id) { user { email } } } }";
    let email = async || {
        let answer = org
            .member
            .graphql(query, json!({ "id": org.lead.gid() }))
            .await;
        answer.at("/organization/membership/user/email").clone()
    };
    assert_eq!(email().await, Value::Null);

    let update = "mutation ($id: ID!, $lead: ID!) { updateTeam(input: { id: $id, leadId: $lead }) { team { id } } }";
    let variables = json!({ "id": org.team_gid("alpha"), "lead": org.member.gid() });
    org.admin.graphql(update, variables).await.data();

    assert_eq!(email().await, json!(org.lead.email));
}

#[tokio::test]
async fn a_department_is_created_renamed_and_deleted() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let create =
        "mutation { createDepartment(input: { name: \"Research\" }) { department { id } } }";
    let created = org.admin.graphql(create, json!({})).await;
    let id = created.at("/createDepartment/department/id");
    let again = org.admin.graphql(create, json!({})).await;
    assert_eq!(again.error_code(), "CONFLICT");

    let place = "mutation ($id: ID!, $user: ID!) { updateMember(input: { userId: $user, departmentId: $id }) { membership { department { name } } } }";
    let placed = org
        .admin
        .graphql(place, json!({ "id": id, "user": org.member.gid() }))
        .await;
    assert_eq!(
        placed.text("/updateMember/membership/department/name"),
        "Research"
    );
    let update = "mutation ($id: ID!) { updateDepartment(input: { id: $id, name: \"Labs\" }) { department { name } } }";
    let renamed = org.admin.graphql(update, json!({ "id": id })).await;
    assert_eq!(renamed.text("/updateDepartment/department/name"), "Labs");

    let delete = "mutation ($id: ID!) { deleteDepartment(input: { id: $id }) { id } }";
    org.admin.graphql(delete, json!({ "id": id })).await.data();
    let query =
        "{ organization { departments { name } viewerMembership { department { name } } } }";
    let left = org.member.graphql(query, json!({})).await;
    assert_eq!(left.at("/organization/departments"), &json!([]));
    assert!(
        left.at("/organization/viewerMembership/department")
            .is_null()
    );
}

#[tokio::test]
async fn only_administrators_change_teams() {
    let app = TestApp::start().await;
    let org = app.org().await;

    for person in [&org.lead, &org.member, &org.viewer] {
        let variables =
            json!({ "user": org.member.gid(), "team": org.team_gid("beta"), "primary": true });
        assert_eq!(
            person.graphql(ASSIGN, variables).await.error_code(),
            "FORBIDDEN"
        );
        let create =
            "mutation { createDepartment(input: { name: \"Mine\" }) { department { id } } }";
        assert_eq!(
            person.graphql(create, json!({})).await.error_code(),
            "FORBIDDEN"
        );
    }
}
