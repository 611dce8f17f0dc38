//! Leaderboards: who sees whom, in which order, page by page.

use api::contexts::orgs::DirectoryChanged;
use serde_json::{Value, json};
use tests::app::TestApp;
use tests::org::{Org, Person};

use super::paying::{pay, pay_ago};

const BOARD: &str = "
    query ($scope: LeaderboardScope!, $period: LeaderboardPeriod!, $teamId: ID, $search: String,
           $first: Int, $after: String, $last: Int, $before: String) {
        organization {
            leaderboard(scope: $scope, period: $period, teamId: $teamId, search: $search,
                        first: $first, after: $after, last: $last, before: $before) {
                startsOn endsOn
                entries {
                    totalCount
                    pageInfo { hasNextPage hasPreviousPage endCursor startCursor }
                    edges {
                        cursor
                        node {
                            key rank previousRank points pointsSum memberCount isViewer isAnonymous
                            user { name email } team { name } department { name }
                        }
                    }
                }
                viewerEntry { key rank points isAnonymous user { name } team { name } }
            }
        }
    }";

const ROWS: &str = "/organization/leaderboard/entries/edges";

async fn asked(person: &Person, mut variables: Value) -> tests::answer::Answer {
    for (name, value) in [("scope", "INDIVIDUAL"), ("period", "WEEK")] {
        if variables[name].is_null() {
            variables[name] = value.into();
        }
    }
    person.graphql(BOARD, variables).await
}

async fn nodes(person: &Person, variables: Value) -> Vec<Value> {
    let answer = asked(person, variables).await;
    let edges = answer.list(ROWS);
    edges.iter().map(|edge| edge["node"].clone()).collect()
}

/// Name, rank and points of each row.
fn told(nodes: &[Value]) -> Vec<(&str, i64, i64)> {
    nodes
        .iter()
        .map(|node| {
            let name = node["user"]["name"].as_str().unwrap_or("-");
            (
                name,
                node["rank"].as_i64().unwrap(),
                node["points"].as_i64().unwrap(),
            )
        })
        .collect()
}

async fn set_visibility(app: &TestApp, org: &Org, visibility: &str) {
    let client = app.database().client().await;
    let statement = "UPDATE organizations SET leaderboard_visibility = $2 WHERE id = $1";
    client
        .execute(statement, &[&org.id.0, &visibility])
        .await
        .unwrap();
    doubt(app, org);
}

async fn make_private(app: &TestApp, org: &Org, person: &Person) {
    let client = app.database().client().await;
    let statement = "UPDATE users SET privacy_mode = true WHERE id = $1";
    client.execute(statement, &[&person.id.0]).await.unwrap();
    doubt(app, org);
}

fn doubt(app: &TestApp, org: &Org) {
    app.platform().bus.publish(DirectoryChanged {
        organization_id: org.id,
    });
}

/// An organization whose lead and administrator have 3 points each and whose member has 5.
async fn playing() -> (TestApp, Org) {
    let app = TestApp::start().await;
    let org = app.org().await;
    pay(&app, &org, &org.lead, "a", 1).await;
    pay(&app, &org, &org.admin, "a", 1).await;
    pay(&app, &org, &org.member, "a", 3).await;
    (app, org)
}

#[tokio::test]
async fn equals_share_a_rank_and_members_without_points_stand_at_the_end() {
    let (_app, org) = playing().await;
    let idle = org.person(shared::role::Role::Member).await;

    let rows = nodes(&org.member, json!({})).await;

    assert_eq!(
        told(&rows),
        [
            ("member", 1, 5),
            ("admin", 2, 3),
            ("lead", 2, 3),
            (&*idle.name, 4, 0)
        ]
    );
    let own: Vec<_> = rows.iter().map(|row| row["isViewer"] == true).collect();
    assert_eq!(own, [true, false, false, false]);
    assert_eq!(rows[0]["team"]["name"], "alpha");
    assert_eq!(rows[0]["pointsSum"], Value::Null);
}

