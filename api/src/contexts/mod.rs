//! The product, context by context; each imports only those below it.

pub mod absences;
pub mod activity;
pub mod audit;
pub mod identity;
pub mod ingest;
pub mod instance;
pub mod invitations;
pub mod keys;
pub mod mail;
pub mod orgs;
pub mod points;
pub mod privacy;
