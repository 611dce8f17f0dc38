//! Teams, and who is in them.

use std::collections::HashSet;

use shared::ids::{TeamId, UserId};
use shared::permission::Permission;
use shared::validation::line;
use uuid::Uuid;

use super::super::error::OrgsError;
use super::super::model::{Assignment, NewTeam, Team, TeamOfMember};
use super::super::{DirectoryChanged, StandingChanged, store};
use crate::access::OrgScope;
use crate::contexts::audit::{self, Action, Entry, TargetKind};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// Creates a team.
///
/// # Errors
/// Where the actor may not, the name does not do or is taken, or the lead is no member.
pub async fn create_team(tx: &mut Transaction, scope: &OrgScope, new: NewTeam) -> Result<Team> {
    scope.require(Permission::ManageTeams)?;
    let new = NewTeam {
        name: line("name", &new.name, 100)?,
        ..new
    };
    super::team_changes::check_references(tx, scope, Some(new.lead_id), Some(new.department_id))
        .await?;
    let (id, now) = (TeamId(tx.new_id()), tx.now());
    let team = store::insert_team(tx, scope, id, &new, now)
        .await?
        .ok_or(OrgsError::TeamNameTaken)?;
    let entry = Entry::new(Action::TeamCreated).on(TargetKind::Team, Uuid::from(id));
    audit::record(tx, scope, entry).await?;
    announce(tx, scope, new.lead_id);
    Ok(team)
}

/// Puts a member into a team.
///
/// # Errors
/// Where the actor may not, or the team or the member is not in the organization.
pub async fn assign_member(
    tx: &mut Transaction,
    scope: &OrgScope,
    assignment: Assignment,
) -> Result<()> {
    assign_members(tx, scope, &[assignment]).await
}

/// Puts many members into teams. A member's first team is primary; a new primary one replaces the old.
///
/// # Errors
/// Where the actor may not, or a team or a member is not in the organization.
pub async fn assign_members(
    tx: &mut Transaction,
    scope: &OrgScope,
    assignments: &[Assignment],
) -> Result<()> {
    scope.require(Permission::ManageTeams)?;
    // Memberships are locked first, always in the order of their people: two assignments of one person queue here.
    let users: HashSet<UserId> = assignments
        .iter()
        .map(|assignment| assignment.user_id)
        .collect();
    let users: Vec<UserId> = users.into_iter().collect();
    if store::lock_members(tx, scope, &users).await?.len() != users.len() {
        return Err(OrgsError::NoSuchMember.into());
    }
    let teams: HashSet<TeamId> = assignments
        .iter()
        .map(|assignment| assignment.team_id)
        .collect();
    let teams: Vec<TeamId> = teams.into_iter().collect();
    if store::list_teams_by_id(tx, scope, &teams).await?.len() != teams.len() {
        return Err(OrgsError::NoSuchTeam.into());
    }

    let settled: HashSet<UserId> = store::list_primary_teams(tx, scope, &users)
        .await?
        .into_iter()
        .collect();
    let assignments = with_one_primary(assignments, &settled);
    let moved: Vec<UserId> = assignments
        .iter()
        .filter(|assignment| assignment.is_primary)
        .map(|assignment| assignment.user_id)
        .collect();
    store::clear_primary_teams(tx, scope, &moved).await?;
    let now = tx.now();
    store::upsert_assignments(tx, scope, &assignments, now).await?;

    let entries = assignments.iter().map(|assignment| {
        Entry::new(Action::MemberAssigned)
            .on(TargetKind::Team, Uuid::from(assignment.team_id))
            .with(serde_json::json!({
                "userId": assignment.user_id.0,
                "isPrimary": assignment.is_primary,
            }))
    });
    audit::record_all(tx, scope, entries.collect()).await?;
    announce(tx, scope, users);
    Ok(())
}

