//! Invitations: who is asked into an organization, and how they come in.
//!
//! - A link carries a token of 256 random bits; the hash of it finds the invitation. Each sending has a token of its own, and
//!   the ones before stop working.
//! - An address has at most one pending invitation in an organization: inviting it again changes nothing, and two who invite
//!   at once make one.
//! - Accepting happens once, under a lock on the row. Whoever has accepted may ask again and is told the same.
//! - Mail and invitation commit together.

mod error;
pub mod graphql;
mod model;
mod post;
mod service;
mod store;

pub use error::InvitationError;
pub use model::{Invitation, Invited, Preview};
pub use post::{Invitations, SEALED};
pub use service::{
    Accepting, Way, forget_address, has_pending, invite, list_pending_of, lock_for_acceptance,
    mark_accepted, scrub_names,
};
