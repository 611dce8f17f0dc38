//! A person's points: sums, history, ledger, and who may see them.

use serde_json::{Value, json};
use tests::app::TestApp;

use super::paying::{pay, pay_ago};

const SUMMARY: &str = "
    query ($userId: ID, $days: Int = 30) {
        organization {
            points(userId: $userId) {
                user { name } balance today week month quarter trendPercent rank previousRank
                history(days: $days) { date points entries }
            }
        }
    }";

const LEDGER: &str = "
    query ($first: Int, $after: String, $last: Int, $before: String) {
        organization {
            points {
                ledger(first: $first, after: $after, last: $last, before: $before) {
                    totalCount
                    pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
                    nodes { id pointsChange balanceAfter reason rule timestamp user { name } actor { name } source { title } }
                }
            }
        }
    }";

#[tokio::test]
async fn a_summary_counts_each_period_and_its_trend() {
    let app = TestApp::start().await;
    let org = app.org().await;
    // The clock stands on Wednesday, 11 March 2026.
    for (fact, commits, days_ago) in [
        ("today", 4, 0),
        ("monday", 1, 2),
        ("last week", 4, 7),
        ("january", 8, 50),
    ] {
        pay_ago(&app, &org, &org.member, fact, commits, days_ago).await;
    }
    pay(&app, &org, &org.lead, "a", 8).await;

    let answer = org.member.graphql(SUMMARY, json!({})).await;

    let points = answer.at("/organization/points");
    let sums: Vec<_> = [
        "balance",
        "today",
        "week",
        "month",
        "quarter",
        "rank",
        "previousRank",
    ]
    .map(|field| points[field].as_i64())
    .into();
    assert_eq!(sums, [25, 6, 9, 15, 25, 2, 1].map(Some));
    assert_eq!(points["trendPercent"], 50.0);
    let history = points["history"].as_array().unwrap();
    assert_eq!(history.len(), 30);
    assert_eq!(
        history[29],
        json!({ "date": "2026-03-11", "points": 6, "entries": 1 })
    );
    assert_eq!(
        history[28],
        json!({ "date": "2026-03-10", "points": 0, "entries": 0 })
    );
}

#[tokio::test]
async fn a_week_after_one_without_points_has_no_trend() {
    let app = TestApp::start().await;
    let org = app.org().await;
    pay(&app, &org, &org.member, "a", 1).await;

    let answer = org.member.graphql(SUMMARY, json!({})).await;

    assert_eq!(answer.at("/organization/points/trendPercent"), &Value::Null);
}

#[tokio::test]
async fn others_points_are_for_administrators_and_the_lead() {
    let app = TestApp::start().await;
    let mut org = app.org().await;
    let other_team = org.member_of("beta").await;
    let ask = async |who: &tests::org::Person, whom: &tests::org::Person| {
        let answer = who.graphql(SUMMARY, json!({ "userId": whom.gid() })).await;
        answer
            .errors()
            .first()
            .map(|error| error["extensions"]["code"].as_str().unwrap().to_owned())
    };

    assert_eq!(ask(&org.admin, &org.member).await, None);
    assert_eq!(ask(&org.lead, &org.member).await, None);
    assert_eq!(
        ask(&org.lead, &other_team).await.as_deref(),
        Some("FORBIDDEN")
    );
    assert_eq!(
        ask(&org.member, &org.lead).await.as_deref(),
        Some("FORBIDDEN")
    );
    assert_eq!(
        ask(&org.viewer, &org.member).await.as_deref(),
        Some("NOT_FOUND")
    );
    let stranger = app.org().await.member;
    assert_eq!(
        ask(&org.admin, &stranger).await.as_deref(),
        Some("NOT_FOUND")
    );
}

#[tokio::test]
async fn a_history_has_at_least_one_day_and_at_most_a_year() {
    let app = TestApp::start().await;
    let org = app.org().await;

    for days in [0, -1, 367] {
        let answer = org.member.graphql(SUMMARY, json!({ "days": days })).await;
        assert_eq!(answer.error_fields(), ["days"], "{days}");
    }
    let answer = org.member.graphql(SUMMARY, json!({ "days": 366 })).await;
    assert_eq!(answer.list("/organization/points/history").len(), 366);
}

#[tokio::test]
async fn the_ledger_runs_from_the_newest_entry_back() {
    let app = TestApp::start().await;
    let org = app.org().await;
    for n in 0..5 {
        pay(&app, &org, &org.member, &format!("{n}"), n).await;
    }
    let balances = |answer: &tests::answer::Answer| -> Vec<i64> {
        let nodes = answer.list("/organization/points/ledger/nodes").iter();
        nodes
            .map(|node| node["balanceAfter"].as_i64().unwrap())
            .collect()
    };
    let cursor = |answer: &tests::answer::Answer, which: &str| {
        answer
            .text(&format!("/organization/points/ledger/pageInfo/{which}"))
            .to_owned()
    };

    let first = org.member.graphql(LEDGER, json!({ "first": 2 })).await;
    assert_eq!(balances(&first), [20, 14]);
    assert_eq!(first.number("/organization/points/ledger/totalCount"), 5);
    let second = json!({ "first": 2, "after": cursor(&first, "endCursor") });
    let second = org.member.graphql(LEDGER, second).await;
    assert_eq!(balances(&second), [9, 5]);
    // A new entry at the beginning moves no page.
    pay(&app, &org, &org.member, "new", 1).await;
    let third = json!({ "first": 2, "after": cursor(&second, "endCursor") });
    let third = org.member.graphql(LEDGER, third).await;
    assert_eq!(balances(&third), [2]);
    let back = json!({ "last": 2, "before": cursor(&third, "startCursor") });
    assert_eq!(balances(&org.member.graphql(LEDGER, back).await), [9, 5]);
    assert_eq!(
        balances(&org.member.graphql(LEDGER, json!({ "last": 1 })).await),
        [2]
    );
}

#[tokio::test]
async fn an_entry_is_found_again_by_its_id_by_those_who_may_see_it() {
    let app = TestApp::start().await;
    let org = app.org().await;
    pay(&app, &org, &org.member, "a", 1).await;
    let ledger = org.member.graphql(LEDGER, json!({})).await;
    let id = ledger.at("/organization/points/ledger/nodes/0/id").clone();
    let node = "query ($id: ID!) { node(id: $id) { ... on PointsEntry { reason } } }";

    let own = org.member.graphql(node, json!({ "id": id })).await;
    assert_eq!(own.text("/node/reason"), "Commits pushed");
    for stranger in [&org.viewer, &app.org().await.admin] {
        let answer = stranger.graphql(node, json!({ "id": id })).await;
        assert_eq!(answer.at("/node"), &Value::Null);
    }
}
