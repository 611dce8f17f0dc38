//! SQL of events. Whoever has an event's id knows its partition: every statement says both.

mod reading;
mod scrubbing;
mod settling;

pub(in crate::contexts::ingest) use reading::*;
pub use reading::{PageBounds, SourceTimes};
pub(in crate::contexts::ingest) use scrubbing::*;
pub(in crate::contexts::ingest) use settling::*;
