//! API keys: how programs act, in one organization each.
//!
//! - A secret is `dm_` and 256 random bits. It is shown once; only its SHA-256 is kept, and found by its index.
//! - A key belongs to a person or to the organization itself. It may do what its scopes say, and never more than its owner.
//! - Rotating gives a new secret; the old one works beside it for as long as the caller chose, then no more.
//! - Whether a key is good is asked on every request, from memory; what ends one is heard before the next request is
//!   answered, and ends what is open under it.
//! - Uses are counted in memory and written together, at most once a minute.

mod error;
pub mod graphql;
mod hints;
mod model;
mod service;
mod store;

pub use error::KeysError;
pub use hints::ApiKeyEnded;
pub use model::{ApiKey, KeyChanges, NewKey, SECRET_PREFIX};
pub use service::{
    Keys, add_key, count_uses, create_key, find_key, find_key_of_caller, forget_person, list_keys,
    revoke_key, rotate_key, update_key,
};
