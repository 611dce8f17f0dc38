//! The boards' SQL finds its rows by an index, however many there are.

use api::contexts::points::{ALL_TIME_BOARD_SQL, PERIOD_BOARD_SQL};
use serde_json::Value;

use super::arrange::Ground;

/// People of the organization looked at, and of others around it.
const PEOPLE: i64 = 1_000;

/// An organization of many people with so many ledger entries in all, beside another of the same size.
async fn ground_with_entries(entries: i64) -> Ground {
    let ground = Ground::new().await;
    let other = ground.another_organization().await;
    for scope in [&ground.scope, &other] {
        let organization = scope.organization_id().0;
        ground
            .client
            .batch_execute(&format!(
                "BEGIN;
                 SET LOCAL session_replication_role = replica;
                 CREATE TEMP TABLE person ON COMMIT DROP AS
                     SELECT gen_random_uuid() AS id, n FROM generate_series(1, {PEOPLE}) AS n;
                 INSERT INTO users (id, email, name, created_at, updated_at)
                     SELECT id, id || '@example.com', 'Person ' || n, now(), now() FROM person;
                 INSERT INTO memberships (id, organization_id, user_id, role, status, created_at, updated_at)
                     SELECT id, '{organization}', id, 'MEMBER', 'ACTIVE', now(), now() FROM person;
                 INSERT INTO points_ledger (id, organization_id, user_id, sequence, points_change, balance_after, reason,
                                            rule, fact, occurred_at, occurred_on, created_at)
                     SELECT gen_random_uuid(), '{organization}', id, s, 1 + s % 9, s, 'Commits pushed', 'PUSH', s::text,
                            timestamptz '2026-11-25' - s * interval '3 hours',
                            (timestamptz '2026-11-25' - s * interval '3 hours')::date, now()
                     FROM person, generate_series(1, {entries} / {PEOPLE} / 2) AS s;
                 INSERT INTO point_balances (organization_id, user_id, balance, entries)
                     SELECT '{organization}', user_id, sum(points_change), count(*) FROM points_ledger
                     WHERE organization_id = '{organization}' GROUP BY user_id;
                 INSERT INTO point_totals (organization_id, user_id, period, starts_on, points, entries)
                     SELECT '{organization}', user_id, p,
                            CASE p WHEN 'DAY' THEN occurred_on ELSE date_trunc(lower(p), occurred_on)::date END AS d,
                            sum(points_change), count(*)
                     FROM points_ledger, unnest(ARRAY['DAY', 'WEEK', 'MONTH', 'QUARTER']) AS p
                     WHERE organization_id = '{organization}' GROUP BY user_id, p, d;
                 COMMIT;"
            ))
            .await
            .unwrap();
    }
    // Balances are one row a member: those of many more organizations make the table what it is on a real server.
    ground
        .client
        .batch_execute(
            "BEGIN;
             SET LOCAL session_replication_role = replica;
             INSERT INTO point_balances (organization_id, user_id, balance, entries)
                 SELECT gen_random_uuid(), gen_random_uuid(), n, 1 FROM generate_series(1, 50000) AS n;
             COMMIT;",
        )
        .await
        .unwrap();
    // ANALYZE of these alone: the rest of the database is empty.
    ground
        .client
        .batch_execute("VACUUM ANALYZE points_ledger, point_totals, point_balances")
        .await
        .unwrap();
    ground
}

/// The plan of a board's SQL as the server runs it: with a generic plan.
async fn plan(ground: &Ground, sql: &str, arguments: &str) -> Value {
    ground
        .client
        .batch_execute(&format!(
            "SET plan_cache_mode = force_generic_plan; DEALLOCATE ALL; PREPARE board AS {sql}"
        ))
        .await
        .unwrap();
    let explain = format!("EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE board ({arguments})");
    let rows = ground.client.simple_query(&explain).await.unwrap();
    let text = rows
        .into_iter()
        .find_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        })
        .unwrap();
    serde_json::from_str::<Value>(&text).unwrap()[0]["Plan"].clone()
}

fn nodes(plan: &Value) -> Vec<(String, Option<String>)> {
    let own = (
        plan["Node Type"].as_str().unwrap().to_owned(),
        plan["Index Name"].as_str().map(str::to_owned),
    );
    let below = plan["Plans"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(nodes);
    std::iter::once(own).chain(below).collect()
}

/// Rows are found by this index and in no other way: neither by another index nor by reading a table through.
fn assert_only_by_index(plan: &Value, index: &str) {
    let nodes = nodes(plan);
    let used: Vec<_> = nodes
        .iter()
        .filter_map(|(_, index)| index.as_deref())
        .collect();
    assert_eq!(used, [index], "{plan:#}");
    assert!(nodes.iter().all(|(kind, _)| kind != "Seq Scan"), "{plan:#}");
}

async fn assert_boards_use_their_indexes(entries: i64) {
    let ground = ground_with_entries(entries).await;
    let organization = ground.scope.organization_id();
    for period in [
        "'DAY', '2026-11-24'",
        "'WEEK', '2026-11-23'",
        "'MONTH', '2026-11-01'",
        "'QUARTER', '2026-10-01'",
    ] {
        let plan = plan(
            &ground,
            PERIOD_BOARD_SQL,
            &format!("'{organization}', {period}"),
        )
        .await;
        assert_only_by_index(&plan, "point_totals_board");
        assert_eq!(
            plan["Actual Rows"].as_f64(),
            Some(PEOPLE as f64),
            "{period}"
        );
    }
    let plan = plan(&ground, ALL_TIME_BOARD_SQL, &format!("'{organization}'")).await;
    assert_only_by_index(&plan, "point_balances_board");
}

#[tokio::test]
async fn boards_are_read_by_an_index_among_a_hundred_thousand_entries() {
    assert_boards_use_their_indexes(100_000).await;
}

#[tokio::test]
#[ignore = "takes a minute; run by `cargo xtask soak`"]
async fn boards_are_read_by_an_index_among_a_million_entries() {
    assert_boards_use_their_indexes(1_000_000).await;
}
