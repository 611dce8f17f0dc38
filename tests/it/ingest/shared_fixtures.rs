//! The shared examples of real payloads, used in place where they are there.
//!
//! [`POINTS`] is the committed table: what each example, with its person and times rewritten to a member and now, is worth.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tests::gitlab::Delivery;

use super::ground::{Ground, noon};

/// Example, the event's name in its header, and the points it gives to the member it is rewritten to.
const POINTS: &[(&str, &str, i64)] = &[
    ("push.json", "Push Hook", 6),
    ("merge-request.json", "Merge Request Hook", 5),
    ("comment-merge-request.json", "Note Hook", 3),
    ("issue.json", "Issue Hook", 0),
    ("pipeline.json", "Pipeline Hook", 2),
];

const MEMBER: &str = "member@demo.test";

/// The folder beside the project; none where the project stands alone.
fn folder() -> Option<PathBuf> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures/webhooks/gitlab");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: the shared examples are not beside this project");
    None
}

fn examples(folder: &Path) -> Vec<(Delivery, i64)> {
    POINTS
        .iter()
        .map(|(name, event, points)| {
            let text = std::fs::read_to_string(folder.join(name)).unwrap();
            let delivery = Delivery {
                event,
                key: format!("shared-{name}"),
                body: serde_json::from_str(&text).unwrap(),
            };
            (delivery, *points)
        })
        .collect()
}

/// The person of an example made the member, its times made now, its ids left as they are.
fn rewritten(delivery: &Delivery) -> Delivery {
    let mut body = delivery.body.clone();
    if body.get("user_email").is_some() {
        body["user_email"] = json!(MEMBER);
        body["user_name"] = json!("Maya Torres");
    }
    if let Some(user) = body.get_mut("user").and_then(Value::as_object_mut) {
        user.insert("email".to_owned(), json!(MEMBER));
        user.insert("username".to_owned(), json!("member"));
        user.insert("name".to_owned(), json!("Maya Torres"));
    }
    let now = noon().format("%Y-%m-%d %H:%M:%S UTC").to_string();
    for field in ["created_at", "updated_at", "finished_at"] {
        if let Some(time) = body.pointer_mut(&format!("/object_attributes/{field}")) {
            *time = json!(now);
        }
    }
    Delivery {
        event: delivery.event,
        key: format!("{}-rewritten", delivery.key),
        body,
    }
}

#[tokio::test]
async fn as_they_are_they_are_kept_without_credit() {
    let Some(folder) = folder() else { return };
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    ground.member(MEMBER).await;
    for (delivery, _) in examples(&folder) {
        ground.send_and_process(&source, &delivery).await;
    }
    assert_eq!(ground.number("SELECT count(*) FROM points_ledger").await, 0);
    let events = ground.events().await;
    assert_eq!(events.len(), POINTS.len());
    assert!(
        events.iter().all(|(status, _)| status == "PROCESSED"),
        "{events:?}"
    );
}

#[tokio::test]
async fn rewritten_to_a_member_they_give_exactly_the_points_of_the_table() {
    let Some(folder) = folder() else { return };
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    let member = ground.member(MEMBER).await;
    // First as they are: what strangers with the same ids did must not become the member's.
    for (delivery, _) in examples(&folder) {
        ground.send_and_process(&source, &delivery).await;
    }
    let mut before = 0;
    for (delivery, points) in examples(&folder) {
        let delivery = rewritten(&delivery);
        ground.send_and_process(&source, &delivery).await;
        let now = ground.balance(member).await;
        assert_eq!(now - before, points, "{}", delivery.key);
        ground.send(&source, &delivery).await;
        assert_eq!(ground.workers.process_due().await.unwrap(), 0);
        before = now;
    }
}

#[test]
fn the_table_names_every_example() {
    let Some(folder) = folder() else { return };
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let mut known: Vec<&str> = POINTS.iter().map(|(name, ..)| *name).collect();
    known.sort_unstable();
    assert_eq!(files, known);
}
