//! Use cases of invitations.

mod accept;
mod forgetting;
mod invite;
mod manage;

pub(super) use accept::preview;
pub use accept::{
    Accepting, Way, has_pending, list_pending_of, lock_for_acceptance, mark_accepted,
};
pub use forgetting::{forget_address, scrub_names};
pub use invite::invite;
pub(super) use manage::{InvitationSlice, count, list, resend, revoke};
