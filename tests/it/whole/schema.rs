//! `schema.rs` says what the migrated database is.

use std::collections::BTreeMap;

use tests::database::Database;

/// Column name and diesel type, by table.
type Tables = BTreeMap<String, BTreeMap<String, String>>;

#[tokio::test]
async fn the_committed_schema_is_that_of_the_migrated_database() {
    let database = Database::migrated().await;
    let client = database.client().await;
    let rows = client
        .query(
            "SELECT c.table_name::text, c.column_name::text, c.udt_name::text, c.is_nullable = 'YES'
             FROM information_schema.columns c
             JOIN pg_class t ON t.relname = c.table_name AND t.relnamespace = 'public'::regnamespace
             WHERE c.table_schema = 'public' AND t.relkind IN ('r', 'p') AND NOT t.relispartition
               AND c.table_name <> '__diesel_schema_migrations'",
            &[],
        )
        .await
        .unwrap();
    let mut migrated = Tables::new();
    for row in rows {
        let (table, column, sql_type): (String, String, String) =
            (row.get(0), row.get(1), row.get(2));
        let diesel_type = diesel_type(&sql_type);
        let diesel_type = if row.get(3) {
            format!("Nullable<{diesel_type}>")
        } else {
            diesel_type.to_owned()
        };
        migrated
            .entry(table)
            .or_default()
            .insert(column, diesel_type);
    }

    assert_eq!(committed(), migrated);
}

fn diesel_type(sql_type: &str) -> &'static str {
    match sql_type {
        "uuid" => "Uuid",
        "text" => "Text",
        "citext" => "Citext",
        "timestamptz" => "Timestamptz",
        "bool" => "Bool",
        "jsonb" => "Jsonb",
        "int2" => "Int2",
        "int4" => "Int4",
        "int8" => "Int8",
        "date" => "Date",
        "bytea" => "Bytea",
        "_int2" => "Array<Int2>",
        "_text" => "Array<Text>",
        "_uuid" => "Array<Uuid>",
        other => panic!("no diesel type is known for {other}: add it here and to schema.rs"),
    }
}

/// Reads `schema.rs` as text: its macros leave nothing behind that could be asked at run time.
fn committed() -> Tables {
    let mut tables = Tables::new();
    let mut table = None;
    for line in include_str!("../../../api/src/schema.rs").lines() {
        let line = line.trim();
        if line.starts_with("//") {
            continue;
        }
        if let Some((name, _)) = line
            .strip_suffix('{')
            .and_then(|head| head.split_once(" ("))
        {
            table = Some(name.to_owned());
        } else if let (Some(table), Some((column, diesel_type))) = (&table, line.split_once(" -> "))
        {
            tables.entry(table.clone()).or_default().insert(
                column.to_owned(),
                diesel_type.trim_end_matches(',').to_owned(),
            );
        }
    }
    tables
}
