//! The instance, as its operators speak of it.

use chrono::{DateTime, Utc};
use shared::ids::{JoinRuleId, OrganizationId, UserId};
use shared::people::JoinRuleKind;
use shared::role::PlanType;

/// The proof that somebody runs the instance.
#[derive(Clone, Debug)]
pub struct Operator {
    /// The person.
    pub(super) user_id: UserId,
}

/// An organization, from outside.
#[derive(Clone, Debug)]
pub struct InstanceOrganization {
    /// The organization.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Its part of the client's paths.
    pub slug: String,
    /// What it has booked.
    pub plan_type: PlanType,
    /// Active members.
    pub member_count: i64,
    /// Since when it exists.
    pub created_at: DateTime<Utc>,
    /// Since when it is deleted.
    pub deleted_at: Option<DateTime<Utc>>,
}

/// Whose people join an organization as they sign in.
#[derive(Clone, Debug)]
pub struct JoinRule {
    /// The rule.
    pub id: JoinRuleId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// What the value is.
    pub kind: JoinRuleKind,
    /// The id of a directory, or a domain.
    pub value: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// A rule to make.
#[derive(Clone, Debug)]
pub struct NewJoinRule {
    /// The organization.
    pub organization_id: OrganizationId,
    /// What the value is.
    pub kind: JoinRuleKind,
    /// The id of a directory, or a domain.
    pub value: String,
}

/// Which stretch of the list of organizations to read: by name, then by id.
#[derive(Clone, Debug)]
pub(super) struct OrganizationSlice {
    pub(super) search: Option<String>,
    pub(super) after: Option<(String, OrganizationId)>,
    pub(super) before: Option<(String, OrganizationId)>,
    pub(super) limit: i64,
    pub(super) is_backward: bool,
}
