//! Founding an organization, naming it anew, leaving it.

use serde_json::{Value, json};
use shared::role::Role;
use tests::TestApp;
use tests::answer::Answer;
use tests::org::Person;

const CREATE: &str = "mutation ($name: String!, $slug: String) {
  createOrganization(input: { name: $name, slug: $slug }) {
    organization { name slug viewerMembership { role } }
  }
}";
const UPDATE: &str = "mutation ($name: String, $slug: String) {
  updateOrganization(input: { name: $name, slug: $slug }) { organization { name slug } }
}";
const LEAVE: &str =
    "mutation ($id: ID!) { leaveOrganization(input: { organizationId: $id }) { membershipId } }";

async fn create(by: &Person, name: &str, slug: Option<&str>) -> Answer {
    by.graphql(CREATE, json!({ "name": name, "slug": slug }))
        .await
}

async fn update(by: &Person, changes: Value) -> Answer {
    by.graphql(UPDATE, changes).await
}

async fn leave(by: &Person, organization: &str) -> Answer {
    by.graphql(LEAVE, json!({ "id": organization })).await
}

#[tokio::test]
async fn who_creates_an_organization_is_its_administrator() {
    let app = TestApp::start().await;
    let org = app.org().await;

    let made = create(&org.viewer, "Ada's Lab", None).await;

    assert_eq!(
        made.text("/createOrganization/organization/name"),
        "Ada's Lab"
    );
    assert_eq!(
        made.text("/createOrganization/organization/slug"),
        "adas-lab"
    );
    let role = "/createOrganization/organization/viewerMembership/role";
    assert_eq!(made.text(role), "ADMIN");
    let seen = "{ organization(slug: \"adas-lab\") { id } }";
    let by_other = org.admin.graphql(seen, json!({})).await;
    assert!(by_other.data()["organization"].is_null());
}

#[tokio::test]
async fn days_and_boards_follow_the_settings_at_once() {
    const SETTINGS: &str = "mutation ($input: UpdateOrganizationInput!) {
      updateOrganization(input: $input) { organization { timeZone leaderboardVisibility today } }
    }";
    const BOARD: &str = "{ organization { leaderboard(scope: INDIVIDUAL, period: WEEK) { entries { nodes { user { name } } } } } }";
    let app = TestApp::start().await;
    let org = app.org().await;
    let names = async |person: &Person| {
        let answer = person.graphql(BOARD, json!({})).await;
        let entries = answer
            .list("/organization/leaderboard/entries/nodes")
            .to_vec();
        entries
            .iter()
            .filter(|entry| entry["user"].is_object())
            .count()
    };
    assert_eq!(names(&org.member).await, 3);

    let input = json!({ "timeZone": "Pacific/Kiritimati", "leaderboardVisibility": "ADMINS_ONLY" });
    let changed = org.admin.graphql(SETTINGS, json!({ "input": input })).await;

    assert_eq!(
        changed.at("/updateOrganization/organization"),
        &json!({
            "timeZone": "Pacific/Kiritimati",
            "leaderboardVisibility": "ADMINS_ONLY",
            "today": "2026-03-12",
        })
    );
    assert_eq!(names(&org.member).await, 1, "members see themselves");
    assert_eq!(names(&org.admin).await, 3);
    let wrong = json!({ "input": { "timeZone": "Mars/Olympus", "slug": "graphql" } });
    let refused = org.admin.graphql(SETTINGS, wrong).await;
    assert_eq!(refused.error_fields(), ["slug", "timeZone"]);
    let input = json!({ "input": { "name": "Mine" } });
    let refused = org.member.graphql(SETTINGS, input).await;
    assert_eq!(refused.error_code(), "FORBIDDEN");
}

