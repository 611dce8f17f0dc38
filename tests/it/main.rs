//! Integration tests: one binary, folders as the contexts of the server.

#![expect(
    clippy::unwrap_used,
    reason = "a test's helpers fail the test as the test itself does"
)]

mod ingest;
mod points;
mod server;
mod whole;
