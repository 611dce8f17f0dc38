//! Refresh tokens.

use chrono::TimeDelta;
use serde_json::json;
use tests::wait::eventually;

use super::arrange::{Browser, MEMBER, demo};

#[tokio::test]
async fn a_refresh_token_is_good_once_and_its_reuse_ends_the_session() {
    let (app, _) = demo().await;
    let mut browser = Browser::signed_in(&app, true).await;
    let mut thief = browser.clone();

    let (renewed, _) = browser.post("/auth/refresh", &json!({})).await;
    assert_eq!(renewed, 200);
    assert_ne!(browser.cookies["dm_refresh"], thief.cookies["dm_refresh"]);
    assert!(browser.is_signed_in().await);

    let (reused, answer) = thief.post("/auth/refresh", &json!({})).await;
    assert_eq!(
        (reused, &answer["error"]["code"]),
        (401, &json!("UNAUTHENTICATED"))
    );
    assert!(
        thief.cookies.is_empty(),
        "cookies of a dead session are taken away"
    );
    assert!(!browser.is_signed_in().await, "the whole family ends");
    let (after, _) = browser.post("/auth/refresh", &json!({})).await;
    assert_eq!(after, 401);
}

#[tokio::test]
async fn two_tabs_that_refresh_at_the_same_moment_both_go_on() {
    let (app, _) = demo().await;
    let mut one = Browser::signed_in(&app, true).await;
    let mut other = one.clone();
    // Both are held after they found their token unspent, and before either spends it.
    let client = app.database().client().await;
    client
        .batch_execute("BEGIN; SELECT 1 FROM sessions FOR UPDATE")
        .await
        .unwrap();
    let watcher = app.database().client().await;
    let release = async {
        eventually("both requests wait for the session", || async {
            let row = watcher
                .query_one(
                    "SELECT count(*) FROM pg_stat_activity
                     WHERE datname = current_database() AND wait_event_type = 'Lock'",
                    &[],
                )
                .await
                .unwrap();
            (row.get::<_, i64>(0) == 2).then_some(())
        })
        .await;
        client.batch_execute("COMMIT").await.unwrap();
    };

    let (nothing, more) = (json!({}), json!({}));
    let (first, second, ()) = tokio::join!(
        one.post("/auth/refresh", &nothing),
        other.post("/auth/refresh", &more),
        release
    );

    assert_eq!((first.0, second.0), (200, 200));
    assert!(one.is_signed_in().await && other.is_signed_in().await);
}

#[tokio::test]
async fn a_session_that_is_not_remembered_ends_when_it_is_not_used() {
    let (app, _) = demo().await;
    let mut browser = Browser::signed_in(&app, false).await;
    app.clock().advance(TimeDelta::hours(7));
    assert!(browser.is_signed_in().await);
    assert_eq!(browser.post("/auth/refresh", &json!({})).await.0, 200);

    app.clock().advance(TimeDelta::hours(7));
    assert!(browser.is_signed_in().await, "its use has extended it");
    app.clock().advance(TimeDelta::hours(2));

    assert!(!browser.is_signed_in().await);
    assert_eq!(browser.post("/auth/refresh", &json!({})).await.0, 401);
}

#[tokio::test]
async fn a_remembered_session_lasts_thirty_days() {
    let (app, _) = demo().await;
    let mut browser = Browser::signed_in(&app, true).await;

    app.clock().advance(TimeDelta::days(29));
    assert!(
        !browser.is_signed_in().await,
        "the access token has run out"
    );
    assert_eq!(browser.post("/auth/refresh", &json!({})).await.0, 200);
    assert!(browser.is_signed_in().await);

    app.clock().advance(TimeDelta::days(31));
    assert_eq!(browser.post("/auth/refresh", &json!({})).await.0, 401);
}

#[tokio::test]
async fn a_program_refreshes_by_the_body() {
    let (app, _) = demo().await;
    let mut program = Browser::new(&app);
    let body = json!({ "email": MEMBER, "withRefreshToken": true });
    let (_, signed_in) = program.post("/auth/demo", &body).await;
    assert!(program.received.is_empty(), "programs get no cookies");
    let body = json!({ "refreshToken": signed_in["refreshToken"] });

    let (status, renewed) = program.post("/auth/refresh", &body).await;

    assert_eq!(status, 200, "{renewed:#}");
    assert_ne!(renewed["refreshToken"], signed_in["refreshToken"]);
    assert_eq!(
        program.post("/auth/refresh", &body).await.0,
        401,
        "it is good once"
    );
}

#[tokio::test]
async fn no_token_is_stored_as_it_is() {
    let (app, _) = demo().await;
    let browser = Browser::signed_in(&app, true).await;

    let row = app
        .database()
        .client()
        .await
        .query_one(
            "SELECT encode(token_hash, 'escape'), octet_length(token_hash) FROM refresh_tokens",
            &[],
        )
        .await
        .unwrap();

    assert_eq!(row.get::<_, i32>(1), 32);
    assert_ne!(row.get::<_, String>(0), browser.cookies["dm_refresh"]);
}
