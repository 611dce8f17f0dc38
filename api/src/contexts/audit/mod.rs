//! Who did what, when: an append-only log.
//!
//! An entry is written within the transaction of the change it speaks of, so that neither is there without the other. It
//! holds ids and codes, never names or addresses of people; the request's id, address and agent come from the request
//! itself. The database refuses every change of an entry; only the retention that an organization has set, erasure and the
//! removal of a whole organization announce themselves.

pub mod graphql;
pub mod http;
mod model;
mod retention;
mod service;
mod store;

pub use model::{Action, Entry, TargetKind};
pub use retention::AuditRetention;
pub use service::{By, Origin, forget_person, purge, record, record_all, record_from};
