//! Use cases of the ledger.

mod adjust;
mod credit;
mod parting;
mod purging;
mod scrubbing;
mod summary;
mod verify;

pub use adjust::adjust_points;
pub use credit::{claim, credit, credit_all, hold};
pub use parting::part;
pub use purging::purge;
pub use scrubbing::{scrub_entries, scrub_unclaimed};
pub use summary::{DayTotal, Summary, entries, entry, history, require_points_of, summary};
pub use verify::{Discrepancy, Verification, verify_ledger};
