//! Organizations and people in them, as the rest of the product speaks of them.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use shared::calendar::{Weekday, WorkingDays};
use shared::ids::{DepartmentId, MembershipId, OrganizationId, TeamId, UserId};
use shared::period::day_in_zone;
use shared::role::{MembershipStatus, PlanType, Role};
use shared::vocabulary::LeaderboardVisibility;

/// Longest part of an organization's address that comes from its name; leaves room for a number.
const SLUG_STEM_MAX: usize = 40;
/// How long a deleted organization can be restored.
pub const RESTORABLE_FOR: TimeDelta = TimeDelta::days(30);

/// An organization.
#[derive(Clone, Debug)]
pub struct Organization {
    /// The organization.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Its part of the client's paths.
    pub slug: String,
    /// Days, weeks, months and quarters are cut in this zone.
    pub time_zone: Tz,
    /// What it has booked.
    pub plan_type: PlanType,
    /// Who sees whom on boards of individuals.
    pub leaderboard_visibility: LeaderboardVisibility,
    /// The days of a week on which it works.
    pub working_days: WorkingDays,
    /// Entries of the audit log older than so many days go; none where they stay for ever.
    pub audit_retention_days: Option<i32>,
    /// Since when it exists.
    pub created_at: DateTime<Utc>,
}

impl Organization {
    /// The organization's calendar day at an instant.
    pub fn day_at(&self, at: DateTime<Utc>) -> NaiveDate {
        day_in_zone(at, self.time_zone)
    }
}

/// An organization to create.
#[derive(Clone, Debug)]
pub struct NewOrganization {
    /// Its name.
    pub name: String,
    /// Its part of paths; made from the name where none is given.
    pub slug: Option<String>,
    /// Its zone.
    pub time_zone: Tz,
    /// Whether it is a person's own.
    pub is_personal: bool,
    /// What it has booked.
    pub plan: PlanType,
}

/// An organization that was deleted and can be restored.
#[derive(Clone, Debug)]
pub struct DeletedOrganization {
    /// The organization.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Its part of the client's paths, which stays its own.
    pub slug: String,
    /// Since when nobody sees it.
    pub deleted_at: DateTime<Utc>,
}

impl DeletedOrganization {
    /// Until when it can be restored; then it is removed for good.
    pub fn restorable_until(&self) -> DateTime<Utc> {
        self.deleted_at + RESTORABLE_FOR
    }
}

/// A day on which nobody of an organization works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// The day.
    pub day: NaiveDate,
    /// What it is called.
    pub name: String,
}

/// Changes of an organization: what is none stays.
#[derive(Clone, Debug, Default)]
pub struct OrganizationChanges {
    /// Its name.
    pub name: Option<String>,
    /// Its part of paths.
    pub slug: Option<String>,
    /// The zone that its days are cut in, as an IANA name. What was counted stays where it was counted.
    pub time_zone: Option<String>,
    /// Who sees whom on boards of individuals.
    pub leaderboard_visibility: Option<LeaderboardVisibility>,
    /// The days of a week on which it works.
    pub working_days: Option<Vec<Weekday>>,
    /// After how many days entries of the audit log go; an inner none keeps them for ever.
    pub audit_retention_days: Option<Option<i32>>,
}

/// A person in an organization.
#[derive(Clone, Debug)]
pub struct Membership {
    /// The membership.
    pub id: MembershipId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The person.
    pub user_id: UserId,
    /// What the person may do.
    pub role: Role,
    /// Whether it is in force.
    pub status: MembershipStatus,
    /// The number the organization knows the person by.
    pub employee_id: Option<String>,
    /// The person's department.
    pub department_id: Option<DepartmentId>,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// A person to make a member.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// The person.
    pub user_id: UserId,
    /// What the person may do.
    pub role: Role,
    /// Whether it is in force from the start.
    pub status: MembershipStatus,
    /// The number the organization knows the person by.
    pub employee_id: Option<String>,
    /// The person's department.
    pub department_id: Option<DepartmentId>,
}

