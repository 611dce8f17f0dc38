//! The GraphQL API as its clients meet it: HTTP, websockets, limits, errors and the schema itself.

mod documents;
mod errors;
mod hot;
mod http;
mod pages;
mod rate_limits;
mod schema;
mod sessions;
mod socket;
mod streams;
