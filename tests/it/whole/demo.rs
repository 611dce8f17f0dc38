//! The demo fills an empty database once, goes on after a rest, and leaves what is somebody's own alone.

use api::contexts::points::verify_ledger;
use api::demo;
use chrono::TimeDelta;
use serde_json::json;
use tests::TestApp;

const COUNTS: &str = "SELECT
    (SELECT count(*) FROM events), (SELECT count(*) FROM points_ledger),
    (SELECT count(*) FROM memberships), (SELECT count(*) FROM events WHERE status = 'PENDING'),
    (SELECT count(*) FROM events WHERE status = 'DEAD'), (SELECT count(*) FROM unclaimed_credits),
    (SELECT max(received_at) FROM events)";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_has_a_past_and_a_second_start_changes_nothing() {
    let app = demo_app("24").await;
    let client = app.database().client().await;
    let first = client.query_one(COUNTS, &[]).await.unwrap();
    let [events, entries, members, pending, dead, unclaimed] =
        std::array::from_fn(|column| first.get::<_, i64>(column));
    assert!(
        events > 1_000 && entries > 800,
        "{events} events, {entries} entries"
    );
    assert_eq!((members, pending), (45, 0));
    assert!(
        dead >= 1 && unclaimed >= 1,
        "{dead} dead, {unclaimed} unclaimed"
    );
    assert!(first.get::<_, chrono::DateTime<chrono::Utc>>(6) <= app.now());
    assert!(
        verify_ledger(app.platform())
            .await
            .unwrap()
            .discrepancies
            .is_empty()
    );

    prepare(&app).await;
    let second = client.query_one(COUNTS, &[]).await.unwrap();
    assert_eq!(second.get::<_, i64>(0), events);

    // A rest of three days is told by the next start, from where it began.
    app.clock().advance(TimeDelta::days(3));
    prepare(&app).await;
    let third = client.query_one(COUNTS, &[]).await.unwrap();
    assert!(third.get::<_, i64>(0) > events + 20);
    assert_eq!(third.get::<_, i64>(3), 0);
}

#[tokio::test]
async fn the_named_accounts_sign_in_to_pages_that_are_not_empty() {
    let app = demo_app("8").await;

    for email in ["lead@demo.test", "member@demo.test"] {
        let token = app.token_of(email).await;
        let answer = app
            .graphql_with(
                "{ organization { slug viewerMembership { primaryTeam { name } } points { balance week } } }",
                json!({}),
                &[("authorization", &format!("Bearer {token}"))],
            )
            .await;
        assert_eq!(answer.text("/organization/slug"), "tidewater");
        assert_eq!(
            answer.text("/organization/viewerMembership/primaryTeam/name"),
            "Beacon"
        );
        assert!(answer.number("/organization/points/balance") > 0, "{email}");
    }
}

#[tokio::test]
async fn a_database_of_somebodys_own_is_left_alone() {
    let app = TestApp::start().await;
    app.org().await;

    let settings = app.server().ground.settings.demo.clone();
    let url = app.database().url();
    let prepared = demo::prepare(app.platform(), &url, &settings)
        .await
        .unwrap();

    assert!(prepared.is_none());
    let client = app.database().client().await;
    let row = client
        .query_one("SELECT count(*) FROM organizations", &[])
        .await
        .unwrap();
    assert_eq!(row.get::<_, i64>(0), 1);
}

async fn demo_app(days: &str) -> TestApp {
    TestApp::builder()
        .with("DEMO", "true")
        .with("DEMO_TRAFFIC", "false")
        .with("DEMO_HISTORY_DAYS", days)
        .start()
        .await
}

/// What the next start would do.
async fn prepare(app: &TestApp) {
    let settings = app.server().ground.settings.demo.clone();
    let url = app.database().url();
    let prepared = demo::prepare(app.platform(), &url, &settings)
        .await
        .unwrap();
    assert!(prepared.is_some());
}
