//! Refusals of this context.

use shared::codes::ErrorCode;
use shared::role::PlanType;

use crate::error::AppError;

/// Why a change of an organization is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrgsError {
    /// The person is a member already.
    #[error("this person is already a member")]
    AlreadyMember,
    /// Someone else has that employee number.
    #[error("another member has this employee number")]
    EmployeeIdTaken,
    /// There is a team of that name.
    #[error("there is already a team of this name")]
    TeamNameTaken,
    /// There is a department of that name.
    #[error("there is already a department of this name")]
    DepartmentNameTaken,
    /// No address is left that resembles the name.
    #[error("no free address resembles this name; choose another")]
    SlugTaken,
    /// The last administrator would go.
    #[error("an organization keeps at least one administrator")]
    LastAdministrator,
    /// The plan is used up.
    #[error(
        "the plan {plan} allows {limit} active members: somebody has to go first, or an operator of this instance changes the plan"
    )]
    PlanIsFull {
        /// What the organization has booked.
        plan: PlanType,
        /// Active members that it allows.
        limit: u32,
    },
    /// The person is no member.
    #[error("member not found")]
    NoSuchMember,
    /// The department is not in this organization.
    #[error("department not found")]
    NoSuchDepartment,
    /// The team is not in this organization.
    #[error("team not found")]
    NoSuchTeam,
}

impl From<OrgsError> for AppError {
    fn from(error: OrgsError) -> Self {
        let code = match error {
            OrgsError::NoSuchMember | OrgsError::NoSuchTeam | OrgsError::NoSuchDepartment => {
                ErrorCode::NotFound
            }
            _ => ErrorCode::Conflict,
        };
        Self::refused(code, error.to_string())
    }
}
