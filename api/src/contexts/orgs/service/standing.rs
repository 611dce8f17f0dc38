//! Roles and statuses.

use shared::ids::UserId;
use shared::permission::Permission;
use shared::role::{MembershipStatus, Role};
use uuid::Uuid;

use super::super::error::OrgsError;
use super::super::model::Membership;
use super::super::{DirectoryChanged, StandingChanged, store};
use crate::access::OrgScope;
use crate::contexts::audit::{self, Action, Entry, TargetKind};
use crate::error::Result;
use crate::platform::db::Transaction;

/// Gives a member a role and a status. What the person watches is judged anew at once.
///
/// # Errors
/// Where the actor may not, the person is no member, or the last administrator would go.
pub async fn change_standing(
    tx: &mut Transaction,
    scope: &OrgScope,
    user: UserId,
    role: Role,
    status: MembershipStatus,
) -> Result<Membership> {
    scope.require(Permission::ManageMembers)?;
    let stays_administrator = role == Role::Admin && status == MembershipStatus::Active;
    if !stays_administrator {
        let administrators = store::lock_administrators(tx, scope).await?;
        if administrators == [user] {
            return Err(OrgsError::LastAdministrator.into());
        }
    }
    let now = tx.now();
    let membership = store::update_standing(tx, scope, user, (role, status), now)
        .await?
        .ok_or(OrgsError::NoSuchMember)?;
    let entry = Entry::new(Action::RoleChanged)
        .on(TargetKind::Membership, Uuid::from(membership.id))
        .with(serde_json::json!({ "role": role.as_str(), "status": status.as_str() }));
    audit::record(tx, scope, entry).await?;
    let organization_id = scope.organization_id();
    tx.after_commit(StandingChanged {
        organization_id,
        user_id: Some(user),
    });
    tx.after_commit(DirectoryChanged { organization_id });
    Ok(membership)
}
