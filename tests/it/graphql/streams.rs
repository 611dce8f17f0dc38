//! Subscriptions: the present state first, changes as they come, one execution for all who ask the same.

use serde_json::{Value, json};
use tests::app::TestApp;
use tests::org::{Org, Person};
use tests::socket::Socket;

const BOARD: &str = "subscription ($scope: LeaderboardScope!) {
    leaderboardUpdated(scope: $scope, period: WEEK, first: 10) {
        entries { nodes { rank points user { name } } }
    }
}";
const OWN_BOARD: &str = "subscription {
    leaderboardUpdated(scope: INDIVIDUAL, period: WEEK) {
        viewerEntry { points } entries { nodes { isViewer points user { name } } }
    }
}";

async fn adjust(org: &Org, person: &Person, points: i64) {
    let input = json!({ "input": { "userId": person.gid(), "pointsChange": points, "reason": "A good deed" } });
    let mutation =
        "mutation ($input: AdjustPointsInput!) { adjustPoints(input: $input) { entry { id } } }";
    org.admin.graphql(mutation, input).await.data();
}

fn points_of(data: &Value, person: &Person) -> i64 {
    let nodes = data["leaderboardUpdated"]["entries"]["nodes"]
        .as_array()
        .unwrap();
    let row = nodes
        .iter()
        .find(|node| node["user"]["name"] == person.name.as_str());
    row.unwrap_or_else(|| panic!("{} is not on the board: {data:#}", person.name))["points"]
        .as_i64()
        .unwrap()
}

async fn next_with(socket: &mut Socket, id: &str, person: &Person, points: i64) -> Value {
    loop {
        let data = socket.next_of(id).await;
        if points_of(&data, person) == points {
            return data;
        }
    }
}

#[tokio::test]
async fn the_state_comes_first_and_then_every_change() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let mut socket = org.lead.socket().await;
    let id = socket
        .subscribe(BOARD, json!({ "scope": "INDIVIDUAL" }))
        .await;
    let first = socket.next_of(&id).await;
    assert_eq!(points_of(&first, &org.member), 0);
    adjust(&org, &org.member, 7).await;
    next_with(&mut socket, &id, &org.member, 7).await;
}

#[tokio::test]
async fn whoever_comes_later_has_the_state_at_once() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let mut early = org.lead.socket().await;
    let early_id = early
        .subscribe(BOARD, json!({ "scope": "INDIVIDUAL" }))
        .await;
    early.next_of(&early_id).await;
    adjust(&org, &org.member, 5).await;
    next_with(&mut early, &early_id, &org.member, 5).await;

    let mut late = org.member.socket().await;
    let late_id = late
        .subscribe(BOARD, json!({ "scope": "INDIVIDUAL" }))
        .await;
    let state = late.next_of(&late_id).await;
    assert_eq!(points_of(&state, &org.member), 5);
}

#[tokio::test]
async fn each_viewer_has_their_own_rows_where_they_ask_for_them() {
    let app = TestApp::start().await;
    let org = app.org().await;
    adjust(&org, &org.member, 3).await;
    let mut own_points = Vec::new();
    for person in [&org.member, &org.lead] {
        let mut socket = person.socket().await;
        let id = socket.subscribe(OWN_BOARD, json!({})).await;
        let data = socket.next_of(&id).await;
        let nodes = data["leaderboardUpdated"]["entries"]["nodes"]
            .as_array()
            .unwrap();
        let own: Vec<_> = nodes
            .iter()
            .filter(|node| node["isViewer"] == true)
            .collect();
        assert_eq!(own.len(), 1);
        assert_eq!(own[0]["user"]["name"], person.name.as_str());
        own_points.push(data["leaderboardUpdated"]["viewerEntry"]["points"].as_i64());
    }
    assert_eq!(own_points, [Some(3), Some(0)]);
}

#[tokio::test]
async fn a_shared_board_is_of_one_organization_and_of_its_members() {
    let app = TestApp::start().await;
    let (one, other) = (app.org().await, app.org().await);
    adjust(&one, &one.member, 9).await;
    let board = json!({ "scope": "INDIVIDUAL" });
    let mut sockets = [
        one.lead.socket().await,
        other.lead.socket().await,
        one.viewer.socket().await,
    ];
    let mut messages = Vec::new();
    for socket in &mut sockets {
        socket.subscribe(BOARD, board.clone()).await;
        messages.push(socket.next().await);
    }
    assert_eq!(points_of(&messages[0]["payload"]["data"], &one.member), 9);
    // People of both organizations have the same names; only in one have they points.
    assert_eq!(points_of(&messages[1]["payload"]["data"], &other.member), 0);
    assert_eq!(messages[2]["type"], "error");
}

#[tokio::test]
async fn many_subscribers_of_one_board_cost_one_execution() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let mut sockets = Vec::new();
    for _ in 0..20 {
        let mut socket = org.lead.socket().await;
        let id = socket
            .subscribe(BOARD, json!({ "scope": "INDIVIDUAL" }))
            .await;
        socket.next_of(&id).await;
        sockets.push((socket, id));
    }
    adjust(&org, &org.member, 4).await;
    for (socket, id) in &mut sockets {
        next_with(socket, id, &org.member, 4).await;
    }
}

#[tokio::test]
async fn credits_arrive_as_they_are_made_and_only_at_whom_they_concern() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let document = "subscription { pointsCredited { pointsChange balanceAfter user { name } } }";
    let mut own = org.member.socket().await;
    let own_id = own.subscribe(document, json!({})).await;
    let mut other = org.lead.socket().await;
    let other_id = other.subscribe(document, json!({})).await;
    // A query behind the subscription: once it is answered, the stream has begun.
    for socket in [&mut own, &mut other] {
        let id = socket
            .subscribe("{ viewer { user { id } } }", json!({}))
            .await;
        socket.next_of(&id).await;
        socket.next().await;
    }
    adjust(&org, &org.member, 6).await;
    let data = own.next_of(&own_id).await;
    assert_eq!(
        data["pointsCredited"],
        json!({ "pointsChange": 6, "balanceAfter": 6, "user": { "name": org.member.name } })
    );
    adjust(&org, &org.lead, 2).await;
    let data = other.next_of(&other_id).await;
    assert_eq!(data["pointsCredited"]["pointsChange"], 2);
}