#[tokio::test]
async fn movement_is_told_against_the_period_before_where_there_was_anything() {
    let (app, org) = playing().await;
    pay_ago(&app, &org, &org.lead, "last week", 8, 7).await;
    pay_ago(&app, &org, &org.member, "last week", 1, 7).await;

    let rows = nodes(&org.member, json!({})).await;

    let before: Vec<_> = rows
        .iter()
        .map(|row| row["previousRank"].as_i64())
        .collect();
    assert_eq!(before, [Some(2), None, Some(1)], "{:?}", told(&rows));
}

#[tokio::test]
async fn all_time_moves_against_the_ranks_when_today_began() {
    let (app, org) = playing().await;
    pay_ago(&app, &org, &org.lead, "long ago", 1, 200).await;

    let answer = asked(&org.member, json!({ "period": "ALL_TIME" })).await;

    assert_eq!(
        answer.at("/organization/leaderboard/startsOn"),
        &Value::Null
    );
    let edges = answer.list(ROWS);
    let nodes: Vec<_> = edges.iter().map(|edge| edge["node"].clone()).collect();
    assert_eq!(
        told(&nodes),
        [("lead", 1, 6), ("member", 2, 5), ("admin", 3, 3)]
    );
    assert_eq!(
        (&nodes[0]["previousRank"], &nodes[1]["previousRank"]),
        (&json!(1), &Value::Null)
    );
}

#[tokio::test]
async fn a_viewer_sees_teams_and_no_people() {
    let (_app, org) = playing().await;

    for scope in ["INDIVIDUAL", "MY_TEAM"] {
        assert_eq!(
            asked(&org.viewer, json!({ "scope": scope }))
                .await
                .error_code(),
            "FORBIDDEN"
        );
    }
    let rows = nodes(&org.viewer, json!({ "scope": "TEAM" })).await;
    let teams: Vec<_> = (rows.iter())
        .map(|row| {
            (
                row["team"]["name"].as_str().unwrap(),
                row["points"].as_i64(),
                row["pointsSum"].as_i64(),
            )
        })
        .collect();
    assert_eq!(
        teams,
        [("alpha", Some(4), Some(8)), ("beta", Some(0), Some(0))]
    );
}

#[tokio::test]
async fn a_board_of_ones_own_team_ranks_its_members_only() {
    let (_app, org) = playing().await;

    let rows = nodes(&org.lead, json!({ "scope": "MY_TEAM" })).await;
    assert_eq!(told(&rows), [("member", 1, 5), ("lead", 2, 3)]);
    let same = nodes(&org.lead, json!({ "teamId": org.team_gid("alpha") })).await;
    assert_eq!(told(&same), told(&rows));
    let none = asked(&org.admin, json!({ "scope": "MY_TEAM" })).await;
    assert_eq!(
        none.number("/organization/leaderboard/entries/totalCount"),
        0
    );
}

#[tokio::test]
async fn another_organizations_team_is_not_found() {
    let (app, org) = playing().await;
    let other = app.org().await;

    let answer = asked(&org.admin, json!({ "teamId": other.team_gid("alpha") })).await;

    assert_eq!(answer.error_code(), "NOT_FOUND");
}

#[tokio::test]
async fn an_anonymous_board_names_only_oneself() {
    let (app, org) = playing().await;
    set_visibility(&app, &org, "ANONYMOUS").await;

    let rows = nodes(&org.lead, json!({})).await;

    let mut names: Vec<_> = told(&rows).into_iter().map(|(name, ..)| name).collect();
    names.sort_unstable();
    assert_eq!(names, ["-", "-", "lead"]);
    for row in rows.iter().filter(|row| row["user"].is_null()) {
        assert_eq!(
            (&row["isAnonymous"], &row["team"], &row["department"]),
            (&json!(true), &Value::Null, &Value::Null)
        );
    }
    let found = nodes(&org.lead, json!({ "search": "member" })).await;
    assert_eq!(
        found,
        Vec::<Value>::new(),
        "a search would tell who a row is about"
    );
}

