//! The DevMetrics server: webhooks in, an exact points ledger, live leaderboards and one GraphQL API out.

pub mod access;
pub mod app;
pub mod cli;
pub mod config;
pub mod contexts;
pub mod demo;
pub mod error;
pub mod graphql;
pub mod http;
pub mod platform;
pub mod schema;
pub mod workflows;
