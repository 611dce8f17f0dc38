//! What an organization has booked, and whether there is room in it.

use shared::ids::OrganizationId;
use shared::permission::Permission;
use shared::role::PlanType;

use super::super::error::OrgsError;
use super::super::{StandingChanged, store};
use crate::access::OrgScope;
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// Refuses a change after which there would be more active members than the plan allows. Asked after the change and within
/// its transaction; two who join at once queue here.
///
/// # Errors
/// A conflict that names plan and limit.
pub(super) async fn require_room(tx: &mut Transaction, scope: &OrgScope) -> Result<()> {
    let plan = store::lock_plan(tx, scope).await?;
    let Some(limit) = plan.limits().members else {
        return Ok(());
    };
    if store::count_active_members(tx, scope).await? > limit.into() {
        return Err(OrgsError::PlanIsFull { plan, limit }.into());
    }
    Ok(())
}

/// How many more active members the plan allows, and what the refusal of one more says; none where there is no limit.
/// Nobody joins until the caller's transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn free_seats(tx: &mut Transaction, scope: &OrgScope) -> Result<Option<(i64, String)>> {
    let plan = store::lock_plan(tx, scope).await?;
    let Some(limit) = plan.limits().members else {
        return Ok(None);
    };
    let free = i64::from(limit) - store::count_active_members(tx, scope).await?;
    let refusal = OrgsError::PlanIsFull { plan, limit };
    Ok(Some((free.max(0), refusal.to_string())))
}

/// How many active members there are, as the plan counts them.
///
/// # Errors
/// Forbidden to those who may not see who the members are.
pub async fn count_active_members(platform: &Platform, scope: &OrgScope) -> Result<i64> {
    scope.require(Permission::ViewMembers)?;
    let mut conn = platform.db.read().await?;
    Ok(store::count_active_members(&mut conn, scope).await?)
}

/// Gives an organization another plan; false where there is none. The caller has asked whether the actor may.
///
/// # Errors
/// When the database does not answer.
pub async fn change_plan(tx: &mut Transaction, id: OrganizationId, plan: PlanType) -> Result<bool> {
    let now = tx.now();
    let is_there = store::update_plan(tx, id, plan, now).await?;
    tx.after_commit(StandingChanged {
        organization_id: id,
        user_id: None,
    });
    Ok(is_there)
}