#[tokio::test]
async fn who_wants_privacy_is_without_a_name_to_others_at_once() {
    const PRIVATE: &str = "mutation ($on: Boolean!) { updatePreferences(input: { privacyMode: $on }) { preferences { privacyMode } } }";
    const BOARD: &str = "{ organization { leaderboard(scope: INDIVIDUAL, period: WEEK) { entries { nodes { isAnonymous isViewer user { name } } } } } }";
    let app = TestApp::start().await;
    let org = app.org().await;
    let anonymous = async |person: &Person| {
        let answer = person.graphql(BOARD, json!({})).await;
        let entries = answer
            .list("/organization/leaderboard/entries/nodes")
            .to_vec();
        entries
            .iter()
            .filter(|entry| entry["isAnonymous"] == true && entry["user"].is_null())
            .count()
    };
    assert_eq!(anonymous(&org.lead).await, 0);

    let answer = org.member.graphql(PRIVATE, json!({ "on": true })).await;

    assert_eq!(
        answer.at("/updatePreferences/preferences/privacyMode"),
        &json!(true)
    );
    assert_eq!(anonymous(&org.lead).await, 1);
    assert_eq!(anonymous(&org.member).await, 0, "one sees oneself");
    org.member
        .graphql(PRIVATE, json!({ "on": false }))
        .await
        .data();
    assert_eq!(anonymous(&org.lead).await, 0);
}

#[tokio::test]
async fn slugs_are_unique_and_never_paths_of_the_product() {
    let app = TestApp::start().await;
    let org = app.org().await;
    create(&org.admin, "One", Some("one")).await.data();

    let taken = create(&org.admin, "Another", Some("ONE")).await;
    assert_eq!(taken.error_code(), "CONFLICT");
    let reserved = create(&org.admin, "Paths", Some("graphql")).await;
    assert_eq!(reserved.error_fields(), ["slug"]);
    let numbered = create(&org.admin, "GraphQL", None).await;
    assert_eq!(
        numbered.text("/createOrganization/organization/slug"),
        "graphql-2"
    );
    let nameless = create(&org.admin, "  ", None).await;
    assert_eq!(nameless.error_fields(), ["name"]);
}

#[tokio::test]
async fn administrators_rename_and_everything_not_named_stays() {
    let app = TestApp::start().await;
    let org = app.org().await;

    let renamed = update(
        &org.admin,
        json!({ "name": "New name", "slug": "new-slug" }),
    )
    .await;
    assert_eq!(
        renamed.text("/updateOrganization/organization/slug"),
        "new-slug"
    );
    let again = update(&org.admin, json!({ "name": "Newer" })).await;
    assert_eq!(
        again.text("/updateOrganization/organization/slug"),
        "new-slug"
    );
    assert_eq!(again.text("/updateOrganization/organization/name"), "Newer");

    let by_member = update(&org.member, json!({ "name": "Mine" })).await;
    assert_eq!(by_member.error_code(), "FORBIDDEN");
    create(&org.admin, "One", Some("one")).await.data();
    let taken = update(&org.admin, json!({ "slug": "one" })).await;
    assert_eq!(taken.error_code(), "CONFLICT");
}

#[tokio::test]
async fn members_leave_and_the_last_administrator_stays() {
    let app = TestApp::start().await;
    let org = app.org().await;

    leave(&org.member, &org.gid()).await.data();

    let seen = org
        .member
        .graphql("{ organization { id } }", json!({}))
        .await;
    assert!(seen.data()["organization"].is_null());
    assert_eq!(
        leave(&org.member, &org.gid()).await.error_code(),
        "NOT_FOUND"
    );
    assert_eq!(leave(&org.admin, &org.gid()).await.error_code(), "CONFLICT");
}

#[tokio::test]
async fn of_two_administrators_who_leave_at_once_one_stays() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let other = org.person(Role::Admin).await;
    let gid = org.gid();

    let (one, two) = tokio::join!(leave(&org.admin, &gid), leave(&other, &gid));

    let refused = [&one, &two].map(|answer| answer.error_codes().contains(&"CONFLICT"));
    assert_eq!(refused.iter().filter(|refused| **refused).count(), 1);
}
