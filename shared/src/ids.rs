//! Typed ids: a user's id is never taken for a team's.

use uuid::Uuid;

macro_rules! ids {
    ($( $(#[$meta:meta])* $name:ident ),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "diesel", derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow))]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "diesel", diesel(sql_type = diesel::sql_types::Uuid))]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.0.fmt(f)
            }
        }

        #[cfg(feature = "diesel")]
        impl diesel::serialize::ToSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                diesel::serialize::ToSql::<diesel::sql_types::Uuid, diesel::pg::Pg>::to_sql(&self.0, out)
            }
        }

        #[cfg(feature = "diesel")]
        impl diesel::deserialize::FromSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
            fn from_sql(bytes: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                diesel::deserialize::FromSql::<diesel::sql_types::Uuid, diesel::pg::Pg>::from_sql(bytes).map(Self)
            }
        }
    )+};
}

ids! {
    /// A person, across organizations.
    UserId,
    /// An organization: the tenant.
    OrganizationId,
    /// An account at an identity provider by which a person signs in.
    SignInAccountId,
    /// A person in an organization.
    MembershipId,
    /// A team of an organization.
    TeamId,
    /// A department of an organization.
    DepartmentId,
    /// A signed-in session.
    SessionId,
    /// Where webhooks come from.
    WebhookSourceId,
    /// A person as a provider knows them.
    ProviderAccountId,
    /// A received webhook; a UUIDv7 whose millisecond is the time of reception.
    EventId,
    /// An entry of the points ledger.
    LedgerEntryId,
    /// An entry of the audit log.
    AuditEntryId,
    /// A mail, queued or sent.
    MailId,
    /// An invitation into an organization.
    InvitationId,
    /// Everything that is known of somebody or something, gathered for whoever asked.
    DataExportId,
    /// A rule by which people join an organization without being asked.
    JoinRuleId,
    /// A stretch of days on which somebody is away.
    AbsenceId,
    /// A key by which a program acts.
    ApiKeyId,
}
