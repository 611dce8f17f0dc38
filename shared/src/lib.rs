//! What the server and the client must agree on: ids, words, roles, rules, periods and validation.
//!
//! Pure functions and data without I/O. The features `graphql`, `diesel` and `zones` add what only the server needs.

#![deny(missing_docs)]

mod text_enum;

pub mod audit;
pub mod calendar;
pub mod codes;
pub mod field_access;
pub mod ids;
pub mod people;
pub mod period;
pub mod permission;
pub mod plan;
pub mod points;
pub mod role;
pub mod scope;
pub mod validation;
pub mod vocabulary;
