//! Changes of teams and departments, and taking people out of teams.

use shared::ids::{DepartmentId, TeamId, UserId};
use shared::permission::Permission;
use shared::validation::line;
use uuid::Uuid;

use super::super::error::OrgsError;
use super::super::model::{Department, Team, TeamChanges};
use super::super::{DirectoryChanged, StandingChanged, store};
use crate::access::OrgScope;
use crate::contexts::audit::{self, Action, Entry, TargetKind};
use crate::error::Result;
use crate::platform::db::Transaction;

/// Changes a team; what is not named stays.
///
/// # Errors
/// Where the actor may not, there is no such team, the name does not do or is taken, or the lead is no member.
pub async fn update_team(
    tx: &mut Transaction,
    scope: &OrgScope,
    id: TeamId,
    changes: TeamChanges,
) -> Result<Team> {
    scope.require(Permission::ManageTeams)?;
    let name = changes.name.map(|name| line("name", &name, 100));
    let changes = TeamChanges {
        name: name.transpose()?,
        ..changes
    };
    check_references(tx, scope, changes.lead_id, changes.department_id).await?;
    let before = store::lock_team(tx, scope, id)
        .await?
        .ok_or(OrgsError::NoSuchTeam)?;
    let now = tx.now();
    let team = store::update_team(tx, scope, id, &changes, now)
        .await
        .map_err(|error| super::taken(error, OrgsError::TeamNameTaken))?
        .ok_or(OrgsError::NoSuchTeam)?;
    let entry = Entry::new(Action::TeamUpdated).on(TargetKind::Team, Uuid::from(id));
    audit::record(tx, scope, entry).await?;
    if before.lead_id != team.lead_id {
        announce(tx, scope, before.lead_id.into_iter().chain(team.lead_id));
    } else {
        announce(tx, scope, None);
    }
    Ok(team)
}

/// The lead and the department that a team names are in the organization.
pub(super) async fn check_references(
    tx: &mut Transaction,
    scope: &OrgScope,
    lead: Option<Option<UserId>>,
    department: Option<Option<DepartmentId>>,
) -> Result<()> {
    if let Some(Some(lead)) = lead
        && store::lock_members(tx, scope, &[lead]).await?.is_empty()
    {
        return Err(OrgsError::NoSuchMember.into());
    }
    if let Some(Some(department)) = department
        && store::list_departments_by_id(tx, scope, &[department])
            .await?
            .is_empty()
    {
        return Err(OrgsError::NoSuchDepartment.into());
    }
    Ok(())
}

/// Deletes a team. Its members stay members; whose primary team it was gets their next one.
///
/// # Errors
/// Where the actor may not, or there is no such team.
pub async fn delete_team(tx: &mut Transaction, scope: &OrgScope, id: TeamId) -> Result<Team> {
    scope.require(Permission::ManageTeams)?;
    let people = store::list_people_of_team(tx, scope, id).await?;
    // In the order in which assignments lock them too.
    store::lock_members(tx, scope, &people).await?;
    let team = store::delete_team(tx, scope, id)
        .await?
        .ok_or(OrgsError::NoSuchTeam)?;
    store::promote_next_teams(tx, scope, &people).await?;
    let entry = Entry::new(Action::TeamDeleted).on(TargetKind::Team, Uuid::from(id));
    audit::record(tx, scope, entry).await?;
    announce(tx, scope, people.into_iter().chain(team.lead_id));
    Ok(team)
}

/// Takes a member out of a team; where it was the primary one, the next becomes it. Somebody who is not in it stays so.
///
/// # Errors
/// Where the actor may not, or the team or the member is not in the organization.
pub async fn unassign_member(
    tx: &mut Transaction,
    scope: &OrgScope,
    team: TeamId,
    user: UserId,
) -> Result<()> {
    scope.require(Permission::ManageTeams)?;
    if store::lock_members(tx, scope, &[user]).await?.is_empty() {
        return Err(OrgsError::NoSuchMember.into());
    }
    if store::list_teams_by_id(tx, scope, &[team])
        .await?
        .is_empty()
    {
        return Err(OrgsError::NoSuchTeam.into());
    }
    if store::delete_assignment(tx, scope, team, user).await? == 0 {
        return Ok(());
    }
    store::promote_next_teams(tx, scope, &[user]).await?;
    let entry = Entry::new(Action::MemberAssigned)
        .on(TargetKind::Team, Uuid::from(team))
        .with(serde_json::json!({ "userId": user.0, "isRemoved": true }));
    audit::record(tx, scope, entry).await?;
    announce(tx, scope, Some(user));
    Ok(())
}

/// Renames a department.
///
/// # Errors
/// Where the actor may not, there is no such department, or the name does not do or is taken.
pub async fn update_department(
    tx: &mut Transaction,
    scope: &OrgScope,
    id: DepartmentId,
    name: &str,
) -> Result<Department> {
    scope.require(Permission::ManageTeams)?;
    let (name, now) = (line("name", name, 100)?, tx.now());
    let department = store::update_department(tx, scope, id, &name, now)
        .await
        .map_err(|error| super::taken(error, OrgsError::DepartmentNameTaken))?
        .ok_or(OrgsError::NoSuchDepartment)?;
    let entry = Entry::new(Action::DepartmentUpdated).on(TargetKind::Department, Uuid::from(id));
    audit::record(tx, scope, entry).await?;
    announce(tx, scope, None);
    Ok(department)
}

/// Deletes a department. Its teams and people are in none then.
///
/// # Errors
/// Where the actor may not, or there is no such department.
pub async fn delete_department(
    tx: &mut Transaction,
    scope: &OrgScope,
    id: DepartmentId,
) -> Result<Department> {
    scope.require(Permission::ManageTeams)?;
    let department = store::delete_department(tx, scope, id)
        .await?
        .ok_or(OrgsError::NoSuchDepartment)?;
    let entry = Entry::new(Action::DepartmentDeleted).on(TargetKind::Department, Uuid::from(id));
    audit::record(tx, scope, entry).await?;
    announce(tx, scope, None);
    Ok(department)
}

fn announce(tx: &mut Transaction, scope: &OrgScope, users: impl IntoIterator<Item = UserId>) {
    let organization_id = scope.organization_id();
    for user_id in users {
        tx.after_commit(StandingChanged {
            organization_id,
            user_id: Some(user_id),
        });
    }
    tx.after_commit(DirectoryChanged { organization_id });
}