/// Each person once per team and with at most one primary team; the first for those who have none yet.
fn with_one_primary(assignments: &[Assignment], settled: &HashSet<UserId>) -> Vec<Assignment> {
    let wished: HashSet<UserId> = assignments
        .iter()
        .filter(|assignment| assignment.is_primary)
        .map(|assignment| assignment.user_id)
        .collect();
    let (mut seen, mut placed) = (HashSet::new(), HashSet::new());
    assignments
        .iter()
        .filter(|assignment| seen.insert((assignment.team_id, assignment.user_id)))
        .map(|assignment| {
            let user = assignment.user_id;
            let needs_one = !settled.contains(&user) && !wished.contains(&user);
            let is_primary = (assignment.is_primary || needs_one) && placed.insert(user);
            Assignment {
                is_primary,
                ..*assignment
            }
        })
        .collect()
}

/// Leads see their people: whoever's teams change may change what others see of them, and they of others.
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

/// The organization's teams by name.
///
/// # Errors
/// When the database does not answer.
pub async fn list_teams(platform: &Platform, scope: &OrgScope) -> Result<Vec<Team>> {
    scope.require(Permission::ViewOrganization)?;
    let mut conn = platform.db.read().await?;
    Ok(store::list_teams(&mut conn, scope).await?)
}

/// The organization's teams by name, within the caller's transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn list_teams_within(tx: &mut Transaction, scope: &OrgScope) -> Result<Vec<Team>> {
    scope.require(Permission::ViewOrganization)?;
    Ok(store::list_teams(tx, scope).await?)
}

/// Those of these teams that are in the organization, in one statement.
///
/// # Errors
/// When the database does not answer.
pub async fn find_teams(
    platform: &Platform,
    scope: &OrgScope,
    ids: &[TeamId],
) -> Result<Vec<Team>> {
    scope.require(Permission::ViewOrganization)?;
    let mut conn = platform.db.read().await?;
    Ok(store::list_teams_by_id(&mut conn, scope, ids).await?)
}

/// How many active members each of these teams has, in one statement; teams without any are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn count_team_members(
    platform: &Platform,
    scope: &OrgScope,
    teams: &[TeamId],
) -> Result<Vec<(TeamId, i64)>> {
    scope.require(Permission::ViewOrganization)?;
    let mut conn = platform.db.read().await?;
    Ok(store::count_team_members(&mut conn, scope, teams).await?)
}

/// The teams of each of these people, in one statement, the primary one first.
///
/// # Errors
/// When the database does not answer.
pub async fn list_teams_of(
    platform: &Platform,
    scope: &OrgScope,
    users: &[UserId],
) -> Result<Vec<(UserId, TeamOfMember)>> {
    let mut conn = platform.db.read().await?;
    Ok(store::list_teams_of_members(&mut conn, scope, users).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id<T: From<Uuid>>(number: u128) -> T {
        Uuid::from_u128(number).into()
    }

    fn assignment(team: u128, user: u128, is_primary: bool) -> Assignment {
        Assignment {
            team_id: id(team),
            user_id: id(user),
            is_primary,
        }
    }

    fn primaries(assignments: &[Assignment], settled: &[u128]) -> Vec<bool> {
        let settled = settled.iter().map(|user| id(*user)).collect();
        with_one_primary(assignments, &settled)
            .iter()
            .map(|assignment| assignment.is_primary)
            .collect()
    }

    #[test]
    fn the_first_team_is_primary() {
        let two = [assignment(1, 9, false), assignment(2, 9, false)];
        assert_eq!(primaries(&two, &[]), [true, false]);
        assert_eq!(primaries(&two, &[9]), [false, false]);
    }

    #[test]
    fn a_wish_for_a_primary_team_is_kept_once() {
        let three = [
            assignment(1, 9, false),
            assignment(2, 9, true),
            assignment(3, 9, true),
        ];
        assert_eq!(primaries(&three, &[]), [false, true, false]);
    }

    #[test]
    fn a_repeated_assignment_counts_once() {
        let twice = [assignment(1, 9, true), assignment(1, 9, false)];
        assert_eq!(primaries(&twice, &[]), [true]);
    }
}
