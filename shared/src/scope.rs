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

impl ApiScope {
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
        | Permission::ManageIdentities
        | Permission::ManageOrganization
        | Permission::ManageApiKeys
        | Permission::ManageOwnApiKeys
        | Permission::ViewAuditLog
        | Permission::ExportOwnData
        | Permission::AdjustPoints
        | Permission::ManageEvents => &[],
    }
}

impl Permission {
    /// Whether a key may hold it at all. Keys make no keys, and nobody's personal data leaves by one.
    pub const fn is_for_keys(self) -> bool {
        !matches!(
            self,
            Self::ManageApiKeys | Self::ManageOwnApiKeys | Self::ExportOwnData
        )
    }
}
