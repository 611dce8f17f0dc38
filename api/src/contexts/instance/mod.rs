//! What operators see and decide: every organization's plan, and whose people join which organization without being asked.
//!
//! - Being an operator is asked of the database for every request; an [`Operator`] is the proof.
//! - Operators see names and counts of organizations. They see into one only as members of it.
//! - A rule by which people join holds for proven addresses and for the directory that the server itself trusts, and brings
//!   in nobody who was removed.

mod error;
pub mod graphql;
mod model;
mod service;
mod store;

pub use error::InstanceError;
pub use model::{InstanceOrganization, JoinRule, NewJoinRule, Operator};
pub use service::{
    add_join_rule, change_plan, delete_join_rule, list_join_rules, organizations_to_join,
};
