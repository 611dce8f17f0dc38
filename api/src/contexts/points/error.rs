//! What the points context refuses.

use crate::error::{AppError, ErrorCode};

/// A refusal of this context.
#[derive(Debug, thiserror::Error)]
pub enum PointsError {
    /// No such member, or none that the caller may know of.
    #[error("member not found")]
    NoMember,
    /// The person may be a member, and earns no points: a viewer, or inactive.
    #[error("this member does not earn points")]
    EarnsNoPoints,
    /// The same idempotency key was used for something else.
    #[error("this idempotency key was used for another adjustment")]
    KeyReused,
}

impl From<PointsError> for AppError {
    fn from(error: PointsError) -> Self {
        let code = match error {
            PointsError::NoMember => ErrorCode::NotFound,
            PointsError::EarnsNoPoints | PointsError::KeyReused => ErrorCode::Conflict,
        };
        AppError::refused(code, error.to_string())
    }
}
