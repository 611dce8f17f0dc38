//! API keys: how they are made and ended, what they may do, and what they cost.

mod acting;
pub mod arrange;
mod costs;
mod ending;
mod managing;
mod scopes;
