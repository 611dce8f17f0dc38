//! Validation of what people enter: the same functions run in the browser and on the server.

pub mod absence;
pub mod api_key;
pub mod invitation;
pub mod join_rule;
pub mod organization;
pub mod points;
pub mod sign_in;
pub mod webhook_source;

/// One thing wrong with one field of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field as the API names it, such as `name`.
    pub field: &'static str,
    /// What is wrong and what is allowed, for the person who entered it.
    pub message: String,
}

impl FieldError {
    /// An error of a field.
    pub fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self {
            field,
            message: message.into(),
        }
    }
}

/// Text of a limited length, without surrounding white space and control characters.
///
/// # Errors
/// When nothing is left, too much is left, or it contains control characters.
pub fn line(field: &'static str, text: &str, max: usize) -> Result<String, FieldError> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 {
        return Err(FieldError::new(field, "must not be empty"));
    }
    if length > max {
        return Err(FieldError::new(
            field,
            format!("must be at most {max} characters, is {length}"),
        ));
    }
    if text.chars().any(char::is_control) {
        return Err(FieldError::new(
            field,
            "must not contain line breaks or control characters",
        ));
    }
    Ok(text.to_owned())
}
