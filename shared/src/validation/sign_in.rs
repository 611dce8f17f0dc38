//! Validation of what a person enters on signing in for the first time.

use super::{FieldError, line};

/// Longest name of a person, in characters.
pub const PERSON_NAME_MAX: usize = 200;
/// Longest name of an organization, in characters.
pub const ORGANIZATION_NAME_MAX: usize = 100;

/// A person's name.
///
/// # Errors
/// When it is empty, too long or contains control characters.
pub fn person_name(text: &str) -> Result<String, FieldError> {
    line("name", text, PERSON_NAME_MAX)
}

/// An organization's name.
///
/// # Errors
/// When it is empty, too long or contains control characters.
pub fn organization_name(text: &str) -> Result<String, FieldError> {
    line("organizationName", text, ORGANIZATION_NAME_MAX)
}

/// Whether a path that came from outside leads to this client and nowhere else.
pub fn is_local_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.chars().any(char::is_control)
}

/// An email address, as far as its form tells; whether it exists is proven by mail.
///
/// # Errors
/// When it cannot be an address.
pub fn email(text: &str) -> Result<String, FieldError> {
    let text = text.trim();
    let is_plausible = text.len() <= 254
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && local.len() <= 64
                && domain.len() >= 3
                && domain.contains('.')
                && !domain.contains('@')
        });
    if is_plausible {
        Ok(text.to_owned())
    } else {
        Err(FieldError::new(
            "email",
            "must be an email address such as name@example.com",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_nowhere_else() {
        assert!(is_local_path("/acme?period=DAY"));
        for path in [
            "//evil.example",
            "/\\evil.example",
            "/a\n/evil",
            "https://evil.example",
            "",
            "evil",
        ] {
            assert!(!is_local_path(path), "{path}");
        }
    }
}
