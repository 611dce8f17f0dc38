//! Mail: queued with the change, sent afterwards.

mod outbox;
mod sending;
