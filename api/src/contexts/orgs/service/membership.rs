//! Changes of one member: role, status, number and department, and the end.

use shared::ids::UserId;
use shared::permission::Permission;
use shared::role::{MembershipStatus, Role};
use shared::validation::invitation;
use uuid::Uuid;

use super::super::error::OrgsError;
use super::super::model::{MemberChanges, Membership};
use super::super::{DirectoryChanged, StandingChanged, store};
use super::plan::require_room;
use super::standing::change_standing;
use crate::access::OrgScope;
use crate::contexts::audit::{self, Action, Entry, TargetKind};
use crate::error::{AppError, Result};
use crate::platform::db::Transaction;

/// Gives a member another role. The same role again changes nothing.
///
/// # Errors
/// Where the actor may not, the person is no member, or the last administrator would go.
pub async fn change_role(
    tx: &mut Transaction,
    scope: &OrgScope,
    user: UserId,
    role: Role,
) -> Result<Membership> {
    scope.require(Permission::ManageMembers)?;
    let known = lock(tx, scope, user).await?;
    if known.role == role {
        return Ok(known);
    }
    change_standing(tx, scope, user, role, known.status).await
}

/// Suspends a member, or lets them in again. The same status again changes nothing.
///
/// # Errors
/// Where the actor may not, the person is no member, the last administrator would go, or the plan has no room.
pub async fn change_status(
    tx: &mut Transaction,
    scope: &OrgScope,
    user: UserId,
    status: MembershipStatus,
) -> Result<Membership> {
    scope.require(Permission::ManageMembers)?;
    if status == MembershipStatus::Invited {
        let message = "is ACTIVE or INACTIVE: people are invited by an invitation";
        return Err(AppError::invalid("status", message));
    }
    let known = lock(tx, scope, user).await?;
    if known.status == status {
        return Ok(known);
    }
    let changed = change_standing(tx, scope, user, known.role, status).await?;
    if status == MembershipStatus::Active {
        require_room(tx, scope).await?;
    }
    Ok(changed)
}

/// Changes a member's number or department; what is not named stays.
///
/// # Errors
/// Where the actor may not, the person is no member, the number is another's or the department is not in the organization.
pub async fn update_member(
    tx: &mut Transaction,
    scope: &OrgScope,
    user: UserId,
    changes: MemberChanges,
) -> Result<Membership> {
    scope.require(Permission::ManageMembers)?;
    let employee_id = match &changes.employee_id {
        // Nothing in it takes it away, as a form that was emptied means.
        Some(Some(text)) if text.trim().is_empty() => Some(None),
        Some(Some(text)) => Some(Some(invitation::employee_id(text)?)),
        Some(None) => Some(None),
        None => None,
    };
    if let Some(Some(department)) = changes.department_id
        && store::list_departments_by_id(tx, scope, &[department])
            .await?
            .is_empty()
    {
        return Err(OrgsError::NoSuchDepartment.into());
    }
    let known = lock(tx, scope, user).await?;
    let changed = MemberChanges {
        employee_id,
        department_id: changes.department_id,
    };
    if changed.is_empty() {
        return Ok(known);
    }
    let now = tx.now();
    let membership = store::update_details(tx, scope, user, &changed, now)
        .await
        .map_err(super::members::employee_id_taken)?
        .ok_or(OrgsError::NoSuchMember)?;
    let entry =
        Entry::new(Action::MemberUpdated).on(TargetKind::Membership, Uuid::from(membership.id));
    audit::record(tx, scope, entry).await?;
    tx.after_commit(DirectoryChanged {
        organization_id: scope.organization_id(),
    });
    Ok(membership)
}

/// Removes a member. What they did stays; their access ends with the commit, and so does what they watch.
///
/// # Errors
/// Where the actor may not, the person is no member, or the last administrator would go.
pub async fn remove_member(
    tx: &mut Transaction,
    scope: &OrgScope,
    user: UserId,
) -> Result<Membership> {
    scope.require(Permission::ManageMembers)?;
    end_membership(tx, scope, user, Action::MemberRemoved).await
}

/// Ends a membership: by removal, or because the person leaves. The caller has asked whether the actor may.
///
/// # Errors
/// Where the person is no member, or the last administrator would go.
pub async fn end_membership(
    tx: &mut Transaction,
    scope: &OrgScope,
    user: UserId,
    action: Action,
) -> Result<Membership> {
    let administrators = store::lock_administrators(tx, scope).await?;
    if administrators == [user] {
        return Err(OrgsError::LastAdministrator.into());
    }
    let now = tx.now();
    let membership = store::set_removed(tx, scope, user, now)
        .await?
        .ok_or(OrgsError::NoSuchMember)?;
    store::delete_assignments_of(tx, scope, user).await?;
    store::clear_lead(tx, scope, user, now).await?;
    let entry = Entry::new(action)
        .on(TargetKind::Membership, Uuid::from(membership.id))
        .with(serde_json::json!({ "userId": user.0 }));
    audit::record(tx, scope, entry).await?;
    let organization_id = scope.organization_id();
    tx.after_commit(StandingChanged {
        organization_id,
        user_id: Some(user),
    });
    tx.after_commit(DirectoryChanged { organization_id });
    Ok(membership)
}

/// Locks the administrators first, then the member: always in this order, so that two changes queue.
async fn lock(tx: &mut Transaction, scope: &OrgScope, user: UserId) -> Result<Membership> {
    store::lock_administrators(tx, scope).await?;
    store::lock_membership(tx, scope, user)
        .await?
        .ok_or_else(|| OrgsError::NoSuchMember.into())
}
