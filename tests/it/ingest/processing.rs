//! What follows from an event: who earns, once, and for which day.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use shared::ids::UserId;
use tests::gitlab::{self, Account, Delivery};
use tests::wait::eventually;

use super::ground::{Ground, Source, noon};

async fn start() -> (Ground, Source) {
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    (ground, source)
}

async fn counted_on(ground: &Ground, user: UserId) -> String {
    let query =
        format!("SELECT max(occurred_on)::text FROM points_ledger WHERE user_id = '{user}'");
    ground.text(&query).await
}

fn hours_ago(hours: i64) -> DateTime<Utc> {
    noon() - TimeDelta::hours(hours)
}

#[tokio::test]
async fn each_kind_pays_what_its_rule_says() {
    let (ground, source) = start().await;
    let (ada, bob) = (
        Account::new("ada@example.com"),
        Account::new("bob@example.com"),
    );
    let ada_id = ground.member("ada@example.com").await;
    let at = hours_ago(1);
    let cases = [
        (6, gitlab::push(&ada, 4, at)),
        (10, gitlab::push(&ada, 40, at)),
        (5, gitlab::merge_request("open", &ada, &ada, at)),
        (3, gitlab::merge_request("approved", &bob, &ada, at)),
        (3, gitlab::merge_request_comment(&bob, &ada, at)),
        (5, gitlab::issue("close", &bob, Some(&ada), at)),
        (5, gitlab::issue("close", &ada, None, at)),
        (2, gitlab::pipeline("success", &ada, at)),
        (-3, gitlab::pipeline("failed", &ada, at)),
        (0, gitlab::pipeline("running", &ada, at)),
        (0, gitlab::issue("open", &ada, None, at)),
        (0, gitlab::merge_request("update", &ada, &ada, at)),
    ];
    let mut before = 0;
    for (points, delivery) in cases {
        ground.send_and_process(&source, &delivery).await;
        let now = ground.balance(ada_id).await;
        assert_eq!(now - before, points, "{}", delivery.body);
        before = now;
    }
}

#[tokio::test]
async fn a_merge_pays_the_author_and_not_who_pressed_the_button() {
    let (ground, source) = start().await;
    let (ada, bob) = (
        Account::new("ada@example.com"),
        Account::new("bob@example.com"),
    );
    let ada_id = ground.member("ada@example.com").await;
    let bob_id = ground.member("bob@example.com").await;
    // The author is known by then: from an earlier event with more than an id.
    ground
        .send_and_process(&source, &gitlab::push(&ada, 1, noon()))
        .await;
    let merged = gitlab::merge_request("merge", &ada, &bob, hours_ago(1));
    ground.send_and_process(&source, &merged).await;
    assert_eq!(ground.balance(ada_id).await, 3 + 10);
    assert_eq!(ground.balance(bob_id).await, 0);
}

#[tokio::test]
async fn an_author_whom_nobody_knows_yet_is_paid_when_known() {
    let (ground, source) = start().await;
    let (ada, bob) = (
        Account::new("ada@example.com"),
        Account::new("bob@example.com"),
    );
    let ada_id = ground.member("ada@example.com").await;
    let merged = gitlab::merge_request("merge", &ada, &bob, hours_ago(30));
    ground.send_and_process(&source, &merged).await;
    assert_eq!(ground.balance(ada_id).await, 0);

    ground
        .send_and_process(&source, &gitlab::push(&ada, 1, noon()))
        .await;
    assert_eq!(ground.balance(ada_id).await, 10 + 3);
    let query = "SELECT occurred_on::text FROM points_ledger WHERE rule = 'PULL_REQUEST_MERGED'";
    assert_eq!(ground.text(query).await, "2026-03-01");
}

#[tokio::test]
async fn events_of_strangers_are_kept_and_paid_when_they_join() {
    let (ground, source) = start().await;
    let ada = Account::new("ada@example.com");
    let pushed = gitlab::push(&ada, 4, noon());
    ground.send_and_process(&source, &pushed).await;
    let pipeline = gitlab::pipeline("success", &ada, hours_ago(48));
    ground.send_and_process(&source, &pipeline).await;
    assert_eq!(ground.number("SELECT count(*) FROM points_ledger").await, 0);
    assert!(
        ground
            .events()
            .await
            .iter()
            .all(|(status, _)| status == "PROCESSED")
    );

    let ada_id = ground.member("ada@example.com").await;
    assert_eq!(ground.balance(ada_id).await, 6 + 2);
    let theirs =
        format!("SELECT count(*) FROM events WHERE user_id = '{ada_id}' AND points_awarded > 0");
    assert_eq!(ground.number(&theirs).await, 2);
    ground
        .send_and_process(&source, &pushed.sent_again_as_another())
        .await;
    assert_eq!(ground.balance(ada_id).await, 6 + 2);
}

#[tokio::test]
async fn two_hooks_that_tell_of_one_fact_pay_once() {
    let (ground, source) = start().await;
    let group = ground.source("Group hook").await;
    let ada_id = ground.member("ada@example.com").await;
    let delivery = gitlab::push(&Account::new("ada@example.com"), 4, noon());
    ground.send_and_process(&source, &delivery).await;
    ground
        .send_and_process(&group, &delivery.sent_again_as_another())
        .await;
    assert_eq!(ground.balance(ada_id).await, 6);
    assert_eq!(ground.events().await.len(), 2);
}

