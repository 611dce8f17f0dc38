//! What each plan allows.

use crate::role::PlanType;

/// Limits of an organization; none is without limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanLimits {
    /// Active members.
    pub members: Option<u32>,
    /// Connected repositories.
    pub repositories: Option<u32>,
    /// Cost points that one person or key may spend there in a minute; none where the instance's own limits are all.
    pub requests_per_minute: Option<u32>,
    /// Reviews by a model in a calendar month; those of the built-in reviewer do not count.
    pub ai_reviews_per_month: Option<u32>,
}

impl PlanType {
    /// What the plan allows.
    pub const fn limits(self) -> PlanLimits {
        match self {
            Self::Free => PlanLimits {
                members: Some(5),
                repositories: Some(10),
                requests_per_minute: Some(100),
                ai_reviews_per_month: Some(100),
            },
            Self::Pro => PlanLimits {
                members: Some(50),
                repositories: Some(100),
                requests_per_minute: Some(1_000),
                ai_reviews_per_month: Some(1_000),
            },
            Self::Enterprise => PlanLimits {
                members: None,
                repositories: None,
                requests_per_minute: None,
                ai_reviews_per_month: None,
            },
        }
    }
}
