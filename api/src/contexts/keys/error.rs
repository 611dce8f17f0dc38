//! Refusals of this context, each with its code.

use crate::error::{AppError, ErrorCode};

/// Why a change of a key was refused.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// There is no such key for the caller.
    #[error("API key not found")]
    NoSuchKey,
    /// It was revoked.
    #[error("the API key is revoked; make a new one")]
    Revoked,
    /// It is another person's.
    #[error("only its owner gives an API key a new secret; revoke it instead")]
    NotItsOwner,
}

impl From<KeysError> for AppError {
    fn from(error: KeysError) -> Self {
        let code = match error {
            KeysError::NoSuchKey => ErrorCode::NotFound,
            KeysError::Revoked => ErrorCode::Conflict,
            KeysError::NotItsOwner => ErrorCode::Forbidden,
        };
        Self::refused(code, error.to_string())
    }
}
