//! Use cases of invitations.

mod accept;
mod invite;
mod manage;

pub(super) use accept::preview;
pub use accept::{
    Accepting, Way, forget_address, has_pending, list_pending_of, lock_for_acceptance,
    mark_accepted,
};
pub use invite::invite;
pub(super) use manage::{InvitationSlice, count, list, resend, revoke};
