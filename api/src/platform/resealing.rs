//! Sealing stored secrets anew after the keys have rotated.

use diesel::prelude::*;
use diesel::sql_types::{Binary, Int4, Int8, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::crypto::Crypto;
use super::db::Transaction;
use crate::error::Result;

/// A column that holds envelopes, as the context that owns the table says.
#[derive(Clone, Copy)]
pub struct SealedColumn {
    /// The table; its primary key is `id`.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// What the envelope of a row is sealed for.
    pub purpose: fn(Uuid) -> String,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Binary)]
    envelope: Vec<u8>,
}

/// Seals the next envelopes that another key than the first has sealed; answers how many, none when all are done.
///
/// What is sealed anew is not found again, so a run that was cut short goes on where it was. Rows that somebody else is
/// just changing are left for the next run.
///
/// # Errors
/// When an envelope does not open, because its key is not configured any more.
pub async fn reseal(
    tx: &mut Transaction,
    crypto: &Crypto,
    sealed: &SealedColumn,
    limit: i64,
) -> Result<usize> {
    let SealedColumn { table, column, .. } = sealed;
    let prefix = crypto.envelope_prefix();
    let length = i32::try_from(prefix.len()).unwrap_or(i32::MAX);
    let rows: Vec<Row> = diesel::sql_query(format!(
        "SELECT id, {column} AS envelope FROM {table}
         WHERE {column} IS NOT NULL AND substring({column} FROM 1 FOR $1) <> $2
         LIMIT $3 FOR UPDATE SKIP LOCKED"
    ))
    .bind::<Int4, _>(length)
    .bind::<Binary, _>(&prefix)
    .bind::<Int8, _>(limit)
    .load(tx)
    .await?;
    for row in &rows {
        let purpose = (sealed.purpose)(row.id);
        let secret = crypto.open(&purpose, &row.envelope)?;
        let envelope = crypto.seal(&purpose, &secret)?;
        diesel::sql_query(format!("UPDATE {table} SET {column} = $1 WHERE id = $2"))
            .bind::<Binary, _>(&envelope)
            .bind::<SqlUuid, _>(row.id)
            .execute(tx)
            .await?;
    }
    Ok(rows.len())
}
