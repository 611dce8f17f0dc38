//! Refusals of this context.

use shared::codes::ErrorCode;

use crate::error::AppError;

/// Why an export is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrivacyError {
    /// It is not the person's, not ready, or its time is over.
    #[error("there is no such export: it is not yours, not ready yet, or its time is over")]
    NoSuchExport,
}

impl From<PrivacyError> for AppError {
    fn from(error: PrivacyError) -> Self {
        Self::refused(ErrorCode::NotFound, error.to_string())
    }
}
