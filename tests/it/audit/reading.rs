//! Reading the log: by whom, which part, and page by page.

use serde_json::{Value, json};
use tests::TestApp;
use tests::org::Person;

const LOG: &str = "query ($actorId: ID, $action: AuditAction, $targetId: UUID, $outcome: AuditOutcome,
  $from: DateTime, $to: DateTime, $first: Int, $after: String, $last: Int, $before: String) {
  organization { auditLog(actorId: $actorId, action: $action, targetId: $targetId, outcome: $outcome,
    from: $from, to: $to, first: $first, after: $after, last: $last, before: $before) {
    totalCount pageInfo { endCursor startCursor hasNextPage hasPreviousPage }
    nodes { databaseId action outcome actorKind actor { name } targetKind targetId requestId address createdAt }
  } }
}";

async fn invite(person: &Person, email: &str) {
    let query = "mutation ($email: String!) {
      inviteMember(input: { people: [{ email: $email }] }) { invitedCount }
    }";
    let answer = person.graphql(query, json!({ "email": email })).await;
    assert_eq!(answer.number("/inviteMember/invitedCount"), 1);
}

async fn log(person: &Person, variables: Value) -> Value {
    let answer = person.graphql(LOG, variables).await;
    answer.at("/organization/auditLog").clone()
}

fn ids(page: &Value) -> Vec<String> {
    let nodes = page["nodes"].as_array().unwrap();
    nodes
        .iter()
        .map(|node| node["databaseId"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn administrators_read_who_did_what() {
    let app = TestApp::start().await;
    let org = app.org().await;
    invite(&org.admin, "new@elsewhere.test").await;

    let page = log(&org.admin, json!({ "first": 1 })).await;

    let entry = &page["nodes"][0];
    assert_eq!(entry["action"], "USER_INVITED");
    assert_eq!(entry["outcome"], "SUCCESS");
    assert_eq!(entry["actorKind"], "USER");
    assert_eq!(entry["actor"]["name"], org.admin.name);
    assert_eq!(entry["targetKind"], "INVITATION");
    assert_eq!(entry["address"], "127.0.0.1");
    assert!(!entry["requestId"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn the_log_is_for_administrators_and_shows_no_other_organization() {
    let app = TestApp::start().await;
    let (org, other) = (app.org().await, app.org().await);
    invite(&org.admin, "new@elsewhere.test").await;

    for person in [&org.lead, &org.member, &org.viewer] {
        assert_eq!(
            person.graphql(LOG, json!({})).await.error_code(),
            "FORBIDDEN"
        );
    }
    let invited = json!({ "action": "USER_INVITED" });
    assert_eq!(log(&org.admin, invited.clone()).await["totalCount"], 1);
    assert_eq!(log(&other.admin, invited).await["totalCount"], 0);
}

#[tokio::test]
async fn each_filter_leaves_out_what_it_should() {
    let app = TestApp::start().await;
    let org = app.org().await;
    app.clock().advance(chrono::TimeDelta::minutes(1));
    let moment = app.clock().now();
    invite(&org.admin, "new@elsewhere.test").await;

    let all = log(&org.admin, json!({})).await["totalCount"]
        .as_i64()
        .unwrap();
    let invitation = log(&org.admin, json!({ "first": 1 })).await["nodes"][0]["targetId"].clone();

    assert!(all > 1, "the founding is in the log too");
    let moment = moment.to_rfc3339();
    for (filter, left) in [
        (json!({ "actorId": org.admin.gid() }), 1),
        (json!({ "actorId": org.member.gid() }), 0),
        (json!({ "action": "USER_INVITED" }), 1),
        (json!({ "action": "TEAM_DELETED" }), 0),
        (json!({ "targetId": invitation }), 1),
        (json!({ "outcome": "SUCCESS" }), all),
        (json!({ "outcome": "DENIED" }), 0),
        (json!({ "from": moment }), 1),
        (json!({ "to": moment }), all - 1),
    ] {
        let page = log(&org.admin, filter.clone()).await;
        assert_eq!(page["totalCount"], left, "{filter}");
        assert_eq!(ids(&page).len() as i64, left, "{filter}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat_while_entries_arrive() {
    let app = TestApp::start().await;
    let org = app.org().await;
    // The clock stands still, so that entries share their moment and only ids tell them apart.
    for number in 0..5 {
        invite(&org.admin, &format!("person{number}@elsewhere.test")).await;
    }
    let whole = ids(&log(&org.admin, json!({ "first": 100 })).await);

    let (mut walked, mut after) = (Vec::new(), Value::Null);
    let last_start = loop {
        let page = log(&org.admin, json!({ "first": 2, "after": after })).await;
        walked.extend(ids(&page));
        invite(&org.admin, &format!("late{}@elsewhere.test", walked.len())).await;
        if page["pageInfo"]["hasNextPage"] == false {
            break page["pageInfo"]["startCursor"].clone();
        }
        after = page["pageInfo"]["endCursor"].clone();
    };
    assert_eq!(walked, whole);

    let back = log(&org.admin, json!({ "last": 2, "before": last_start })).await;
    let shown = ids(&back);
    let end = whole.iter().position(|id| *id == shown[1]).unwrap();
    assert_eq!(whole[end - 1..=end], shown[..]);
    assert_eq!(back["pageInfo"]["hasPreviousPage"], true);
}
