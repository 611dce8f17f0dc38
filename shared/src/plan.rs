//! What an organization may have on each plan.

use crate::role::PlanType;

/// How much of each thing a plan allows; none where it sets no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanLimits {
    /// Members and open invitations together.
    pub members: Option<u32>,
    /// Connected repositories.
    pub repositories: Option<u32>,
    /// Cost points of requests a minute, of the organization as a whole.
    pub requests_per_minute: u32,
    /// Reviews by a language model a month; built-in ones do not count.
    pub ai_reviews_per_month: Option<u32>,
}

impl PlanType {
    /// What the plan allows.
    pub const fn limits(self) -> PlanLimits {
        match self {
            Self::Free => PlanLimits {
                members: Some(5),
                repositories: Some(10),
                requests_per_minute: 100,
                ai_reviews_per_month: Some(100),
            },
            Self::Pro => PlanLimits {
                members: Some(50),
                repositories: Some(100),
                requests_per_minute: 1_000,
                ai_reviews_per_month: Some(1_000),
            },
            Self::Enterprise => PlanLimits {
                members: None,
                repositories: None,
                requests_per_minute: 10_000,
                ai_reviews_per_month: None,
            },
        }
    }
}
