//! Refusals of this context.

use shared::codes::ErrorCode;

use crate::error::AppError;

/// Why an absence is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AbsenceError {
    /// There is none for the actor.
    #[error("absence not found")]
    NoSuchAbsence,
    /// The person is no member.
    #[error("member not found")]
    NoSuchMember,
    /// The person is away on one of these days already.
    #[error("these days overlap another absence of this person")]
    Overlap,
}

impl From<AbsenceError> for AppError {
    fn from(error: AbsenceError) -> Self {
        let code = match error {
            AbsenceError::NoSuchAbsence | AbsenceError::NoSuchMember => ErrorCode::NotFound,
            AbsenceError::Overlap => ErrorCode::Conflict,
        };
        Self::refused(code, error.to_string())
    }
}
