//! Validation of webhook sources.

use super::{FieldError, line};

/// Longest name of a source, in characters.
pub const NAME_MAX: usize = 100;

/// A source's name.
///
/// # Errors
/// When it is empty, too long or contains control characters.
pub fn name(text: &str) -> Result<String, FieldError> {
    line("name", text, NAME_MAX)
}
