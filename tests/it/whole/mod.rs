//! What no single context can promise: the shape of the house, the schema, tenancy, crashes.

mod demo;
mod imports;
mod kill;
mod migrations;
mod nodes;
mod permissions;
mod resealing;
mod schema;
mod support;
mod tenancy;