#[tokio::test]
async fn a_person_who_wants_privacy_is_anonymous_to_others_under_the_same_key() {
    let (app, org) = playing().await;
    make_private(&app, &org, &org.member).await;

    let of_admin = nodes(&org.admin, json!({})).await;
    let own = nodes(&org.member, json!({})).await;

    assert_eq!(told(&of_admin)[0], ("-", 1, 5));
    assert_eq!(told(&own)[0], ("member", 1, 5));
    assert_eq!(of_admin[0]["key"], own[0]["key"]);
    let text = serde_json::to_string(&of_admin).unwrap();
    assert!(!text.contains("member") || !text.contains(&org.member.id.to_string()));
}

#[tokio::test]
async fn a_board_for_administrators_shows_others_their_own_row_only() {
    let (app, org) = playing().await;
    set_visibility(&app, &org, "ADMINS_ONLY").await;

    assert_eq!(told(&nodes(&org.admin, json!({})).await).len(), 3);
    assert_eq!(told(&nodes(&org.lead, json!({})).await), [("lead", 2, 3)]);
}

#[tokio::test]
async fn an_email_address_is_shown_to_administrators_leads_and_oneself() {
    let (_app, org) = playing().await;
    let addresses = |rows: Vec<Value>| {
        rows.iter()
            .filter(|row| row["user"]["email"].is_string())
            .count()
    };

    assert_eq!(addresses(nodes(&org.admin, json!({})).await), 3);
    assert_eq!(addresses(nodes(&org.lead, json!({})).await), 2);
    assert_eq!(addresses(nodes(&org.member, json!({})).await), 1);
}

#[tokio::test]
async fn a_search_keeps_the_ranks_of_the_whole_board() {
    let (_app, org) = playing().await;

    let answer = asked(&org.member, json!({ "search": " LEA " })).await;

    assert_eq!(
        answer.number("/organization/leaderboard/entries/totalCount"),
        1
    );
    assert_eq!(answer.number(&format!("{ROWS}/0/node/rank")), 2);
    assert_eq!(
        answer.text("/organization/leaderboard/viewerEntry/user/name"),
        "member"
    );
}

#[tokio::test]
async fn pages_follow_each_other_both_ways_and_stay_in_place_while_rows_move() {
    let (app, org) = playing().await;
    let cursor = |answer: &tests::answer::Answer, which: &str| {
        answer
            .text(&format!(
                "/organization/leaderboard/entries/pageInfo/{which}"
            ))
            .to_owned()
    };
    let names = |answer: &tests::answer::Answer| -> Vec<String> {
        let edges = answer.list(ROWS).iter();
        edges
            .map(|edge| edge["node"]["user"]["name"].as_str().unwrap().to_owned())
            .collect()
    };

    let first = asked(&org.member, json!({ "first": 2 })).await;
    assert_eq!(names(&first), ["member", "admin"]);
    assert_eq!(
        first.at("/organization/leaderboard/entries/pageInfo/hasNextPage"),
        true
    );
    let second = asked(
        &org.member,
        json!({ "first": 2, "after": cursor(&first, "endCursor") }),
    )
    .await;
    assert_eq!(names(&second), ["lead"]);
    assert_eq!(
        second.at("/organization/leaderboard/entries/pageInfo/hasNextPage"),
        false
    );
    let back = asked(
        &org.member,
        json!({ "last": 1, "before": cursor(&second, "startCursor") }),
    )
    .await;
    assert_eq!(names(&back), ["admin"]);

    // The row of the cursor rises: what follows is still what was behind the place it had.
    pay(&app, &org, &org.admin, "more", 8).await;
    let after = asked(&org.member, json!({ "after": cursor(&first, "endCursor") })).await;
    assert_eq!(names(&after), ["lead"]);
}

#[tokio::test]
async fn arguments_that_do_not_belong_together_are_refused() {
    let (_app, org) = playing().await;
    let wrong = json!({ "scope": "TEAM", "teamId": org.team_gid("alpha") });

    let answer = asked(&org.member, wrong).await;

    assert_eq!(
        (answer.error_code(), answer.error_fields()),
        ("BAD_USER_INPUT", vec!["teamId"])
    );
    let answer = asked(&org.member, json!({ "after": "nonsense" })).await;
    assert_eq!(answer.error_fields(), ["after"]);
}
