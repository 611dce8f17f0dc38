//! Use cases of privacy.

mod erasing;
mod exporting;

pub use erasing::{Eraser, PersonWords, SEALED, begin_erasure};
pub(super) use exporting::{SECTION_COUNT, begin_export, export_section};
