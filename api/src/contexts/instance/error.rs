//! Refusals of this context.

use shared::codes::ErrorCode;

use crate::error::AppError;

/// Why an operator's change is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InstanceError {
    /// Whoever asks is no operator.
    #[error("only operators of this instance may do this")]
    NoOperator,
    /// No organization has this id.
    #[error("organization not found")]
    NoSuchOrganization,
    /// No rule has this id.
    #[error("rule not found")]
    NoSuchRule,
    /// The organization has this rule already.
    #[error("this organization has this rule already")]
    RuleExists,
}

impl From<InstanceError> for AppError {
    fn from(error: InstanceError) -> Self {
        let code = match error {
            InstanceError::NoOperator => ErrorCode::Forbidden,
            InstanceError::NoSuchOrganization | InstanceError::NoSuchRule => ErrorCode::NotFound,
            InstanceError::RuleExists => ErrorCode::Conflict,
        };
        Self::refused(code, error.to_string())
    }
}
