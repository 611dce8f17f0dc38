//! Use cases of operators.

use shared::ids::{JoinRuleId, OrganizationId, UserId};
use shared::people::JoinRuleKind;
use shared::permission::Permission;
use shared::role::PlanType;
use shared::validation::join_rule;

use super::error::InstanceError;
use super::model::{InstanceOrganization, JoinRule, NewJoinRule, Operator, OrganizationSlice};
use super::store;
use crate::access::{Actor, OrgScope};
use crate::contexts::audit::{self, Action, Entry, Origin, TargetKind};
use crate::contexts::{identity, orgs};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// The proof that whoever acts runs the instance.
///
/// # Errors
/// Forbidden for everybody else, and for keys.
pub(super) async fn require_operator(platform: &Platform, actor: &Actor) -> Result<Operator> {
    let (user_id, _) = actor.signed_in()?;
    if identity::is_operator(platform, user_id).await? {
        Ok(Operator { user_id })
    } else {
        Err(InstanceError::NoOperator.into())
    }
}

/// Changes what an organization has booked. Members above a smaller plan's limit stay; nobody joins until there is room.
///
/// # Errors
/// Where there is no such organization.
pub async fn change_plan(
    tx: &mut Transaction,
    by: &Operator,
    actor: &Actor,
    id: OrganizationId,
    plan: PlanType,
) -> Result<InstanceOrganization> {
    if !orgs::change_plan(tx, id, plan).await? {
        return Err(InstanceError::NoSuchOrganization.into());
    }
    let entry = Entry::new(Action::PlanChanged)
        .on(TargetKind::Organization, id)
        .with(serde_json::json!({ "planType": plan.as_str() }));
    audit::record_from(tx, within(actor, id), entry).await?;
    get_organization(tx, by, id).await
}

/// Lets everybody of a directory, or with a proven address of a domain, join an organization as a member.
///
/// # Errors
/// Where the value does not do, there is no such organization, or it has this rule already.
pub async fn add_join_rule(
    tx: &mut Transaction,
    by: &Operator,
    actor: &Actor,
    new: NewJoinRule,
) -> Result<JoinRule> {
    let value = match new.kind {
        JoinRuleKind::EntraTenant => join_rule::tenant(&new.value)?,
        JoinRuleKind::EmailDomain => join_rule::domain(&new.value)?,
    };
    let new = NewJoinRule { value, ..new };
    get_organization(tx, by, new.organization_id).await?;
    let (id, now) = (JoinRuleId(tx.new_id()), tx.now());
    let rule = store::insert_rule(tx, by, id, &new, now)
        .await?
        .ok_or(InstanceError::RuleExists)?;
    record_rule(tx, actor, &rule, false).await?;
    Ok(rule)
}

/// Ends a rule. Who joined by it stays.
///
/// # Errors
/// Where there is no such rule.
pub async fn delete_join_rule(
    tx: &mut Transaction,
    by: &Operator,
    actor: &Actor,
    id: JoinRuleId,
) -> Result<JoinRule> {
    let rule = store::delete_rule(tx, by, id)
        .await?
        .ok_or(InstanceError::NoSuchRule)?;
    record_rule(tx, actor, &rule, true).await?;
    Ok(rule)
}

async fn record_rule(
    tx: &mut Transaction,
    actor: &Actor,
    rule: &JoinRule,
    is_removed: bool,
) -> Result<()> {
    let entry = Entry::new(Action::InstanceUpdated)
        .on(TargetKind::Organization, rule.organization_id)
        .with(serde_json::json!({
            "kind": rule.kind.as_str(),
            "value": rule.value,
            "isRemoved": is_removed,
        }));
    audit::record_from(tx, within(actor, rule.organization_id), entry).await
}

/// The organization's administrators read in their log what an operator did to it.
fn within(actor: &Actor, id: OrganizationId) -> Origin {
    Origin {
        organization_id: Some(id),
        ..Origin::from(actor)
    }
}

async fn get_organization(
    tx: &mut Transaction,
    by: &Operator,
    id: OrganizationId,
) -> Result<InstanceOrganization> {
    store::find_organization(tx, by, id)
        .await?
        .ok_or_else(|| InstanceError::NoSuchOrganization.into())
}

/// A page of all organizations, by name.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn list_organizations(
    platform: &Platform,
    by: &Operator,
    slice: &OrganizationSlice,
) -> Result<Vec<InstanceOrganization>> {
    let mut conn = platform.db.read().await?;
    Ok(store::list_organizations(&mut conn, by, slice).await?)
}

/// How many organizations a search finds.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn count_organizations(
    platform: &Platform,
    by: &Operator,
    search: Option<&str>,
) -> Result<i64> {
    let mut conn = platform.db.read().await?;
    Ok(store::count_organizations(&mut conn, by, search).await?)
}

/// The rules of these organizations, for an operator.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn list_rules_of(
    platform: &Platform,
    _: &Operator,
    organizations: &[OrganizationId],
) -> Result<Vec<JoinRule>> {
    let mut conn = platform.db.read().await?;
    Ok(store::list_rules(&mut conn, organizations).await?)
}

/// By what rules people join an organization, for those who manage its members.
///
/// # Errors
/// Forbidden to everybody else.
pub async fn list_join_rules(platform: &Platform, scope: &OrgScope) -> Result<Vec<JoinRule>> {
    scope.require(Permission::ManageMembers)?;
    let mut conn = platform.db.read().await?;
    Ok(store::list_rules(&mut conn, &[scope.organization_id()]).await?)
}

/// The organizations that a person is to join who has proven an address, and belongs to a directory where one is named. One
/// that the person was ever a member of is not among them: who was removed stays out. Nobody is somebody who is not known yet.
///
/// # Errors
/// When the database does not answer.
pub async fn organizations_to_join(
    tx: &mut Transaction,
    user: Option<UserId>,
    email: &str,
    tenant: Option<&str>,
) -> Result<Vec<OrganizationId>> {
    let domain = email
        .rsplit_once('@')
        .map(|(_, domain)| domain.to_lowercase());
    let signs: Vec<(JoinRuleKind, &str)> = domain
        .as_deref()
        .map(|domain| (JoinRuleKind::EmailDomain, domain))
        .into_iter()
        .chain(tenant.map(|tenant| (JoinRuleKind::EntraTenant, tenant)))
        .collect();
    Ok(store::list_organizations_to_join(tx, user, &signs).await?)
}
