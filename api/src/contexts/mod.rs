//! The product, context by context; each imports only those below it.

pub mod activity;
pub mod audit;
pub mod identity;
pub mod ingest;
pub mod keys;
pub mod orgs;
pub mod points;
