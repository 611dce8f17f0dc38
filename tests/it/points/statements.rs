//! How many statements a request costs does not depend on how many rows it shows.

use serde_json::json;
use tests::app::TestApp;

use super::paying::pay;

const BOARD: &str = "
    query ($first: Int!, $period: LeaderboardPeriod!) {
        organization {
            leaderboard(scope: INDIVIDUAL, period: $period, first: $first) {
                entries {
                    totalCount
                    nodes { key rank points user { id name email avatarUrl } team { id name } department { name } isViewer }
                }
                viewerEntry { rank }
            }
        }
    }";

const LEDGER: &str = "
    query ($first: Int!) {
        organization { points { user { name } ledger(first: $first) { nodes { pointsChange user { name } actor { name } } } } }
    }";

#[tokio::test]
async fn a_board_of_a_hundred_costs_the_statements_of_a_board_of_ten() {
    let app = TestApp::start().await;
    let mut org = app.org().await;
    for n in 0..100 {
        let person = org.member_of(["alpha", "beta", "gamma"][n % 3]).await;
        pay(&app, &org, &person, "a", u32::try_from(n % 9).unwrap()).await;
    }
    let db = &app.platform().db;
    for period in ["DAY", "WEEK", "MONTH", "QUARTER", "ALL_TIME"] {
        let mut costs = Vec::new();
        // The first question reads the board; the others find it.
        for first in [1, 10, 100] {
            let before = db.statements();
            let answer = org
                .member
                .graphql(BOARD, json!({ "first": first, "period": period }))
                .await;
            costs.push(db.statements() - before);
            let rows = answer.list("/organization/leaderboard/entries/nodes");
            assert_eq!(rows.len(), first);
            assert!(rows.iter().all(|row| row["user"]["name"].is_string()));
        }
        assert_eq!(costs[1], costs[2], "{period}: {costs:?}");
        assert!(costs[2] <= 3, "{period}: {costs:?}");
    }
}

#[tokio::test]
async fn a_ledger_of_a_hundred_costs_the_statements_of_a_ledger_of_ten() {
    let app = TestApp::start().await;
    let org = app.org().await;
    for n in 0..100 {
        pay(&app, &org, &org.member, &format!("{n}"), 1).await;
    }
    let db = &app.platform().db;
    let mut costs = Vec::new();
    for first in [10, 10, 100] {
        let before = db.statements();
        let answer = org.member.graphql(LEDGER, json!({ "first": first })).await;
        costs.push(db.statements() - before);
        assert_eq!(
            answer.list("/organization/points/ledger/nodes").len(),
            first
        );
    }
    assert_eq!(costs[1], costs[2], "{costs:?}");
}
