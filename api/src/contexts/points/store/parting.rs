//! Entries that were taken back as their account was parted from the person.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::LedgerEntryId;
use uuid::Uuid;

use crate::access::OrgScope;
use crate::schema::parted_entries as parted;

/// How often an entry was taken back, and whether it is now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Parting {
    pub(in super::super) times: i32,
    pub(in super::super) is_parted: bool,
}

/// Those of these entries that were ever taken back.
pub(in super::super) async fn list_partings(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    entries: &[LedgerEntryId],
) -> QueryResult<HashMap<LedgerEntryId, Parting>> {
    let ids: Vec<Uuid> = entries.iter().copied().map(Uuid::from).collect();
    let rows: Vec<(LedgerEntryId, i32, bool)> = parted::table
        .filter(parted::organization_id.eq(scope.organization_id()))
        .filter(parted::entry_id.eq_any(ids))
        .select((parted::entry_id, parted::times, parted::is_parted))
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, times, is_parted)| (id, Parting { times, is_parted }))
        .collect())
}

pub(in super::super) async fn save_parting(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    entry: LedgerEntryId,
    parting: Parting,
) -> QueryResult<()> {
    diesel::insert_into(parted::table)
        .values((
            parted::entry_id.eq(entry),
            parted::organization_id.eq(scope.organization_id()),
            parted::times.eq(parting.times),
            parted::is_parted.eq(parting.is_parted),
        ))
        .on_conflict(parted::entry_id)
        .do_update()
        .set((
            parted::times.eq(excluded(parted::times)),
            parted::is_parted.eq(excluded(parted::is_parted)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