#[tokio::test]
async fn a_late_event_counts_for_the_day_it_happened() {
    let (ground, source) = start().await;
    let ada_id = ground.member("ada@example.com").await;
    let late = gitlab::pipeline(
        "success",
        &Account::new("ada@example.com"),
        hours_ago(24 * 10),
    );
    ground.send_and_process(&source, &late).await;
    assert_eq!(counted_on(&ground, ada_id).await, "2026-02-20");
}

#[tokio::test]
async fn a_time_in_the_future_counts_as_now() {
    let (ground, source) = start().await;
    let ada_id = ground.member("ada@example.com").await;
    let ahead = gitlab::pipeline(
        "success",
        &Account::new("ada@example.com"),
        hours_ago(-24 * 400),
    );
    ground.send_and_process(&source, &ahead).await;
    assert_eq!(counted_on(&ground, ada_id).await, "2026-03-02");
}

#[tokio::test]
async fn a_review_pays_once_a_day_and_never_the_author_by_any_account() {
    let (ground, source) = start().await;
    let (ada, bob) = (
        Account::new("ada@example.com"),
        Account::new("bob@example.com"),
    );
    let bob_id = ground.member("bob@example.com").await;
    let comment = gitlab::merge_request_comment(&ada, &bob, hours_ago(1));
    let id = comment.body["merge_request"]["id"].clone();
    ground.send_and_process(&source, &comment).await;
    let approved = gitlab::merge_request("approved", &ada, &bob, hours_ago(2))
        .with("/object_attributes/id", id.clone());
    ground.send_and_process(&source, &approved).await;
    assert_eq!(ground.balance(bob_id).await, 3);
    let day_before = gitlab::merge_request("approved", &ada, &bob, hours_ago(24))
        .with("/object_attributes/id", id);
    ground.send_and_process(&source, &day_before).await;
    assert_eq!(ground.balance(bob_id).await, 6);

    // The same address on two accounts: one person.
    let second = Account::new("bob@example.com");
    let second = Account {
        username: "bobby".to_owned(),
        ..second
    };
    ground
        .send_and_process(&source, &gitlab::push(&second, 1, noon()))
        .await;
    let before = ground.balance(bob_id).await;
    let own = gitlab::merge_request_comment(&bob, &second, hours_ago(1));
    ground.send_and_process(&source, &own).await;
    assert_eq!(ground.balance(bob_id).await, before);
}

#[tokio::test]
async fn a_username_alone_is_the_one_member_who_has_it_elsewhere() {
    let (ground, source) = start().await;
    let (ada, bob) = (
        Account::new("ada@example.com"),
        Account::new("bob@example.com"),
    );
    let bob_id = ground.member("bob@example.com").await;
    ground
        .send_and_process(&source, &gitlab::push(&bob, 1, noon()))
        .await;
    let elsewhere = |mut delivery: Delivery, is_old: bool| {
        delivery.body["project"]["web_url"] = "https://old.example.org/acme/engine".into();
        if is_old {
            delivery.body["user"] = serde_json::json!({ "username": bob.username });
        } else {
            delivery.body["user"] = serde_json::json!({ "username": bob.username, "id": 1 });
        }
        delivery
    };
    let comment = || gitlab::merge_request_comment(&ada, &bob, hours_ago(1));
    let with_id = elsewhere(comment(), false);
    ground.send_and_process(&source, &with_id).await;
    assert_eq!(ground.balance(bob_id).await, 3);
    let without = elsewhere(comment(), true);
    ground.send_and_process(&source, &without).await;
    assert_eq!(ground.balance(bob_id).await, 3);

    let other = ground.source("Another").await;
    let mut fresh = elsewhere(comment(), true);
    fresh.body["project"]["web_url"] = "https://older.example.org/acme/engine".into();
    ground.send_and_process(&other, &fresh).await;
    assert_eq!(ground.balance(bob_id).await, 6);
}

#[tokio::test]
async fn bots_earn_nothing_and_viewers_earn_nothing() {
    let (ground, source) = start().await;
    ground.member("ada@example.com").await;
    let bot = Account {
        username: "project_15_bot_1f".to_owned(),
        ..Account::new("ada@example.com")
    };
    ground
        .send_and_process(&source, &gitlab::push(&bot, 3, noon()))
        .await;
    assert_eq!(ground.number("SELECT count(*) FROM points_ledger").await, 0);
    assert_eq!(
        ground
            .number("SELECT count(*) FROM unclaimed_credits")
            .await,
        0
    );
}

#[tokio::test]
async fn workers_that_run_process_everything_once() {
    let (ground, source) = start().await;
    let people: Vec<Account> = (0..5)
        .map(|n| Account::new(&format!("p{n}@example.com")))
        .collect();
    let mut members = Vec::new();
    for person in &people {
        members.push(ground.member(&person.email).await);
    }
    ground.workers.start(4);
    let deliveries: Vec<Delivery> = (0..150)
        .map(|n| gitlab::push(&people[n % 5], 1, noon()))
        .collect();
    join_all(
        deliveries
            .iter()
            .flat_map(|one| [ground.send(&source, one), ground.send(&source, one)]),
    )
    .await;
    eventually("the queue is empty", async || {
        (ground.number("SELECT count(*) FROM event_queue").await == 0).then_some(())
    })
    .await;
    for member in members {
        assert_eq!(ground.balance(member).await, 30 * 3);
    }
}
