//! Receiving, normalizing and processing of webhook events.

mod api;
mod ground;
mod normalizing;
mod processing;
mod receiving;
mod refusals;
mod retries;
mod robustness;
mod shared_fixtures;
mod sources;
