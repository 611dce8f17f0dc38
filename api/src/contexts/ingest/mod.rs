//! Events in: webhook sources, receiving, verification, raw events, normalizers and dead letters.
//!
//! Invariants
//! - A delivery is acknowledged only after the commit that stores it; a repeat finds its key and changes nothing.
//! - The body is stored byte for byte as it came and parsed only when it is processed.
//! - An event's id is a `UUIDv7` of its reception and `received_at` is the id's own millisecond: the id names the partition.
//! - What an event causes commits together with its mark, so that it happens exactly once however often it is tried.
//!
//! On the way in: [`Receiver`] (source, limits, signature) hands a [`Delivery`] to the [`Acceptor`] (durable, in groups); on
//! the way on: [`Workers`] claim what is due and hand it to a [`ProcessEvent`], the workflow that spans the contexts.

mod accept;
mod delivery;
mod error;
pub mod graphql;
pub mod http;
mod measurements;
mod model;
mod normalize;
mod partitions;
mod receive;
mod redact;
mod rush;
mod service;
mod store;
mod trouble;
mod verify;
mod workers;

pub use accept::{Accepted, Acceptor};
pub use delivery::Delivery;
pub use model::{
    Event, EventAccepted, EventFilter, EventSettled, Outcome, ProcessEvent, ReceivedEvent,
    SourceChanged, WebhookSource,
};
pub use normalize::{NormalizeError, Normalized, normalize};
pub use partitions::ensure_partitions;
pub use receive::{Receiver, ReceiverLimits};
pub use service::{
    NewSource, QueueStatus, SEALED, SourceChanges, attribute_events, count_events, create_source,
    delete_source, find_events, find_source, find_sources, list_events, list_sources, part_events,
    purge, queue_status, read_payloads, replay_events, reread_sources, reveal_secret,
    rotate_secret, scrub_events, source_times, update_source,
};
pub use store::events::{PageBounds, SourceTimes};
pub use workers::Workers;
