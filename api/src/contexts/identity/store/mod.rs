//! SQL of people, sessions, links and accounts.

mod account_links;
mod accounts;
mod expired;
mod forgetting;
mod identity_matches;
mod links;
mod sessions;
mod sign_in;
mod users;

pub(super) use account_links::*;
pub(super) use accounts::*;
pub(super) use expired::*;
pub(super) use forgetting::*;
pub(super) use identity_matches::*;
pub(super) use links::*;
pub(super) use sessions::*;
pub(super) use sign_in::*;
pub(super) use users::*;
