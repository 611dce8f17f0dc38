//! Who everyone is: the people, teams and departments of an organization, as rows of boards show them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel_async::AsyncPgConnection;
use shared::ids::{DepartmentId, MembershipId, OrganizationId, TeamId, UserId};
use shared::role::Role;
use shared::vocabulary::LeaderboardVisibility;

use super::super::store::boards as store;
use crate::contexts::orgs::{Department, Team};
use crate::error::Result;

/// A member as boards know them.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// The person.
    pub user_id: UserId,
    /// The membership.
    pub membership_id: MembershipId,
    /// The name.
    pub name: Arc<str>,
    /// The name in lower case: boards sort ties by it and find people by it.
    pub sort_name: Arc<str>,
    /// The address.
    pub email: Arc<str>,
    /// A picture.
    pub avatar_url: Option<Arc<str>>,
    /// Others see this person as an anonymous row.
    pub is_private: bool,
    /// What the person may do here.
    pub role: Role,
    /// The person's department, or that of the primary team.
    pub department_id: Option<DepartmentId>,
    /// The team that the person's points count for.
    pub primary_team: Option<TeamId>,
    /// Since when the person is known.
    pub created_at: DateTime<Utc>,
}

/// The active members, teams and departments of an organization at one moment. Never changed, only replaced.
#[derive(Debug)]
pub struct Directory {
    /// The organization.
    pub organization_id: OrganizationId,
    /// Days are cut in this zone.
    pub time_zone: Tz,
    /// Who sees whom.
    pub visibility: LeaderboardVisibility,
    /// Active members by id, those who stand on no board included.
    pub people: HashMap<UserId, Arc<Person>>,
    /// Teams by id.
    pub teams: HashMap<TeamId, Arc<Team>>,
    /// Departments by id.
    pub departments: HashMap<DepartmentId, Arc<Department>>,
    /// Everyone in a team, whether it is their primary one or not.
    members: HashMap<TeamId, HashSet<UserId>>,
}

impl Directory {
    /// Reads the directory of an organization; none where it is gone.
    pub(super) async fn load(
        conn: &mut AsyncPgConnection,
        organization_id: OrganizationId,
    ) -> Result<Option<Self>> {
        let Some((time_zone, visibility)) = store::find_rules(conn, organization_id).await? else {
            return Ok(None);
        };
        let people = store::list_people(conn, organization_id).await?;
        let teams = store::list_teams(conn, organization_id).await?;
        let departments = store::list_departments(conn, organization_id).await?;
        let mut members: HashMap<TeamId, HashSet<UserId>> = HashMap::new();
        for (team, user) in store::list_team_members(conn, organization_id).await? {
            members.entry(team).or_default().insert(user);
        }
        Ok(Some(Self {
            organization_id,
            time_zone: time_zone.parse().unwrap_or(Tz::UTC),
            visibility,
            people: people
                .into_iter()
                .map(|row| (row.user_id, Arc::new(Person::from(row))))
                .collect(),
            teams: teams
                .into_iter()
                .map(|(id, name, lead_id, department_id, created_at)| {
                    let team = Team {
                        id,
                        organization_id,
                        name,
                        lead_id,
                        department_id,
                        created_at,
                    };
                    (id, Arc::new(team))
                })
                .collect(),
            departments: departments
                .into_iter()
                .map(|(id, name)| {
                    let department = Department {
                        id,
                        organization_id,
                        name,
                    };
                    (id, Arc::new(department))
                })
                .collect(),
            members,
        }))
    }

    /// Whether boards made of the other would read the same.
    pub(super) fn reads_like(&self, other: &Self) -> bool {
        let is_same_team = |team: &Arc<Team>| {
            other.teams.get(&team.id).is_some_and(|known| {
                known.name == team.name
                    && known.lead_id == team.lead_id
                    && known.department_id == team.department_id
            })
        };
        let is_same_department = |department: &Arc<Department>| {
            (other.departments.get(&department.id))
                .is_some_and(|known| known.name == department.name)
        };
        self.time_zone == other.time_zone
            && self.visibility == other.visibility
            && self.people == other.people
            && self.members == other.members
            && self.teams.len() == other.teams.len()
            && self.teams.values().all(is_same_team)
            && self.departments.len() == other.departments.len()
            && self.departments.values().all(is_same_department)
    }

    /// Those who stand on boards.
    pub(super) fn earners(&self) -> impl Iterator<Item = &Arc<Person>> {
        self.people
            .values()
            .filter(|person| person.role.earns_points())
    }

    /// Whether a person is in a team.
    pub(super) fn is_in_team(&self, team: TeamId, user: UserId) -> bool {
        self.members
            .get(&team)
            .is_some_and(|members| members.contains(&user))
    }
}

impl From<store::PersonRow> for Person {
    fn from(row: store::PersonRow) -> Self {
        Self {
            user_id: row.user_id,
            membership_id: row.membership_id,
            sort_name: row.name.to_lowercase().into(),
            name: row.name.into(),
            email: row.email.into(),
            avatar_url: row.avatar_url.map(Into::into),
            is_private: row.privacy_mode,
            role: row.role,
            department_id: row.department_id,
            primary_team: row.primary_team,
            created_at: row.created_at,
        }
    }
}
