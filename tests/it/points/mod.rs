//! Points: the ledger, its totals, boards and what the API says of them.

mod adjusting;
mod arrange;
mod boards;
mod interleavings;
mod leaderboards;
mod ledger;
mod live;
mod paying;
mod query_plans;
mod statements;
mod summary;
mod verification;
