//! The words that providers, boards and events are spoken of in.

use crate::text_enum::text_enum;

/// A word that is not in the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownWord;

impl core::fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("unknown word")
    }
}

impl core::error::Error for UnknownWord {}

text_enum! {
    /// A system that sends webhooks.
    Provider {
        /// GitHub, hosted or Enterprise Server.
        Github = "GITHUB",
        /// GitLab, hosted or self-managed.
        Gitlab = "GITLAB",
        /// OpenProject.
        Openproject = "OPENPROJECT",
        /// SonarQube, Server or Cloud.
        Sonarqube = "SONARQUBE",
    }
}

impl Provider {
    /// The provider's part of the webhook address: `/webhooks/{provider}/…`.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Openproject => "openproject",
            Self::Sonarqube => "sonarqube",
        }
    }

    /// The provider whose part of the webhook address this is.
    pub fn from_path(path: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|provider| provider.path() == path)
    }

    /// The name as people write it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Github => "GitHub",
            Self::Gitlab => "GitLab",
            Self::Openproject => "OpenProject",
            Self::Sonarqube => "SonarQube",
        }
    }
}

text_enum! {
    /// What a received event is known as, whichever provider sent it.
    EventType {
        /// Commits were pushed to a branch.
        Push = "PUSH",
        /// A tag was pushed.
        TagPush = "TAG_PUSH",
        /// A pull request (GitLab: merge request) was opened.
        PullRequestOpened = "PULL_REQUEST_OPENED",
        /// A pull request was merged.
        PullRequestMerged = "PULL_REQUEST_MERGED",
        /// A pull request was closed without a merge.
        PullRequestClosed = "PULL_REQUEST_CLOSED",
        /// Anything else changed on a pull request.
        PullRequestUpdated = "PULL_REQUEST_UPDATED",
        /// A pull request was approved.
        ReviewApproved = "REVIEW_APPROVED",
        /// A pull request was commented on.
        ReviewCommented = "REVIEW_COMMENTED",
        /// An issue was opened.
        IssueOpened = "ISSUE_OPENED",
        /// An issue was closed.
        IssueClosed = "ISSUE_CLOSED",
        /// Anything else changed on an issue.
        IssueUpdated = "ISSUE_UPDATED",
        /// A comment on anything but a pull request.
        Commented = "COMMENTED",
        /// A pipeline ended well.
        PipelineSucceeded = "PIPELINE_SUCCEEDED",
        /// A pipeline ended badly.
        PipelineFailed = "PIPELINE_FAILED",
        /// A pipeline changed its state without ending.
        PipelineUpdated = "PIPELINE_UPDATED",
        /// A delivery that only tests the connection.
        Test = "TEST",
    }
}

text_enum! {
    /// How far an event has come.
    EventStatus {
        /// Waiting for a worker, or for its next attempt.
        Pending = "PENDING",
        /// Done, with or without points.
        Processed = "PROCESSED",
        /// Kept, and of no interest.
        Ignored = "IGNORED",
        /// Failed for good: an admin can inspect and replay it.
        Dead = "DEAD",
    }
}

text_enum! {
    /// Whom a board ranks.
    LeaderboardScope {
        /// Every member, optionally of one team.
        Individual = "INDIVIDUAL",
        /// Teams, by the rounded mean of their active primary members.
        Team = "TEAM",
        /// The members of the viewer's own primary team.
        MyTeam = "MY_TEAM",
        /// Departments, or the members of one.
        Department = "DEPARTMENT",
    }
}

text_enum! {
    /// The stretch of time a board counts.
    LeaderboardPeriod {
        /// Today.
        Day = "DAY",
        /// This week, from Monday.
        Week = "WEEK",
        /// This month.
        Month = "MONTH",
        /// This quarter.
        Quarter = "QUARTER",
        /// Since the beginning.
        AllTime = "ALL_TIME",
    }
}

text_enum! {
    /// Who sees whom on boards of individuals.
    LeaderboardVisibility {
        /// Everyone by name.
        Named = "NAMED",
        /// Oneself by name, others as anonymous rows.
        Anonymous = "ANONYMOUS",
        /// Administrators only.
        AdminsOnly = "ADMINS_ONLY",
    }
}
