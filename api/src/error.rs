//! The one error type that crosses the edge.
//!
//! It has no `Display`, so that nothing turns it into a client's text by accident.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

pub use shared::codes::ErrorCode;
pub use shared::validation::FieldError;

/// Why a request was not carried out.
pub enum AppError {
    /// Input the caller can correct: `BAD_USER_INPUT`, one error per field.
    Invalid(Vec<FieldError>),
    /// The caller can act on it. The code is API.
    Refused {
        /// The stable code.
        code: ErrorCode,
        /// What happened, in words for people.
        message: Cow<'static, str>,
        /// When it is worth trying again.
        retry_after: Option<Duration>,
    },
    /// Ours to fix: logged once with its causes, shown as `INTERNAL` with the request id.
    Internal(anyhow::Error),
}

/// Result of everything that crosses the edge.
pub type Result<T, E = AppError> = std::result::Result<T, E>;

impl AppError {
    /// A refusal with a code and a message.
    pub fn refused(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused {
            code,
            message: message.into(),
            retry_after: None,
        }
    }

    /// It does not exist, or the caller may not know that it does: both read the same.
    pub fn not_found(what: &'static str) -> Self {
        Self::refused(ErrorCode::NotFound, format!("{what} not found"))
    }

    /// The caller may see it and may not do this.
    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::refused(ErrorCode::Forbidden, message)
    }

    /// Nobody is signed in.
    pub fn unauthenticated() -> Self {
        Self::refused(ErrorCode::Unauthenticated, "sign in first")
    }

    /// One wrong field.
    pub fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }

    /// When it is worth trying again, where that is known.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The code that clients see.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Invalid(_) => ErrorCode::BadUserInput,
            Self::Refused { code, .. } => *code,
            Self::Internal(_) => ErrorCode::Internal,
        }
    }
}

/// On one line, with all causes and without a backtrace: it is what log lines show.
impl fmt::Debug for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(errors) => f.debug_tuple("Invalid").field(errors).finish(),
            Self::Refused { code, message, .. } => write!(f, "{}: {message}", code.as_str()),
            Self::Internal(error) => write!(f, "{error:#}"),
        }
    }
}

impl From<FieldError> for AppError {
    fn from(error: FieldError) -> Self {
        Self::Invalid(vec![error])
    }
}

impl From<anyhow::Error> for AppError {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<diesel::result::Error> for AppError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Internal(anyhow::Error::new(error).context("database"))
    }
}
