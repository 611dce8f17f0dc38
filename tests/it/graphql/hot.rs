//! Answers that are given again are the answers that an execution would give.

use serde_json::{Value, json};
use tests::app::TestApp;
use tests::org::Person;

/// What may be kept, and the same question with a field beside it that keeps it from being kept.
const PARTS: &str = "organization { leaderboard(scope: $scope, period: $period, first: 5) {
    viewerEntry { rank points } updatedAt
    entries { totalCount nodes { key rank previousRank points isViewer isAnonymous user { name } team { name } } }
} }";

async fn ask(person: &Person, scope: &str, period: &str, beside: &str) -> Value {
    let document = format!(
        "query ($scope: LeaderboardScope!, $period: LeaderboardPeriod!) {{ {PARTS} {beside} }}"
    );
    let answer = person
        .graphql(&document, json!({ "scope": scope, "period": period }))
        .await;
    answer.at("/organization/leaderboard").clone()
}

#[tokio::test]
async fn every_viewer_has_the_same_answer_kept_or_not_while_points_change() {
    let app = TestApp::start().await;
    let org = app.org().await;
    for points in [5, 3, -1] {
        let mutation = "mutation ($input: AdjustPointsInput!) { adjustPoints(input: $input) { entry { id } } }";
        for person in [&org.member, &org.lead] {
            let input =
                json!({ "userId": person.gid(), "pointsChange": points, "reason": "A good deed" });
            org.admin
                .graphql(mutation, json!({ "input": input }))
                .await
                .data();
            for viewer in [&org.admin, &org.member, &org.lead] {
                for (scope, period) in [("INDIVIDUAL", "WEEK"), ("TEAM", "ALL_TIME")] {
                    let executed = ask(viewer, scope, period, "serverInfo { version }").await;
                    let first = ask(viewer, scope, period, "").await;
                    let again = ask(viewer, scope, period, "").await;
                    assert_eq!(first, executed);
                    assert_eq!(again, executed);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_kept_answer_is_not_given_to_whom_it_is_not_allowed() {
    let app = TestApp::start().await;
    let (org, other) = (app.org().await, app.org().await);
    let document = "{ organization { id leaderboard(scope: INDIVIDUAL, period: WEEK) { entries { nodes { key } } } } }";
    for _ in 0..2 {
        let answer = org.member.graphql(document, json!({})).await;
        assert_eq!(answer.text("/organization/id"), org.gid());
    }
    let answer = org.viewer.graphql(document, json!({})).await;
    assert_eq!(answer.error_code(), "FORBIDDEN");
    let answer = other.member.graphql(document, json!({})).await;
    assert_eq!(answer.text("/organization/id"), other.gid());
}
