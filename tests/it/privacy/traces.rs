//! Looks for words in every column of every table.

use std::collections::BTreeSet;

use tests::TestApp;
use tokio_postgres::Client;

/// The tables in which any of these words can be found, whatever the case and the column.
pub(super) async fn tables_with(app: &TestApp, words: &[&str]) -> BTreeSet<String> {
    let client = app.database().client().await;
    let mut found = BTreeSet::new();
    for (table, column, kind) in columns(&client).await {
        let text = match &*kind {
            "bytea" => format!("encode({column}, 'escape')"),
            _ => format!("{column}::text"),
        };
        for word in words {
            let query = format!(
                "SELECT count(*) FROM {table} WHERE position(lower($1) IN lower({text})) > 0"
            );
            let row = client.query_one(&query, &[word]).await.unwrap();
            if row.get::<_, i64>(0) > 0 {
                found.insert(table.clone());
            }
        }
    }
    found
}

/// Tables that refer to people and have no row: a search there would find nothing whatever went wrong.
pub(super) async fn empty_tables_of_people(app: &TestApp) -> BTreeSet<String> {
    let client = app.database().client().await;
    let mut empty = BTreeSet::new();
    for (table, column, _) in columns(&client).await {
        let is_about_people = [
            "user_id",
            "email",
            "recipient",
            "actor_id",
            "lead_id",
            "username",
            "entered_by",
            "invited_by",
        ]
        .contains(&&*column);
        if !is_about_people {
            continue;
        }
        let row = client
            .query_one(&format!("SELECT count(*) FROM {table}"), &[])
            .await
            .unwrap();
        if row.get::<_, i64>(0) == 0 {
            empty.insert(table);
        }
    }
    empty
}

/// Every column of every table, partitions through their parent.
async fn columns(client: &Client) -> Vec<(String, String, String)> {
    client
        .query(
            "SELECT c.table_name::text, c.column_name::text, c.data_type::text
             FROM information_schema.columns c
             JOIN pg_class t ON t.relname = c.table_name AND t.relnamespace = 'public'::regnamespace
             WHERE c.table_schema = 'public' AND t.relkind IN ('r', 'p') AND NOT t.relispartition
             ORDER BY 1, 2",
            &[],
        )
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect()
}

/// Every number that is counted of anybody, as text.
pub(super) async fn aggregates(app: &TestApp) -> Vec<String> {
    let client = app.database().client().await;
    let mut lines = Vec::new();
    for query in [
        "SELECT (organization_id, user_id, balance, entries)::text FROM point_balances ORDER BY 1",
        "SELECT (organization_id, user_id, period, starts_on, points, entries)::text FROM point_totals ORDER BY 1",
        "SELECT (id, user_id, sequence, points_change, balance_after, rule, occurred_on)::text FROM points_ledger ORDER BY 1",
        "SELECT (id, status, event_type, occurred_at, points_awarded)::text FROM events ORDER BY 1",
    ] {
        let rows = client.query(query, &[]).await.unwrap();
        assert!(!rows.is_empty(), "nothing is counted by {query}");
        lines.extend(rows.into_iter().map(|row| row.get::<_, String>(0)));
    }
    lines
}
