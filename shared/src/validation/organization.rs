//! Validation of an organization's name and of its part of the client's addresses.

use super::sign_in::ORGANIZATION_NAME_MAX;
use super::{FieldError, line};
use crate::calendar::{Weekday, WorkingDays};

/// Longest slug.
pub const SLUG_MAX: usize = 50;
/// Longest name of a holiday, in characters.
pub const HOLIDAY_NAME_MAX: usize = 100;
/// Fewest days that the audit log is kept.
pub const AUDIT_DAYS_MIN: i32 = 30;
/// Most days after which entries of the audit log go, where they go at all.
pub const AUDIT_DAYS_MAX: i32 = 3650;
/// Most holidays entered at once.
pub const HOLIDAYS_MAX: usize = 100;

/// First parts of paths that are the server's or the client's own, today or by intent: no organization is there.
const RESERVED: &[&str] = &[
    "account", "admin", "api", "assets", "auth", "docs", "exports", "graphiql", "graphql",
    "healthz", "help", "instance", "invite", "login", "logout", "metrics", "new", "operator",
    "outbox", "readyz", "schema", "settings", "setup", "sign-in", "sign-out", "sign-up", "static",
    "webhooks",
];

/// An organization's name.
///
/// # Errors
/// When it is empty, too long or contains control characters.
pub fn name(text: &str) -> Result<String, FieldError> {
    line("name", text, ORGANIZATION_NAME_MAX)
}

/// An organization's slug, in lower case.
///
/// # Errors
/// When it is empty, too long, reserved, or holds anything but letters, digits and hyphens between them.
pub fn slug(text: &str) -> Result<String, FieldError> {
    let slug = text.trim().to_ascii_lowercase();
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if slug.is_empty() {
        return Err(FieldError::new("slug", "must not be empty"));
    }
    if slug.chars().count() > SLUG_MAX {
        let message = format!("must be at most {SLUG_MAX} characters");
        return Err(FieldError::new("slug", message));
    }
    if !slug.chars().all(|c| is_plain(c) || c == '-')
        || !slug.starts_with(is_plain)
        || !slug.ends_with(is_plain)
    {
        let message = "must be letters a to z, digits, and hyphens between them";
        return Err(FieldError::new("slug", message));
    }
    if is_reserved(&slug) {
        return Err(FieldError::new("slug", "is reserved; choose another"));
    }
    Ok(slug)
}

/// The days of a week on which an organization works, as numbers from Monday, which is 1: in their order, each once.
///
/// # Errors
/// When there is none.
pub fn working_days(days: &[Weekday]) -> Result<Vec<i16>, FieldError> {
    let week: WorkingDays = days.iter().copied().collect();
    if week.is_empty() {
        return Err(FieldError::new("workingDays", "must hold at least one day"));
    }
    Ok(week.iter().map(Weekday::number).collect())
}

/// For how many days the audit log is kept.
///
/// # Errors
/// When it is shorter than a month or longer than ten years.
pub fn audit_retention_days(days: i32) -> Result<i32, FieldError> {
    if (AUDIT_DAYS_MIN..=AUDIT_DAYS_MAX).contains(&days) {
        return Ok(days);
    }
    let message = format!("must be between {AUDIT_DAYS_MIN} and {AUDIT_DAYS_MAX}");
    Err(FieldError::new("auditRetentionDays", message))
}

/// What a holiday is called.
///
/// # Errors
/// When it is empty, too long or contains control characters.
pub fn holiday_name(text: &str) -> Result<String, FieldError> {
    line("name", text, HOLIDAY_NAME_MAX)
}

/// Whether a slug would hide a path of the server or the client.
pub fn is_reserved(slug: &str) -> bool {
    RESERVED.contains(&slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_plain_and_in_lower_case() {
        assert_eq!(slug(" Acme-2 ").as_deref(), Ok("acme-2"));
        for bad in [
            "",
            "-acme",
            "acme-",
            "ac me",
            "zürich",
            "a/b",
            &"x".repeat(51),
        ] {
            assert_eq!(slug(bad).map_err(|error| error.field), Err("slug"), "{bad}");
        }
    }

    #[test]
    fn paths_of_the_product_are_no_slugs() {
        for word in ["graphql", "Admin", "sign-in"] {
            assert!(slug(word).is_err(), "{word}");
        }
    }
}
