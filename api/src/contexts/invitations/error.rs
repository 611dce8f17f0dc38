//! Refusals of this context.

use shared::codes::ErrorCode;

use crate::error::AppError;

/// Why an invitation is not what somebody wants it to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvitationError {
    /// There is none, or it was withdrawn, or a newer link replaced it.
    #[error(
        "this invitation does not exist any more: it may have been withdrawn or replaced by a newer one"
    )]
    NoSuchInvitation,
    /// It was accepted by somebody else.
    #[error("this invitation has been used")]
    Used,
    /// Its time is over.
    #[error("this invitation has expired; ask for a new one")]
    Expired,
    /// It is settled: nothing is left to send or to withdraw.
    #[error("this invitation has been accepted or withdrawn")]
    Settled,
    /// The person's membership is suspended.
    #[error("your membership is suspended; ask an administrator of the organization")]
    Suspended,
}

impl From<InvitationError> for AppError {
    fn from(error: InvitationError) -> Self {
        let code = match error {
            InvitationError::NoSuchInvitation => ErrorCode::NotFound,
            _ => ErrorCode::Conflict,
        };
        Self::refused(code, error.to_string())
    }
}
