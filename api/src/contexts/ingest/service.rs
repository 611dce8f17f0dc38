//! Use cases over sources and events: permit, validate, change, record.

mod closing;
mod events;
mod scrubbing;
mod sources;

pub use closing::{purge, reread_sources};
pub use events::{
    QueueStatus, attribute_events, count_events, find_events, is_in_team, list_events, part_events,
    queue_status, read_payloads, replay_events,
};
pub use scrubbing::scrub_events;
pub(super) use sources::purpose;
pub use sources::{
    NewSource, SEALED, SourceChanges, create_source, delete_source, find_source, find_sources,
    list_sources, reveal_secret, rotate_secret, source_times, update_source,
};
