//! Points: the ledger, the totals kept beside it, and the leaderboards made of them.
//!
//! - The ledger is append-only and the truth. An entry, the balance and the totals of its day, week, month and quarter
//!   commit together, under a lock of the member's balance; so the balance after each entry is exact, and entries of a
//!   member are numbered without gaps.
//! - A fact pays a person once for each rule, however often and by however many ways it is heard of.
//! - A credit belongs to the periods of the time it happened, not of the time it was heard of: any order gives the same
//!   totals.
//! - Active administrators and members earn points and stand on boards, with 0 points too; nobody else does.
//! - Locks are taken in this order: provider accounts, then balances by user id.

mod boards;
mod error;
pub mod graphql;
mod model;
mod service;
mod store;

pub use boards::{
    BoardFeed, BoardId, BoardKind, BoardSnapshot, BoardView, Boards, Directory, Person, Place,
    Ranking, Row, Shown, Sight, Subject,
};
pub use error::PointsError;
pub use model::{
    Adjustment, Credit, EventSnapshot, LedgerEntry, PeriodTotal, PointsMoved, UnclaimedCredit,
};
pub use service::{
    DayTotal, Discrepancy, Summary, Verification, adjust_points, claim, credit, credit_all,
    entries, entry, history, hold, part, purge, require_points_of, scrub_entries, scrub_unclaimed,
    summary, verify_ledger,
};
pub use store::boards::{ALL_TIME_BOARD_SQL, PERIOD_BOARD_SQL};
pub use store::ledger::Stretch;
