//! The table of point rules: what earns how much.
//!
//! Values are those of the product's rule table; GitHub events pay by the same vocabulary and values as GitLab's.

use crate::text_enum::text_enum;

text_enum! {
    /// What a ledger entry was made for.
    PointRule {
        /// A push: 2, and 1 more a commit, at most 10. Paid to the pusher, once per ref and commit reached.
        Push = "PUSH",
        /// A pull request was opened: 5. Paid to its author, once per pull request.
        PullRequestOpened = "PULL_REQUEST_OPENED",
        /// A pull request was merged: 10. Paid to its author, once per pull request.
        PullRequestMerged = "PULL_REQUEST_MERGED",
        /// A review by comment or approval: 3. Paid to a reviewer who is not the author, once per pull request and day.
        CodeReview = "CODE_REVIEW",
        /// An issue was closed: 5. Paid to the assignee, else to who closed it, once per issue.
        IssueClosed = "ISSUE_CLOSED",
        /// A pipeline succeeded: 2. Paid to who started it, once per run.
        PipelineSucceeded = "PIPELINE_SUCCEEDED",
        /// A pipeline failed: −3. Charged to who started it, once per run.
        PipelineFailed = "PIPELINE_FAILED",
        /// A change made by hand, with a reason and an author.
        Adjustment = "ADJUSTMENT",
    }
}

/// How a rule turns a fact into points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointValue {
    /// The same for every fact.
    Fixed(i32),
    /// A base and so much a unit, up to a maximum.
    PerUnit {
        /// Paid for the fact itself.
        base: i32,
        /// Paid for each unit, such as a commit.
        per_unit: i32,
        /// Never more than this.
        max: i32,
    },
    /// Given with the fact, as an adjustment is.
    Given,
}

impl PointRule {
    /// What the rule pays where the organization has not chosen otherwise.
    pub const fn default_value(self) -> PointValue {
        match self {
            Self::Push => PointValue::PerUnit {
                base: 2,
                per_unit: 1,
                max: 10,
            },
            Self::PullRequestOpened | Self::IssueClosed => PointValue::Fixed(5),
            Self::PullRequestMerged => PointValue::Fixed(10),
            Self::CodeReview => PointValue::Fixed(3),
            Self::PipelineSucceeded => PointValue::Fixed(2),
            Self::PipelineFailed => PointValue::Fixed(-3),
            Self::Adjustment => PointValue::Given,
        }
    }

    /// The reason that people read in the ledger.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Push => "Commits pushed",
            Self::PullRequestOpened => "Pull request opened",
            Self::PullRequestMerged => "Pull request merged",
            Self::CodeReview => "Code reviewed",
            Self::IssueClosed => "Issue closed",
            Self::PipelineSucceeded => "Pipeline succeeded",
            Self::PipelineFailed => "Pipeline failed",
            Self::Adjustment => "Adjusted by an administrator",
        }
    }
}

impl PointValue {
    /// Points for a fact of so many units; none for a value that is given with the fact.
    pub fn points(self, units: u32) -> Option<i32> {
        match self {
            Self::Fixed(points) => Some(points),
            Self::PerUnit {
                base,
                per_unit,
                max,
            } => {
                let units = i32::try_from(units).unwrap_or(i32::MAX);
                Some(per_unit.saturating_mul(units).saturating_add(base).min(max))
            }
            Self::Given => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_pays_for_its_commits_up_to_the_maximum() {
        let points = |units| PointRule::Push.default_value().points(units);
        assert_eq!(
            [points(0), points(4), points(8), points(u32::MAX)],
            [Some(2), Some(6), Some(10), Some(10)]
        );
    }
}
