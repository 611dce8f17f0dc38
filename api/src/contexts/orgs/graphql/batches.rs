//! Look-ups by batch, each one statement within one organization.

use std::collections::HashMap;

use shared::ids::{DepartmentId, TeamId, UserId};

use super::super::model::{Department, Membership, Organization, Team, TeamOfMember};
use super::super::service;
use crate::access::OrgScope;
use crate::error::Result;
use crate::graphql::Batch;
use crate::platform::Platform;

/// The organization itself.
pub(super) struct TheOrganization;

impl Batch for TheOrganization {
    type Key = ();
    type Value = Organization;

    async fn load(
        platform: &Platform,
        scope: &OrgScope,
        _: Vec<()>,
    ) -> Result<HashMap<(), Organization>> {
        let organization = service::get_organization(platform, scope).await?;
        Ok(HashMap::from([((), organization)]))
    }
}

/// Memberships by person.
pub(super) struct MembershipsByUser;

impl Batch for MembershipsByUser {
    type Key = UserId;
    type Value = Membership;

    async fn load(
        platform: &Platform,
        scope: &OrgScope,
        users: Vec<UserId>,
    ) -> Result<HashMap<UserId, Membership>> {
        let found = service::find_memberships(platform, scope, &users).await?;
        Ok(found
            .into_iter()
            .map(|membership| (membership.user_id, membership))
            .collect())
    }
}

/// Teams by id.
pub(super) struct TeamsById;

impl Batch for TeamsById {
    type Key = TeamId;
    type Value = Team;

    async fn load(
        platform: &Platform,
        scope: &OrgScope,
        ids: Vec<TeamId>,
    ) -> Result<HashMap<TeamId, Team>> {
        let found = service::find_teams(platform, scope, &ids).await?;
        Ok(found.into_iter().map(|team| (team.id, team)).collect())
    }
}

/// Teams by member, the primary one first.
pub(super) struct TeamsOfMembers;

impl Batch for TeamsOfMembers {
    type Key = UserId;
    type Value = Vec<TeamOfMember>;

    async fn load(
        platform: &Platform,
        scope: &OrgScope,
        users: Vec<UserId>,
    ) -> Result<HashMap<UserId, Vec<TeamOfMember>>> {
        let mut teams: HashMap<UserId, Vec<TeamOfMember>> = HashMap::new();
        for (user, team) in service::list_teams_of(platform, scope, &users).await? {
            teams.entry(user).or_default().push(team);
        }
        Ok(teams)
    }
}

/// How many active members a team has.
pub(super) struct MemberCounts;

impl Batch for MemberCounts {
    type Key = TeamId;
    type Value = i64;

    async fn load(
        platform: &Platform,
        scope: &OrgScope,
        teams: Vec<TeamId>,
    ) -> Result<HashMap<TeamId, i64>> {
        let counts = service::count_team_members(platform, scope, &teams).await?;
        Ok(counts.into_iter().collect())
    }
}

/// Departments by id.
pub(super) struct DepartmentsById;

impl Batch for DepartmentsById {
    type Key = DepartmentId;
    type Value = Department;

    async fn load(
        platform: &Platform,
        scope: &OrgScope,
        ids: Vec<DepartmentId>,
    ) -> Result<HashMap<DepartmentId, Department>> {
        let found = service::find_departments(platform, scope, &ids).await?;
        Ok(found
            .into_iter()
            .map(|department| (department.id, department))
            .collect())
    }
}
