//! Invitations: asking people in, and coming in.

mod accepting;
mod inviting;
