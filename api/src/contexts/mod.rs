//! The product, context by context; each imports only those below it.

pub mod audit;
pub mod identity;
pub mod orgs;
pub mod points;
