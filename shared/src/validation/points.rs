//! Validation of adjustments of points.

use super::{FieldError, line};

/// Longest reason, in characters.
pub const REASON_MAX: usize = 500;
/// Farthest a single adjustment may move a balance, either way.
pub const ADJUSTMENT_MAX: i32 = 10_000;

/// The points of an adjustment.
///
/// # Errors
/// When it changes nothing or too much.
pub fn points_change(points: i32) -> Result<i32, FieldError> {
    if points == 0 {
        return Err(FieldError::new("pointsChange", "must not be 0"));
    }
    if !(-ADJUSTMENT_MAX..=ADJUSTMENT_MAX).contains(&points) {
        return Err(FieldError::new(
            "pointsChange",
            format!("must be between -{ADJUSTMENT_MAX} and {ADJUSTMENT_MAX}"),
        ));
    }
    Ok(points)
}

/// The reason of an adjustment.
///
/// # Errors
/// When it is empty, too long or contains control characters.
pub fn reason(text: &str) -> Result<String, FieldError> {
    line("reason", text, REASON_MAX)
}
