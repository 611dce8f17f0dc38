//! SQL of events. Whoever has an event's id knows its partition: every statement says both.

mod reading;
mod settling;

pub(in crate::contexts::ingest) use reading::*;
pub use reading::{PageBounds, SourceTimes};
pub(in crate::contexts::ingest) use settling::*;
