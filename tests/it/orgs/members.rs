//! The list of members.

use serde_json::{Value, json};
use shared::role::Role;
use tests::TestApp;
use tests::answer::Answer;

const MEMBERS: &str = "query ($search: String, $role: Role, $teamId: ID, $first: Int, $after: String, $last: Int, $before: String) {
  organization { members(search: $search, role: $role, teamId: $teamId, first: $first, after: $after, last: $last, before: $before) {
    totalCount
    nodes { user { name } role primaryTeam { name } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  } }
}";

fn names(answer: &Answer) -> Vec<&str> {
    let nodes = answer.list("/organization/members/nodes");
    nodes
        .iter()
        .map(|node| node["user"]["name"].as_str().unwrap())
        .collect()
}

fn page<'a>(answer: &'a Answer, field: &str) -> &'a Value {
    answer.at(&format!("/organization/members/pageInfo/{field}"))
}

#[tokio::test]
async fn members_come_by_name_page_by_page() {
    let app = TestApp::start().await;
    let org = app.org().await;

    let first = org.member.graphql(MEMBERS, json!({ "first": 3 })).await;
    let after = page(&first, "endCursor").clone();
    // Somebody who sorts before the cursor joins in between: nothing is shown twice or left out.
    org.person_named("aaa", Role::Member).await;
    let second = org
        .member
        .graphql(MEMBERS, json!({ "first": 3, "after": after }))
        .await;

    assert_eq!(names(&first), ["admin", "lead", "member"]);
    assert_eq!(page(&first, "hasNextPage"), true);
    assert_eq!(names(&second), ["viewer"]);
    assert_eq!(page(&second, "hasNextPage"), false);
    assert_eq!(second.number("/organization/members/totalCount"), 5);
}

#[tokio::test]
async fn the_last_page_is_read_backwards() {
    let app = TestApp::start().await;
    let org = app.org().await;

    let last = org.member.graphql(MEMBERS, json!({ "last": 2 })).await;
    let before = page(&last, "startCursor").clone();
    let earlier = org
        .member
        .graphql(MEMBERS, json!({ "last": 5, "before": before }))
        .await;

    assert_eq!(names(&last), ["member", "viewer"]);
    assert_eq!(page(&last, "hasPreviousPage"), true);
    assert_eq!(names(&earlier), ["admin", "lead"]);
    assert_eq!(page(&earlier, "hasPreviousPage"), false);
}

#[tokio::test]
async fn members_are_found_by_part_of_the_name_role_and_team() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let find = async |variables: Value| {
        let answer = org.member.graphql(MEMBERS, variables).await;
        names(&answer).join(" ")
    };

    assert_eq!(find(json!({ "search": " EMB " })).await, "member");
    assert_eq!(find(json!({ "search": "%" })).await, "");
    assert_eq!(find(json!({ "role": "VIEWER" })).await, "viewer");
    assert_eq!(
        find(json!({ "teamId": org.team_gid("alpha") })).await,
        "lead member"
    );
    assert_eq!(find(json!({ "teamId": org.team_gid("beta") })).await, "");
}

#[tokio::test]
async fn only_administrators_find_people_by_address() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let address = json!({ "search": org.viewer.email });

    let by_admin = org.admin.graphql(MEMBERS, address.clone()).await;
    let by_member = org.member.graphql(MEMBERS, address).await;

    assert_eq!(names(&by_admin), ["viewer"]);
    assert_eq!(names(&by_member), [""; 0]);
}

#[tokio::test]
async fn viewers_do_not_learn_who_the_members_are() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let query = "query ($id: ID!) { organization { membership(userId: $id) { id } teams { name lead { name } memberCount } } }";

    let list = org.viewer.graphql(MEMBERS, json!({})).await;
    let one = org
        .viewer
        .graphql(query, json!({ "id": org.member.gid() }))
        .await;
    let own = org
        .viewer
        .graphql(query, json!({ "id": org.viewer.gid() }))
        .await;

    assert_eq!(list.error_code(), "FORBIDDEN");
    assert!(one.at("/organization/membership").is_null());
    assert!(own.at("/organization/membership/id").is_string());
    assert_eq!(
        one.at("/organization/teams"),
        &json!([
            { "name": "alpha", "lead": null, "memberCount": 2 },
            { "name": "beta", "lead": null, "memberCount": 0 },
        ])
    );
}

#[tokio::test]
async fn a_page_out_of_range_is_refused_by_its_argument() {
    let app = TestApp::start().await;
    let org = app.org().await;

    let answer = org.member.graphql(MEMBERS, json!({ "first": 101 })).await;

    assert_eq!(
        (answer.error_code(), answer.error_fields()),
        ("BAD_USER_INPUT", vec!["first"])
    );
}

#[tokio::test]
async fn a_long_page_costs_the_statements_of_a_short_one() {
    let app = TestApp::start().await;
    let mut org = app.org().await;
    for _ in 0..12 {
        org.member_of("beta").await;
    }
    let query = "query ($first: Int) { organization { members(first: $first) {
      nodes { user { name email } department { name } teams { name memberCount lead { name } department { name } } }
    } } }";
    let db = &app.platform().db;
    let mut costs = Vec::new();
    // The first request also asks whether the session is alive.
    for first in [1, 2, 16] {
        let before = db.statements();
        let answer = org.admin.graphql(query, json!({ "first": first })).await;
        costs.push(db.statements() - before);
        assert_eq!(answer.list("/organization/members/nodes").len(), first);
    }

    assert_eq!(costs[1], costs[2], "{costs:?}");
}

#[tokio::test]
async fn thousands_are_paged_without_a_gap_and_found_by_search() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let client = app.database().client().await;
    client
        .batch_execute(&format!(
            "WITH person AS (SELECT gen_random_uuid() AS id, n FROM generate_series(1, 3000) AS n),
             made AS (INSERT INTO users (id, email, name, created_at, updated_at)
                 SELECT id, 'p' || n || '@many.test', 'Person ' || (n % 700), now(), now() FROM person RETURNING id)
             INSERT INTO memberships (id, organization_id, user_id, role, status, created_at, updated_at)
                 SELECT gen_random_uuid(), '{}', id, 'MEMBER', 'ACTIVE', now(), now() FROM made",
            org.id
        ))
        .await
        .unwrap();
    let query = "query ($after: String, $search: String) { organization {
      members(first: 100, after: $after, search: $search) { nodes { id } pageInfo { hasNextPage endCursor } }
    } }";

    let (mut seen, mut pages, mut after) = (std::collections::HashSet::new(), 0, Value::Null);
    loop {
        let answer = org.admin.graphql(query, json!({ "after": after })).await;
        for node in answer.list("/organization/members/nodes") {
            assert!(seen.insert(node["id"].as_str().unwrap().to_owned()));
        }
        pages += 1;
        if page(&answer, "hasNextPage") == false {
            break;
        }
        after = page(&answer, "endCursor").clone();
    }
    assert_eq!((seen.len(), pages), (3004, 31));
    let found = org
        .admin
        .graphql(query, json!({ "search": "p2999@many.test" }))
        .await;
    assert_eq!(found.list("/organization/members/nodes").len(), 1);
}
