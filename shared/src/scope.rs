//! What API keys may be made for, and which permission each scope covers.

use crate::permission::Permission;
use crate::text_enum::text_enum;

text_enum! {
    /// What an API key may do; it never exceeds what its owner may do.
    ApiScope {
        /// Read metrics of the organization, its teams and repositories: `read:metrics`.
        ReadMetrics = "READ_METRICS",
        /// Read repositories, pull requests and what happens in them: `read:repos`.
        ReadRepos = "READ_REPOS",
        /// Read the organization, its members, teams and departments: `read:team`.
        ReadTeam = "READ_TEAM",
        /// Manage webhook sources, and report deployments and incidents: `write:webhooks`.
        WriteWebhooks = "WRITE_WEBHOOKS",
        /// Manage notification rules: `write:notifications`.
        WriteNotifications = "WRITE_NOTIFICATIONS",
        /// Everything that the key's owner may do: `admin:org`.
        AdminOrg = "ADMIN_ORG",
        /// Read points, ledgers and leaderboards: `read:points`.
        ReadPoints = "READ_POINTS",
        /// Read daily reports: `read:reports`.
        ReadReports = "READ_REPORTS",
        /// Read code reviews: `read:reviews`.
        ReadReviews = "READ_REVIEWS",
        /// Write daily reports: `write:reports`.
        WriteReports = "WRITE_REPORTS",
    }
}

text_enum! {
    /// Whose rights a key has, as far as its scopes reach.
    ApiKeyOwner {
        /// Its maker's.
        Person = "PERSON",
        /// The organization's own: a service account that no person's leaving ends.
        Organization = "ORGANIZATION",
    }
}

impl ApiScope {
    /// The scope as integrations write it, such as `read:metrics`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ReadMetrics => "read:metrics",
            Self::ReadRepos => "read:repos",
            Self::ReadTeam => "read:team",
            Self::WriteWebhooks => "write:webhooks",
            Self::WriteNotifications => "write:notifications",
            Self::AdminOrg => "admin:org",
            Self::ReadPoints => "read:points",
            Self::ReadReports => "read:reports",
            Self::ReadReviews => "read:reviews",
            Self::WriteReports => "write:reports",
        }
    }

    /// What it is for, in one line, for the person who chooses.
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::ReadMetrics => "Read metrics of the organization, its teams and repositories",
            Self::ReadRepos => "Read repositories, pull requests and events",
            Self::ReadTeam => "Read members, teams and departments",
            Self::WriteWebhooks => "Manage webhook sources; report deployments and incidents",
            Self::WriteNotifications => "Manage notification rules",
            Self::AdminOrg => "Everything that its owner may do",
            Self::ReadPoints => "Read points, ledgers and leaderboards",
            Self::ReadReports => "Read daily reports",
            Self::ReadReviews => "Read code reviews",
            Self::WriteReports => "Write daily reports",
        }
    }

    /// Whether it covers a permission.
    pub fn covers(self, permission: Permission) -> bool {
        match self {
            Self::AdminOrg => permission.is_for_keys(),
            _ => scopes_of(permission).contains(&self),
        }
    }
}

/// The scopes beside `admin:org` that cover a permission. Every key may read the organization's own line.
const fn scopes_of(permission: Permission) -> &'static [ApiScope] {
    use ApiScope::{ReadPoints, ReadRepos, ReadTeam, WriteWebhooks};
    match permission {
        Permission::ViewOrganization => ApiScope::ALL,
        Permission::ViewMembers | Permission::ViewAbsences => &[ReadTeam],
        Permission::ViewIndividualLeaderboard | Permission::ViewPoints => &[ReadPoints],
        Permission::ViewEvents => &[ReadRepos],
        Permission::ManageWebhookSources => &[WriteWebhooks],
        Permission::ViewEmailAddress
        | Permission::ManageMembers
        | Permission::ManageTeams
        | Permission::ManageAbsences
        | Permission::ManageOrganization
        | Permission::ManageApiKeys
        | Permission::ManageOwnApiKeys
        | Permission::ViewAuditLog
        | Permission::AdjustPoints
        | Permission::ManageEvents => &[],
    }
}

impl Permission {
    /// Whether a key may hold it at all. Keys make no keys.
    pub const fn is_for_keys(self) -> bool {
        !matches!(self, Self::ManageApiKeys | Self::ManageOwnApiKeys)
    }
}