impl NewMember {
    /// An active member of a role.
    pub fn active(user_id: UserId, role: Role) -> Self {
        Self {
            user_id,
            role,
            status: MembershipStatus::Active,
            employee_id: None,
            department_id: None,
        }
    }
}

/// A team.
#[derive(Clone, Debug)]
pub struct Team {
    /// The team.
    pub id: TeamId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Who leads it.
    pub lead_id: Option<UserId>,
    /// Its department.
    pub department_id: Option<DepartmentId>,
    /// Since when it exists.
    pub created_at: DateTime<Utc>,
}

/// A team to create.
#[derive(Clone, Debug)]
pub struct NewTeam {
    /// Its name.
    pub name: String,
    /// Who leads it; a member of the organization.
    pub lead_id: Option<UserId>,
    /// Its department.
    pub department_id: Option<DepartmentId>,
}

/// A department.
#[derive(Clone, Debug)]
pub struct Department {
    /// The department.
    pub id: DepartmentId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// Its name.
    pub name: String,
}

/// A team that a member is in.
#[derive(Clone, Debug)]
pub struct TeamOfMember {
    /// The team.
    pub team: Team,
    /// Whether the member's points count for this one.
    pub is_primary: bool,
}

/// A member to put into a team.
#[derive(Clone, Copy, Debug)]
pub struct Assignment {
    /// The team.
    pub team_id: TeamId,
    /// The member.
    pub user_id: UserId,
    /// Whether it becomes the member's primary team; a member's first team is, whatever this says.
    pub is_primary: bool,
}

/// Changes of a member: what is none stays, and an inner none takes away.
#[derive(Clone, Debug, Default)]
pub struct MemberChanges {
    /// The number the organization knows the person by.
    pub employee_id: Option<Option<String>>,
    /// The person's own department.
    pub department_id: Option<Option<DepartmentId>>,
}

impl MemberChanges {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.employee_id.is_none() && self.department_id.is_none()
    }
}

/// Changes of a team: what is none stays, and an inner none takes away.
#[derive(Clone, Debug, Default)]
pub struct TeamChanges {
    /// Its name.
    pub name: Option<String>,
    /// Who leads it.
    pub lead_id: Option<Option<UserId>>,
    /// Its department.
    pub department_id: Option<Option<DepartmentId>>,
}

/// Which members to list.
#[derive(Clone, Debug, Default)]
pub struct MemberFilter {
    /// Part of the name; for those who may read addresses also the start of the address.
    pub search: Option<String>,
    /// Only this role.
    pub role: Option<Role>,
    /// Only of this team.
    pub team_id: Option<TeamId>,
    /// Only of this status.
    pub status: Option<MembershipStatus>,
}

/// Where a member stands in the list: by name, then by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberCursor {
    /// The name in lower case, as the list is sorted by it.
    pub name: String,
    /// The membership.
    pub id: MembershipId,
}

/// Which stretch of the list of members to read.
#[derive(Clone, Debug)]
pub struct MemberSlice {
    /// Only behind this one.
    pub after: Option<MemberCursor>,
    /// Only before this one.
    pub before: Option<MemberCursor>,
    /// At most so many.
    pub limit: i64,
    /// Counted from the end of the list.
    pub is_backward: bool,
}

/// The part of paths that a name becomes: lower case, words joined by hyphens.
pub(super) fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        if slug.len() >= SLUG_STEM_MAX {
            break;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') && !matches!(c, '\'' | '’') {
            slug.push('-');
        }
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() {
        "organization".to_owned()
    } else {
        slug.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_reads_like_the_name() {
        assert_eq!(slug_of("Ada's Team, Inc."), "adas-team-inc");
        assert_eq!(slug_of("  Zürich & Söhne "), "z-rich-s-hne");
        assert_eq!(slug_of("日本"), "organization");
    }

    #[test]
    fn a_slug_of_a_long_name_leaves_room_for_a_number() {
        assert_eq!(slug_of(&"x".repeat(300)).len(), SLUG_STEM_MAX);
    }
}
