//! What the integration and browser tests share.
//!
//! One private PostgreSQL serves the whole test process; each test has a copy of the migrated database to itself and
//! drops it at the end. Nothing here sleeps to let things happen: tests run what is due, or wait for a condition.

pub mod answer;
pub mod app;
pub mod database;
pub mod gitlab;
pub mod identity_provider;
pub mod migrations;
pub mod mode;
pub mod org;
pub mod postgres;
pub mod process;
pub mod redis;
pub mod smtp;
pub mod socket;
pub mod source;
pub mod wait;

pub use app::TestApp;
pub use wait::{eventually, in_time};
