//! Integration tests: one binary, folders as the contexts of the server.

#![expect(
    clippy::unwrap_used,
    reason = "a test's helpers fail the test as the test itself does"
)]

mod absences;
mod audit;
mod graphql;
mod identity;
mod ingest;
mod invitations;
mod keys;
mod mail;
mod orgs;
mod points;
mod privacy;
mod server;
mod whole;
