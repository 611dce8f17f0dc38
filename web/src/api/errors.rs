//! What can go wrong between the page and the server.

use shared::codes::ErrorCode;

use super::json::Json;

/// What kind of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server was not reached.
    Network,
    /// The server answered something that this client does not understand.
    Malformed,
    /// The server refused, by its code.
    Refused(ErrorCode),
}

/// A failed call, in the words that a person may read.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    /// What kind of failure it was.
    pub failure: Failure,
    /// One sentence.
    pub message: String,
    /// The input that the error is about.
    pub field: Option<String>,
    /// What to quote when asking for help.
    pub request_id: Option<String>,
}

impl ApiError {
    /// The server was not reached.
    pub fn network() -> Self {
        Self::new(Failure::Network, "The server could not be reached.")
    }

    /// The answer was not understood; `what` says which part.
    pub fn malformed(what: &str) -> Self {
        let mut error = Self::new(
            Failure::Malformed,
            "The server's answer was not understood. Reloading the page may help",
        );
        if !what.is_empty() {
            error.message.push_str(" (");
            error.message.push_str(what);
            error.message.push(')');
        }
        error.message.push('.');
        error
    }

    /// A refusal with a sentence.
    pub fn refused(code: ErrorCode, message: &str) -> Self {
        Self::new(Failure::Refused(code), message)
    }

    fn new(failure: Failure, message: &str) -> Self {
        Self {
            failure,
            message: message.to_owned(),
            field: None,
            request_id: None,
        }
    }

    /// The first of GraphQL's errors; the others repeat the cause.
    pub fn from_errors(errors: &Json) -> Self {
        let Some(first) = errors.items().first() else {
            return Self::malformed("errors");
        };
        Self::from_error(first)
    }

    /// Reads `{message, extensions: {code, field, requestId}}`, or the same without extensions.
    pub fn from_error(error: &Json) -> Self {
        let extensions = error.get("extensions").unwrap_or(error);
        Self {
            // A newer server may know more codes: what is unknown here is treated as the server's own failure.
            failure: Failure::Refused(
                extensions
                    .text("code")
                    .and_then(|code| code.parse().ok())
                    .unwrap_or(ErrorCode::Internal),
            ),
            message: error
                .text("message")
                .unwrap_or("Something went wrong on the server.")
                .to_owned(),
            field: extensions.text("field").map(str::to_owned),
            request_id: extensions.text("requestId").map(str::to_owned),
        }
    }

    /// Whether the session is missing or over.
    pub fn is_unauthenticated(&self) -> bool {
        self.failure == Failure::Refused(ErrorCode::Unauthenticated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_field_and_request_id_come_from_the_extensions() {
        let errors = Json::parse(
            r#"[{"message":"Too long","extensions":{"code":"BAD_USER_INPUT","field":"name","requestId":"r1"}}]"#,
        )
        .unwrap();

        let error = ApiError::from_errors(&errors);

        assert_eq!(error.failure, Failure::Refused(ErrorCode::BadUserInput));
        assert_eq!(error.message, "Too long");
        assert_eq!(error.field.as_deref(), Some("name"));
        assert_eq!(error.request_id.as_deref(), Some("r1"));
    }

    #[test]
    fn an_error_without_a_code_is_internal() {
        let errors = Json::parse(r#"[{"message":"x"}]"#).unwrap();

        assert_eq!(
            ApiError::from_errors(&errors).failure,
            Failure::Refused(ErrorCode::Internal)
        );
    }
}
