//! Use cases of keys.

mod authenticate;
mod manage;
mod usage;

pub use authenticate::Keys;
pub use manage::{
    add_key, create_key, find_key, find_key_of_caller, forget_person, list_keys, revoke_key,
    rotate_key, update_key,
};
pub use usage::count_uses;
