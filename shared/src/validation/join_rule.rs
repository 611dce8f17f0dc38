//! Validation of the rules by which people join an organization without being asked.

use uuid::Uuid;

use super::FieldError;

/// The id of a directory, in lower case.
///
/// # Errors
/// When it is no UUID.
pub fn tenant(text: &str) -> Result<String, FieldError> {
    Uuid::try_parse(text.trim())
        .map(|id| id.hyphenated().to_string())
        .map_err(|_| {
            FieldError::new(
                "value",
                "must be the id of a directory, such as 72f988bf-86f1-41af-91ab-2d7cd011db47",
            )
        })
}

/// A domain of addresses, in lower case; written with or without the `@`.
///
/// # Errors
/// When it cannot be a domain of its own.
pub fn domain(text: &str) -> Result<String, FieldError> {
    let domain = text.trim().trim_start_matches('@').to_lowercase();
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    if domain.len() <= 253 && domain.contains('.') && domain.split('.').all(is_label) {
        Ok(domain)
    } else {
        Err(FieldError::new(
            "value",
            "must be a domain such as example.com",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_a_name_with_a_dot() {
        assert_eq!(domain(" @Example.COM ").as_deref(), Ok("example.com"));
        for bad in [
            "",
            "com",
            "a..b",
            "-a.com",
            "a@b.com",
            "a b.com",
            "*.example.com",
        ] {
            assert!(domain(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_directory_is_a_uuid() {
        let id = "72F988BF-86F1-41AF-91AB-2D7CD011DB47";
        assert_eq!(tenant(id), Ok(id.to_lowercase()));
        assert!(tenant("contoso.onmicrosoft.com").is_err());
    }
}
