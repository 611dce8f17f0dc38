//! Validation of absences.

use chrono::NaiveDate;

use super::FieldError;

/// The most days of one absence.
pub const DAYS_MAX: i64 = 366;

/// The first and the last day of an absence, both included.
///
/// # Errors
/// When the end is before the beginning, or too far from it.
pub fn days(starts_on: NaiveDate, ends_on: NaiveDate) -> Result<(), FieldError> {
    if ends_on < starts_on {
        return Err(FieldError::new(
            "endsOn",
            "must not be before the first day",
        ));
    }
    if (ends_on - starts_on).num_days() >= DAYS_MAX {
        return Err(FieldError::new(
            "endsOn",
            format!("must be at most {DAYS_MAX} days from the first day"),
        ));
    }
    Ok(())
}
