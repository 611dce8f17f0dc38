//! Migrations go up, down to nothing, and up again to the same.

use tests::database::Database;
use tests::migrations::{down, steps, up};
use tokio_postgres::Client;

#[tokio::test]
async fn migrations_go_down_to_nothing_and_up_to_the_same() {
    let database = Database::empty().await;
    let client = database.client().await;
    let empty = catalogue(&client).await;

    for step in steps() {
        up(&client, &step).await;
    }
    let full = catalogue(&client).await;
    for step in steps().into_iter().rev() {
        down(&client, &step).await;
    }
    assert_eq!(
        catalogue(&client).await,
        empty,
        "left behind by the way down"
    );
    for step in steps() {
        up(&client, &step).await;
    }

    assert_eq!(catalogue(&client).await, full);
}

#[tokio::test]
async fn each_migration_undoes_exactly_itself() {
    let database = Database::empty().await;
    let client = database.client().await;

    for step in steps() {
        let before = catalogue(&client).await;
        up(&client, &step).await;
        down(&client, &step).await;
        assert_eq!(catalogue(&client).await, before, "{}", step.display());
        up(&client, &step).await;
    }
}

/// Every table, column, constraint, index, trigger, function and extension, one a line.
async fn catalogue(client: &Client) -> Vec<String> {
    let rows = client
        .query(
            "SELECT format('column %s.%s %s %s default %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                           a.attnotnull, coalesce(pg_get_expr(d.adbin, d.adrelid), '-'))
             FROM pg_class c
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
             WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
             UNION ALL
             SELECT format('constraint %s %s', conrelid::regclass, pg_get_constraintdef(oid))
             FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
             UNION ALL
             SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
             UNION ALL
             SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
             UNION ALL
             SELECT 'function ' || pg_get_functiondef(p.oid) FROM pg_proc p
             WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f'
               AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = p.oid AND e.deptype = 'e')
             UNION ALL
             SELECT 'extension ' || extname FROM pg_extension
             UNION ALL
             SELECT format('comment %s.%s %s', c.relname, s.objsubid, s.description) FROM pg_description s
             JOIN pg_class c ON c.oid = s.objoid AND c.relnamespace = 'public'::regnamespace
             ORDER BY 1",
            &[],
        )
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}
