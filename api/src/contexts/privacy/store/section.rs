//! Kinds of things that an export holds, and how their rows are read stretch by stretch.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

/// One kind of thing.
pub(in super::super) struct Section {
    /// Its name in the document.
    pub(in super::super) name: &'static str,
    /// Its rows, by the id `$1` of the person or organization.
    query: &'static str,
    /// Columns of the answer that order it, with their types; none where it is read at once.
    keys: &'static [(&'static str, &'static str)],
}

/// Few enough rows to be read at once.
pub(super) const fn whole(name: &'static str, query: &'static str) -> Section {
    Section {
        name,
        query,
        keys: &[],
    }
}

/// Rows without number: read in stretches by these columns, which an index has.
pub(super) const fn paged(
    name: &'static str,
    query: &'static str,
    keys: &'static [(&'static str, &'static str)],
) -> Section {
    Section { name, query, keys }
}

/// Some rows of a section.
pub(in super::super) struct Stretch {
    pub(in super::super) rows: Vec<Value>,
    /// Whether there is nothing behind them.
    pub(in super::super) is_last: bool,
}

impl Section {
    /// The query for the rows behind the row `$3`, where there is one; at most `$2`.
    fn sql(&self, is_first: bool) -> String {
        let names: Vec<&str> = self.keys.iter().map(|(name, _)| *name).collect();
        let (columns, query) = (names.join(", "), self.query);
        if self.keys.is_empty() {
            return format!("SELECT to_jsonb(found) AS row FROM ({query}) AS found LIMIT $2");
        }
        let behind = if is_first {
            String::new()
        } else {
            let values = self
                .keys
                .iter()
                .map(|(name, kind)| format!("($3 ->> '{name}')::{kind}"));
            let values: Vec<String> = values.collect();
            format!("AND ({columns}) > ({})", values.join(", "))
        };
        format!(
            "SELECT to_jsonb(found) AS row FROM ({query} {behind} ORDER BY {columns} LIMIT $2) AS found"
        )
    }

    /// The rows behind one, or from the first on.
    pub(in super::super) async fn read(
        &self,
        conn: &mut AsyncPgConnection,
        subject: Uuid,
        after: Option<&Value>,
        limit: i64,
    ) -> QueryResult<Stretch> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Jsonb)]
            row: Value,
        }
        let is_paged = !self.keys.is_empty();
        let limit = if is_paged { limit } else { i64::MAX };
        let query = diesel::sql_query(self.sql(after.is_none()))
            .bind::<SqlUuid, _>(subject)
            .bind::<BigInt, _>(limit);
        let rows: Vec<Row> = match after {
            Some(after) => query.bind::<Jsonb, _>(after).load(conn).await?,
            None => query.load(conn).await?,
        };
        Ok(Stretch {
            is_last: !is_paged || i64::try_from(rows.len()).is_ok_and(|count| count < limit),
            rows: rows.into_iter().map(|row| row.row).collect(),
        })
    }
}
