//! SQL of the ledger, its caches and what the boards are built from.

pub(super) mod balances;
pub(super) mod boards;
pub(super) mod ledger;
pub(super) mod parting;
pub(super) mod purging;
pub(super) mod scrubbing;
pub(super) mod totals;
pub(super) mod unclaimed;
pub(super) mod verification;
