//! What is taken: stored once, durably, byte for byte.

use chrono::TimeDelta;
use futures_util::future::join_all;
use tests::gitlab::{self, Account, Delivery};

use super::ground::{Ground, body, noon};

fn push() -> Delivery {
    gitlab::push(&Account::new("ada@example.com"), 3, noon())
}

#[tokio::test]
async fn a_new_delivery_is_answered_202_and_a_replay_200_with_the_same_event() {
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    let delivery = push();

    let first = ground.send(&source, &delivery).await;
    assert_eq!(first.status(), 202);
    let first = body(first).await;
    let again = ground.send(&source, &delivery).await;
    assert_eq!(again.status(), 200);
    let again = body(again).await;

    assert_eq!(first["status"], "accepted");
    assert_eq!(again["status"], "duplicate");
    assert_eq!(first["eventId"], again["eventId"]);
    assert_eq!(ground.number("SELECT count(*) FROM events").await, 1);
}

#[tokio::test]
async fn eight_copies_at_once_are_stored_once_and_all_acknowledged() {
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    for _ in 0..10 {
        let delivery = push();
        let copies = join_all((0..8).map(|_| ground.send(&source, &delivery))).await;
        let new = copies.iter().filter(|copy| copy.status() == 202).count();
        assert_eq!(new, 1);
    }
    assert_eq!(ground.number("SELECT count(*) FROM events").await, 10);
    assert_eq!(ground.number("SELECT count(*) FROM event_queue").await, 10);
}

#[tokio::test]
async fn many_deliveries_at_once_are_each_stored() {
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    let deliveries: Vec<Delivery> = (0..400).map(|_| push()).collect();
    let answers = join_all(deliveries.iter().map(|one| ground.send(&source, one))).await;
    assert!(answers.iter().all(|answer| answer.status() == 202));
    assert_eq!(ground.number("SELECT count(*) FROM events").await, 400);
    let distinct = "SELECT count(DISTINCT event_id) FROM delivery_keys";
    assert_eq!(ground.number(distinct).await, 400);
}

#[tokio::test]
async fn two_sources_may_use_the_same_key() {
    let ground = Ground::start().await;
    let (one, other) = (ground.source("One").await, ground.source("Other").await);
    let delivery = push();
    assert_eq!(ground.send(&one, &delivery).await.status(), 202);
    assert_eq!(ground.send(&other, &delivery).await.status(), 202);
}

#[tokio::test]
async fn an_event_s_time_is_its_id_s_own_millisecond() {
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    ground.send(&source, &push()).await;
    let query = "SELECT (extract(epoch FROM received_at) * 1000)::bigint FROM events";
    let received = ground.number(query).await;
    let id = ground
        .text("SELECT id::text FROM events")
        .await
        .replace('-', "");
    assert_eq!(i64::from_str_radix(&id[..12], 16).unwrap(), received);
    assert_eq!(received, noon().timestamp_millis());
}

#[tokio::test]
async fn a_body_is_kept_byte_for_byte_whatever_is_in_its_strings() {
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    let raw = " {\"object_kind\":\"push\", \"ref\":\"refs/heads/a\\u0000b\",\"after\":\"1\", \"n\":1e400,\r\n\"user_name\":\"x\\u0000\",\"user_id\":1, \"total_commits_count\": 1}\n";
    let response = ground
        .delivery(&source, &push())
        .body(raw)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 202);
    let stored: Vec<u8> = {
        let row = ground.rows.query_one("SELECT payload FROM events", &[]);
        row.await.unwrap().get(0)
    };
    assert_eq!(stored, raw.as_bytes());
}

#[tokio::test]
async fn a_zero_byte_in_a_string_stops_nothing() {
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    let raw = "{\"object_kind\":\"push\",\"ref\":\"refs/heads/a\\u0000b\",\"after\":\"1\",\"user_name\":\"x\\u0000\",\"user_username\":\"x\\u0000y\",\"user_id\":1,\"total_commits_count\":1}";
    let request = ground.delivery(&source, &push()).body(raw);
    assert_eq!(request.send().await.unwrap().status(), 202);
    ground.workers.process_due().await.unwrap();
    assert_eq!(ground.events().await, [("PROCESSED".to_owned(), None)]);
}

#[tokio::test]
async fn a_month_without_a_partition_gets_one() {
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    ground.platform.clock.advance(TimeDelta::days(4000));
    assert_eq!(ground.send(&source, &push()).await.status(), 202);
}

#[tokio::test]
async fn an_event_of_no_interest_is_taken_and_kept() {
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    let delivery = Delivery {
        event: "Galaxy Hook",
        ..push().with("/object_kind", "galaxy")
    };
    ground.send_and_process(&source, &delivery).await;
    let events = ground.events().await;
    assert_eq!(events[0].0, "IGNORED");
    assert!(events[0].1.as_deref().unwrap().contains("Galaxy Hook"));
}
