//! What the audit log records: the whole list, also for what is still to be built. A feature records its own actions.

use crate::text_enum::text_enum;

text_enum! {
    /// What was done, as the audit log keeps it.
    AuditAction {
        /// A person signed in.
        SignedIn = "USER_LOGIN",
        /// A session got new tokens.
        SessionRefreshed = "TOKEN_REFRESH",
        /// A person signed out.
        SignedOut = "USER_LOGOUT",
        /// A person was seen for the first time.
        SignedUp = "USER_SIGNUP",
        /// A person ended one of their sessions.
        SessionRevoked = "SESSION_REVOKED",
        /// A refresh token was presented again after its use: somebody else may have it.
        RefreshTokenReused = "REFRESH_TOKEN_REUSED",
        /// A command issued an access token.
        CommandTokenIssued = "COMMAND_TOKEN_ISSUED",
        /// A one-time link was made.
        SetupLinkCreated = "SETUP_LINK_CREATED",
        /// An organization was created.
        OrganizationCreated = "ORG_CREATED",
        /// A person became a member.
        MemberAdded = "MEMBER_ADDED",
        /// A member's role or status changed.
        RoleChanged = "ROLE_CHANGED",
        /// A team was created.
        TeamCreated = "TEAM_CREATED",
        /// A department was created.
        DepartmentCreated = "DEPARTMENT_CREATED",
        /// A member was put into a team.
        MemberAssigned = "MEMBER_ASSIGNED",
        /// An account at a provider was linked to a member.
        AccountLinked = "IDENTITY_LINKED",
        /// A webhook source was created.
        WebhookSourceCreated = "WEBHOOK_CONFIGURED",
        /// A webhook source was changed.
        WebhookSourceUpdated = "WEBHOOK_UPDATED",
        /// A webhook source got a new secret.
        WebhookSecretRotated = "WEBHOOK_SECRET_ROTATED",
        /// A webhook source was deleted.
        WebhookSourceDeleted = "WEBHOOK_DELETED",
        /// A test delivery was sent to a webhook source.
        WebhookSourceTested = "WEBHOOK_TESTED",
        /// Events were replayed.
        EventsReplayed = "EVENTS_REPLAYED",
        /// A raw payload was read.
        PayloadViewed = "VIEW_PAYLOAD",
        /// Points were changed by hand.
        PointsAdjusted = "POINTS_ADJUSTED",
        /// A sign-in was refused: the provider's answer was not good, or the person may not join.
        SignInRefused = "SIGN_IN_REFUSED",
        /// A person linked an account they sign in with.
        SignInLinked = "SIGN_IN_LINKED",
        /// A person removed an account they signed in with.
        SignInUnlinked = "SIGN_IN_UNLINKED",
        /// Stored secrets were sealed anew with the current key.
        SecretsResealed = "SECRETS_RESEALED",
        /// An organization's name, slug or settings changed.
        OrganizationUpdated = "ORG_UPDATED",
        /// An organization was deleted; it can be restored for 30 days.
        OrganizationDeleted = "ORG_DELETED",
        /// A deleted organization was restored.
        OrganizationRestored = "ORG_RESTORED",
        /// An organization was removed for good.
        OrganizationPurged = "ORG_PURGED",
        /// An organization's plan changed.
        PlanChanged = "PLAN_CHANGED",
        /// A setting of the whole instance changed.
        InstanceUpdated = "INSTANCE_UPDATED",
        /// Somebody was invited.
        MemberInvited = "USER_INVITED",
        /// An invitation was sent again.
        InvitationResent = "INVITATION_RESENT",
        /// An invitation was accepted.
        InvitationAccepted = "INVITATION_ACCEPTED",
        /// An invitation was withdrawn.
        InvitationRevoked = "INVITATION_REVOKED",
        /// A member was removed.
        MemberRemoved = "USER_REMOVED",
        /// A member left by themself.
        MemberLeft = "USER_LEFT",
        /// A member's employee number or department changed.
        MemberUpdated = "MEMBER_UPDATED",
        /// A team changed.
        TeamUpdated = "TEAM_UPDATED",
        /// A team was deleted.
        TeamDeleted = "TEAM_DELETED",
        /// A department changed.
        DepartmentUpdated = "DEPARTMENT_UPDATED",
        /// A department was deleted.
        DepartmentDeleted = "DEPARTMENT_DELETED",
        /// A person's absence was entered.
        AbsenceSet = "ABSENCE_SET",
        /// A person's absence was removed.
        AbsenceDeleted = "ABSENCE_DELETED",
        /// An account at a provider was parted from a member.
        AccountUnlinked = "IDENTITY_UNLINKED",
        /// Accounts at providers were merged into one member.
        AccountsMerged = "IDENTITIES_MERGED",
        /// A merge was undone.
        AccountsUnmerged = "IDENTITIES_UNMERGED",
        /// A person changed their profile.
        ProfileUpdated = "PROFILE_UPDATED",
        /// A person changed their preferences.
        PreferencesUpdated = "PREFERENCES_UPDATED",
        /// An API key was made.
        ApiKeyCreated = "API_KEY_CREATED",
        /// An API key's name, scopes, limit or expiry changed.
        ApiKeyUpdated = "API_KEY_UPDATED",
        /// An API key got a new secret; the old one works for a while beside it.
        ApiKeyRotated = "API_KEY_ROTATED",
        /// An API key was revoked.
        ApiKeyRevoked = "API_KEY_DELETED",
        /// Data left as a file.
        DataExported = "EXPORT_DATA",
        /// A person asked for everything that is known about them.
        DataExportRequested = "DATA_EXPORT_REQUESTED",
        /// A person asked to be erased.
        DataDeletionRequested = "DATA_DELETION_REQUESTED",
        /// A person was erased.
        DataDeleted = "DATA_DELETED",
        /// A person confirmed once more who they are.
        Reauthenticated = "REAUTHENTICATED",
        /// A team's metrics were read.
        TeamMetricsViewed = "VIEW_TEAM_METRICS",
        /// A person's metrics were read.
        UserMetricsViewed = "VIEW_USER_METRICS",
        /// A repository was connected.
        RepositoryConnected = "REPO_CONNECTED",
        /// A repository was disconnected.
        RepositoryDisconnected = "REPO_DISCONNECTED",
        /// A repository's settings changed.
        RepositorySettingsChanged = "REPO_SETTINGS_CHANGED",
    }
}

text_enum! {
    /// Who did it.
    AuditActorKind {
        /// A person.
        User = "USER",
        /// A key by which a program acts.
        ApiKey = "API_KEY",
        /// The server itself.
        System = "SYSTEM",
    }
}

text_enum! {
    /// How it ended.
    AuditOutcome {
        /// It was done.
        Success = "SUCCESS",
        /// It was refused.
        Denied = "DENIED",
        /// It was tried and did not come about.
        Failed = "FAILED",
    }
}
