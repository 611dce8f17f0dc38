//! Members.

use shared::ids::{MembershipId, UserId};
use shared::permission::{Permission, Relation};
use shared::role::MembershipStatus;
use uuid::Uuid;

use super::super::error::OrgsError;
use super::super::model::{MemberCursor, MemberFilter, MemberSlice, Membership, NewMember};
use super::super::{DirectoryChanged, StandingChanged, store};
use super::plan::require_room;
use crate::access::OrgScope;
use crate::contexts::audit::{self, Action, Entry, TargetKind};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// Makes a person a member. `workflows::join_member` also links what the person did before.
///
/// # Errors
/// Where the actor may not, or the person is a member already.
pub async fn add_member(
    tx: &mut Transaction,
    scope: &OrgScope,
    new: NewMember,
) -> Result<Membership> {
    add_members(tx, scope, vec![new])
        .await?
        .pop()
        .ok_or_else(|| OrgsError::AlreadyMember.into())
}

/// Makes many people members in one statement; who is one already stays as they are and is left out of the answer.
///
/// # Errors
/// Where the actor may not, or an employee number is taken.
pub async fn add_members(
    tx: &mut Transaction,
    scope: &OrgScope,
    new: Vec<NewMember>,
) -> Result<Vec<Membership>> {
    scope.require(Permission::ManageMembers)?;
    let (organization_id, now) = (scope.organization_id(), tx.now());
    let rows: Vec<store::MembershipRow> = new
        .into_iter()
        .map(|member| store::MembershipRow {
            id: tx.new_id().into(),
            organization_id,
            user_id: member.user_id,
            role: member.role,
            status: member.status,
            employee_id: member.employee_id,
            department_id: member.department_id,
            created_at: now,
            updated_at: now,
        })
        .collect();
    let added = store::insert_memberships(tx, &rows)
        .await
        .map_err(employee_id_taken)?;
    let entries = added.iter().map(|membership| {
        Entry::new(Action::MemberAdded)
            .on(TargetKind::Membership, Uuid::from(membership.id))
            .with(serde_json::json!({
                "userId": membership.user_id.0,
                "role": membership.role.as_str(),
                "status": membership.status.as_str(),
            }))
    });
    audit::record_all(tx, scope, entries.collect()).await?;
    if !added.is_empty() {
        require_room(tx, scope).await?;
    }
    for membership in &added {
        tx.after_commit(StandingChanged {
            organization_id,
            user_id: Some(membership.user_id),
        });
    }
    if !added.is_empty() {
        tx.after_commit(DirectoryChanged { organization_id });
    }
    Ok(added)
}

pub(super) fn employee_id_taken(error: diesel::result::Error) -> crate::error::AppError {
    use diesel::result::{DatabaseErrorKind, Error};
    match &error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, details)
            if details
                .constraint_name()
                .is_some_and(|name| name.contains("employee_id")) =>
        {
            OrgsError::EmployeeIdTaken.into()
        }
        _ => error.into(),
    }
}

/// A page of the organization's members, by name.
///
/// # Errors
/// Forbidden for those who may not see who the members are.
pub async fn list_members(
    platform: &Platform,
    scope: &OrgScope,
    filter: &MemberFilter,
    slice: &MemberSlice,
) -> Result<Vec<(MemberCursor, Membership)>> {
    scope.require(Permission::ViewMembers)?;
    let mut conn = platform.db.read().await?;
    Ok(store::list_members(&mut conn, scope, filter, slice).await?)
}

/// How many members a filter lets through.
///
/// # Errors
/// Forbidden for those who may not see who the members are.
pub async fn count_members(
    platform: &Platform,
    scope: &OrgScope,
    filter: &MemberFilter,
) -> Result<i64> {
    scope.require(Permission::ViewMembers)?;
    let mut conn = platform.db.read().await?;
    Ok(store::count_members(&mut conn, scope, filter).await?)
}

/// Memberships of these people, in one statement, as far as the actor may know of them: their own, and everybody's for
/// those who may see who the members are.
///
/// # Errors
/// When the database does not answer.
pub async fn find_memberships(
    platform: &Platform,
    scope: &OrgScope,
    users: &[UserId],
) -> Result<Vec<Membership>> {
    let visible: Vec<UserId> = users
        .iter()
        .copied()
        .filter(|user| is_visible(scope, *user))
        .collect();
    let mut conn = platform.db.read().await?;
    Ok(store::list_memberships_by_user(&mut conn, scope, &visible).await?)
}

/// A membership by its own id; none where the actor may not know of it.
///
/// # Errors
/// When the database does not answer.
pub async fn find_membership(
    platform: &Platform,
    scope: &OrgScope,
    id: MembershipId,
) -> Result<Option<Membership>> {
    let mut conn = platform.db.read().await?;
    let found = store::find_membership_by_id(&mut conn, scope, id).await?;
    Ok(found.filter(|membership| is_visible(scope, membership.user_id)))
}

fn is_visible(scope: &OrgScope, user: UserId) -> bool {
    scope.relation_to(user) == Relation::Own || scope.allows_for(Permission::ViewMembers, user)
}

/// The status of a person's membership, within the caller's transaction; who was removed has none.
///
/// # Errors
/// When the database does not answer.
pub async fn find_standing_of(
    tx: &mut Transaction,
    scope: &OrgScope,
    user: UserId,
) -> Result<Option<MembershipStatus>> {
    Ok(store::find_status(tx, scope, user).await?)
}

/// A person's active memberships, the default organization first.
///
/// # Errors
/// When the database does not answer.
pub async fn list_memberships_of(platform: &Platform, user: UserId) -> Result<Vec<Membership>> {
    let mut conn = platform.db.read().await?;
    Ok(store::list_memberships_of(&mut conn, user).await?)
}
