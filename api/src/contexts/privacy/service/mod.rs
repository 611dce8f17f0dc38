//! Use cases of privacy.

mod erasing;
mod exporting;

pub use erasing::{Eraser, PersonWords, SEALED, begin_erasure};
pub use exporting::Exporter;
pub(super) use exporting::{list_exports, open_export, read_part, request_export};
