//! What people may ask of what is known about them: to have it, and to be erased.
//!
//! - The erasure of a person is decided in one transaction (`workflows::erase_person`): from its commit on nobody can sign in
//!   as them, and nothing shows their name.
//! - Their name, addresses and logins in stored events and ledger entries are then replaced in batches; a crash goes on where
//!   it was. Sums, dates and ids stay, so no total changes.
//! - What is known, of a person or an organization, is gathered stretch by stretch into an export that lasts for a week, and
//!   that only whoever asked can download, signed in.

mod error;
pub mod graphql;
pub mod http;
mod model;
mod service;
mod store;

pub use error::PrivacyError;
pub use service::{Eraser, Exporter, PersonWords, SEALED, begin_erasure};
