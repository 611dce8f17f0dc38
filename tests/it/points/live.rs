//! Boards and credits as they are watched.

use api::contexts::orgs::StandingChanged;
use serde_json::{Value, json};
use tests::app::TestApp;
use tests::org::{Org, Person};
use tests::socket::Received;

use super::paying::pay;

const BOARD: &str = "
    subscription ($scope: LeaderboardScope!) {
        leaderboardUpdated(scope: $scope, period: WEEK) {
            entries { nodes { rank points user { name } } }
            viewerEntry { rank }
        }
    }";

const CREDITS: &str = "
    subscription ($userId: ID) { pointsCredited(userId: $userId) { pointsChange balanceAfter user { name } } }";

/// Makes a member a viewer.
async fn demote(app: &TestApp, org: &Org, person: &Person) {
    let client = app.database().client().await;
    client
        .execute(
            "UPDATE memberships SET role = 'VIEWER' WHERE user_id = $1",
            &[&person.id.0],
        )
        .await
        .unwrap();
    app.platform().bus.publish(StandingChanged {
        organization_id: org.id,
        user_id: Some(person.id),
    });
}

fn leader(message: &Value) -> (&str, i64) {
    let row = &message["leaderboardUpdated"]["entries"]["nodes"][0];
    (
        row["user"]["name"].as_str().unwrap(),
        row["points"].as_i64().unwrap(),
    )
}

#[tokio::test]
async fn a_board_comes_as_it_is_and_then_as_it_changes() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let mut socket = org.member.socket().await;
    let id = socket
        .subscribe(BOARD, json!({ "scope": "INDIVIDUAL" }))
        .await;
    assert_eq!(leader(&socket.next_of(&id).await), ("admin", 0));

    pay(&app, &org, &org.member, "a", 1).await;

    let message = socket.next_of(&id).await;
    assert_eq!(leader(&message), ("member", 3));
    assert_eq!(message["leaderboardUpdated"]["viewerEntry"]["rank"], 1);
}

#[tokio::test]
async fn many_changes_come_as_few_messages_that_end_at_the_last_state() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let mut socket = org.member.socket().await;
    let id = socket.subscribe(BOARD, json!({ "scope": "MY_TEAM" })).await;
    socket.next_of(&id).await;

    for n in 0..50 {
        pay(&app, &org, &org.member, &format!("{n}"), 1).await;
    }

    let mut messages = 0;
    loop {
        let message = socket.next_of(&id).await;
        messages += 1;
        if leader(&message) == ("member", 150) {
            break;
        }
    }
    assert!(messages < 25, "{messages} messages for 50 changes");
}

#[tokio::test]
async fn a_change_outside_a_team_is_no_news_on_its_board() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let mut socket = org.member.socket().await;
    let id = socket.subscribe(BOARD, json!({ "scope": "MY_TEAM" })).await;
    socket.next_of(&id).await;

    pay(&app, &org, &org.admin, "elsewhere", 8).await;
    pay(&app, &org, &org.member, "here", 1).await;

    assert_eq!(leader(&socket.next_of(&id).await), ("member", 3));
}

#[tokio::test]
async fn a_viewer_cannot_watch_people_and_whoever_becomes_one_stops_watching() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let mut socket = org.viewer.socket().await;
    socket
        .subscribe(BOARD, json!({ "scope": "INDIVIDUAL" }))
        .await;
    assert_eq!(refusal(socket.receive().await), "FORBIDDEN");

    let mut socket = org.member.socket().await;
    let id = socket
        .subscribe(BOARD, json!({ "scope": "INDIVIDUAL" }))
        .await;
    socket.next_of(&id).await;
    demote(&app, &org, &org.member).await;
    assert_eq!(refusal(socket.receive().await), "FORBIDDEN");
}

fn refusal(received: Received) -> String {
    let Received::Message(message) = received else {
        panic!("not a message: {received:?}");
    };
    assert_eq!(message["type"], "error", "{message:#}");
    message["payload"][0]["extensions"]["code"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn credits_come_to_the_person_and_to_those_who_may_see_them() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let mut own = org.member.socket().await;
    let mut of_lead = org.lead.socket().await;
    let mut of_stranger = org.member.socket().await;
    let one = own.subscribe(CREDITS, json!({})).await;
    let other = of_lead
        .subscribe(CREDITS, json!({ "userId": org.member.gid() }))
        .await;
    of_stranger
        .subscribe(CREDITS, json!({ "userId": org.lead.gid() }))
        .await;
    assert_eq!(refusal(of_stranger.receive().await), "FORBIDDEN");
    // A subscription is set up when a later message of the same socket has been answered.
    for socket in [&mut own, &mut of_lead] {
        let id = socket.subscribe("{ __typename }", json!({})).await;
        socket.next_of(&id).await;
        assert_eq!(socket.next().await["type"], "complete");
    }

    pay(&app, &org, &org.lead, "not theirs", 1).await;
    pay(&app, &org, &org.member, "theirs", 1).await;

    for (socket, id) in [(&mut own, one), (&mut of_lead, other)] {
        let message = socket.next_of(&id).await;
        assert_eq!(
            message["pointsCredited"],
            json!({ "pointsChange": 3, "balanceAfter": 3, "user": { "name": "member" } })
        );
    }
}
