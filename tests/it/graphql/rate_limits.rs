//! Budgets of points a minute: of people, keys and addresses, over HTTP and websockets, in the process and on Redis.

use chrono::TimeDelta;
use serde_json::json;
use tests::app::TestApp;
use tests::mode::{Mode, in_both_modes};

use tests::org::Person;

use crate::keys::arrange::Key;

/// The headers of an answer are looked at.
async fn ask_once_more(app: &TestApp, person: &Person) -> reqwest::Response {
    app.http()
        .post(app.url("/graphql"))
        .bearer_auth(&person.token)
        .json(&json!({ "query": ASK }))
        .send()
        .await
        .unwrap()
}

const ASK: &str = "{ rateLimit { limit cost remaining resetAt } }";

async fn a_person_is_told_what_is_left_in_the_answer_and_in_its_headers(mode: Mode) {
    let app = mode
        .builder()
        .with("REQUEST_RATE_PER_MINUTE", "10")
        .start()
        .await;
    let org = app.org().await;

    org.member.graphql(ASK, json!({})).await.data();
    let answer = org.member.graphql(ASK, json!({})).await;

    let left = answer.at("/rateLimit");
    assert_eq!(left["limit"], 10);
    assert_eq!(left["cost"], 1);
    assert_eq!(left["remaining"], 8);
    let full = (app.now() + TimeDelta::seconds(12)).to_rfc3339();
    assert_eq!(left["resetAt"], json!(full));
    let response = ask_once_more(&app, &org.member).await;
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("ratelimit-limit"), "10");
    assert_eq!(header("ratelimit-remaining"), "7");
    assert_eq!(header("ratelimit-reset"), "18");
}

async fn who_spends_too_much_is_told_when_to_come_again_and_then_may(mode: Mode) {
    let app = mode
        .builder()
        .with("REQUEST_RATE_PER_MINUTE", "3")
        .start()
        .await;
    let org = app.org().await;
    for _ in 0..3 {
        org.member.graphql(ASK, json!({})).await.data();
    }

    let refused = org.member.graphql(ASK, json!({})).await;

    assert_eq!(
        (refused.status, refused.error_code()),
        (429, "RATE_LIMITED")
    );
    assert_eq!(refused.errors()[0]["extensions"]["retryAfter"], 20);
    let response = ask_once_more(&app, &org.member).await;
    assert_eq!(response.headers()["retry-after"], "20");
    assert_eq!(response.headers()["ratelimit-remaining"], "0");
    org.admin.graphql(ASK, json!({})).await.data();
    app.clock().advance(TimeDelta::seconds(20));
    org.member.graphql(ASK, json!({})).await.data();
}

async fn a_key_has_the_limit_that_it_was_given(mode: Mode) {
    let app = mode.builder().start().await;
    let org = app.org().await;
    let input = json!({ "name": "Slow", "scopes": ["READ_POINTS"], "rateLimit": 2 });
    let slow = Key::create(&app, &org.member, input).await;
    let other = Key::of_person(&app, &org.member, &["READ_POINTS"]).await;

    slow.graphql(ASK, json!({})).await.data();
    slow.graphql(ASK, json!({})).await.data();

    assert_eq!(
        slow.graphql(ASK, json!({})).await.error_code(),
        "RATE_LIMITED"
    );
    assert_eq!(
        other
            .graphql(ASK, json!({}))
            .await
            .number("/rateLimit/limit"),
        100
    );
    app.clock().advance(TimeDelta::seconds(30));
    slow.graphql(ASK, json!({})).await.data();
}

async fn a_large_request_costs_more_than_a_small_one(mode: Mode) {
    let app = mode
        .builder()
        .with("REQUEST_RATE_PER_MINUTE", "100")
        .start()
        .await;
    let org = app.org().await;
    let document = "query ($first: Int!) {
        rateLimit { cost remaining }
        organization { leaderboard(scope: INDIVIDUAL, period: WEEK, first: $first) {
            entries { nodes { rank points user { id name avatarUrl } team { name } isViewer } }
        } }
    }";

    let small = org.member.graphql(document, json!({ "first": 5 })).await;
    let large = org.member.graphql(document, json!({ "first": 100 })).await;

    assert_eq!(small.number("/rateLimit/cost"), 1);
    assert_eq!(large.number("/rateLimit/cost"), 5);
    assert_eq!(large.number("/rateLimit/remaining"), 94);
}

async fn strangers_of_one_address_share_a_budget_that_is_not_a_person_s(mode: Mode) {
    let app = mode
        .builder()
        .with("ANONYMOUS_RATE_PER_MINUTE", "2")
        .start()
        .await;
    let org = app.org().await;
    for _ in 0..2 {
        app.graphql("{ serverInfo { version } }", json!({}))
            .await
            .data();
    }

    let refused = app.graphql("{ serverInfo { version } }", json!({})).await;

    assert_eq!(
        (refused.status, refused.error_code()),
        (429, "RATE_LIMITED")
    );
    org.member.graphql(ASK, json!({})).await.data();
}

async fn nonsense_is_not_free(mode: Mode) {
    let app = mode
        .builder()
        .with("ANONYMOUS_RATE_PER_MINUTE", "2")
        .start()
        .await;
    app.graphql("{ nonsense ", json!({})).await;
    app.graphql("{ nonsense ", json!({})).await;
    let refused = app.graphql("{ nonsense ", json!({})).await;
    assert_eq!(refused.error_code(), "RATE_LIMITED");
}

async fn a_socket_spends_from_the_same_budget(mode: Mode) {
    let app = mode
        .builder()
        .with("REQUEST_RATE_PER_MINUTE", "3")
        .start()
        .await;
    let org = app.org().await;
    let mut socket = org.member.socket().await;
    for left in [2, 1] {
        let id = socket.subscribe(ASK, json!({})).await;
        let data = socket.next_of(&id).await;
        assert_eq!(data["rateLimit"]["remaining"], left);
        assert_eq!(socket.next().await["type"], "complete");
    }
    org.member.graphql(ASK, json!({})).await.data();

    let id = socket.subscribe(ASK, json!({})).await;

    let message = socket.next().await;
    assert_eq!(
        (&message["type"], &message["id"]),
        (&json!("error"), &json!(id))
    );
    assert_eq!(message["payload"][0]["extensions"]["code"], "RATE_LIMITED");
}

async fn signing_in_spends_from_the_address_s_budget(mode: Mode) {
    let app = mode
        .builder()
        .with("ANONYMOUS_RATE_PER_MINUTE", "3")
        .with_demo_sign_in()
        .start()
        .await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let response = app
            .http()
            .post(app.url("/auth/demo"))
            .json(&json!({ "email": "nobody@demo.test" }))
            .send()
            .await
            .unwrap();
        statuses.push(response.status().as_u16());
        if response.status() == 429 {
            assert_eq!(response.headers()["retry-after"], "20");
        }
    }
    assert_eq!(statuses[3], 429, "{statuses:?}");
    assert!(
        statuses[..3].iter().all(|status| *status != 429),
        "{statuses:?}"
    );
}

in_both_modes! {
    a_person_is_told_what_is_left_in_the_answer_and_in_its_headers,
    who_spends_too_much_is_told_when_to_come_again_and_then_may,
    a_key_has_the_limit_that_it_was_given,
    a_large_request_costs_more_than_a_small_one,
    strangers_of_one_address_share_a_budget_that_is_not_a_person_s,
    nonsense_is_not_free,
    a_socket_spends_from_the_same_budget,
    signing_in_spends_from_the_address_s_budget,
}
