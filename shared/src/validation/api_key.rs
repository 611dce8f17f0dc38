//! Validation of API keys.

use chrono::{DateTime, Utc};

use super::{FieldError, line};
use crate::scope::ApiScope;

/// Longest name of a key, in characters.
pub const NAME_MAX: usize = 100;
/// Cost points of requests a minute where nothing else is said.
pub const RATE_DEFAULT: i32 = 100;
/// Most cost points of requests a minute that a key may be given.
pub const RATE_MAX: i32 = 10_000;
/// Hours for which the old secret works beside a new one where nothing else is said.
pub const OVERLAP_DEFAULT_HOURS: i32 = 24;
/// Most hours for which the old secret may work beside a new one.
pub const OVERLAP_MAX_HOURS: i32 = 24 * 30;

/// A key's name.
///
/// # Errors
/// When it is empty, too long or contains control characters.
pub fn name(text: &str) -> Result<String, FieldError> {
    line("name", text, NAME_MAX)
}

/// What a key is made for: each scope once, in the order of their definition.
///
/// # Errors
/// When there is none.
pub fn scopes(chosen: &[ApiScope]) -> Result<Vec<ApiScope>, FieldError> {
    let scopes: Vec<ApiScope> = ApiScope::ALL
        .iter()
        .copied()
        .filter(|scope| chosen.contains(scope))
        .collect();
    if scopes.is_empty() {
        return Err(FieldError::new("scopes", "must name at least one scope"));
    }
    Ok(scopes)
}

/// How much a key may ask a minute.
///
/// # Errors
/// When it is nothing, or more than any key may.
pub fn rate_limit(points: i32) -> Result<i32, FieldError> {
    within("rateLimit", points, 1, RATE_MAX)
}

/// For how many hours the old secret works beside a new one.
///
/// # Errors
/// When it is negative or too long.
pub fn overlap_hours(hours: i32) -> Result<i32, FieldError> {
    within("overlapHours", hours, 0, OVERLAP_MAX_HOURS)
}

/// When a key ends.
///
/// # Errors
/// When that is not in the future.
pub fn expires_at(at: DateTime<Utc>, now: DateTime<Utc>) -> Result<DateTime<Utc>, FieldError> {
    if at <= now {
        return Err(FieldError::new("expiresAt", "must be in the future"));
    }
    Ok(at)
}

fn within(field: &'static str, value: i32, min: i32, max: i32) -> Result<i32, FieldError> {
    if (min..=max).contains(&value) {
        Ok(value)
    } else {
        let message = format!("must be between {min} and {max}");
        Err(FieldError::new(field, message))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn scopes_are_told_once_and_in_order() {
        let chosen = [ApiScope::ReadTeam, ApiScope::ReadRepos, ApiScope::ReadTeam];
        let expected = [ApiScope::ReadRepos, ApiScope::ReadTeam];
        assert_eq!(scopes(&chosen).as_deref(), Ok(&expected[..]));
        assert!(scopes(&[]).is_err());
    }

    #[test]
    fn numbers_and_times_have_their_bounds() {
        assert!(rate_limit(0).is_err() && rate_limit(RATE_MAX + 1).is_err());
        assert_eq!(rate_limit(1), Ok(1));
        assert!(overlap_hours(-1).is_err() && overlap_hours(OVERLAP_MAX_HOURS + 1).is_err());
        assert_eq!(overlap_hours(0), Ok(0));
        let now = DateTime::UNIX_EPOCH;
        assert!(expires_at(now, now).is_err());
        assert!(expires_at(now + TimeDelta::seconds(1), now).is_ok());
    }
}
