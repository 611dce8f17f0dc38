//! Organizations, and who belongs to them: memberships, teams, departments.
//!
//! - An organization is the tenant. Every reference stays inside one organization; the database's composite keys see to it.
//! - A member may be in several teams; exactly one of them is primary as soon as there is one, so that team scores count
//!   nobody twice.
//! - An organization always keeps at least one active administrator.
//! - Names are unique within an organization: of teams, of departments.

mod error;
pub mod graphql;
mod hints;
mod model;
mod service;
mod store;

pub use error::OrgsError;
pub use hints::{DirectoryChanged, StandingChanged};
pub use model::{
    Assignment, DeletedOrganization, Department, Holiday, MemberChanges, MemberCursor,
    MemberFilter, MemberSlice, Membership, NewMember, NewOrganization, NewTeam, Organization,
    OrganizationChanges, Team, TeamChanges, TeamOfMember,
};
pub use service::{
    add_member, add_members, assign_member, assign_members, change_plan, change_role,
    change_standing, change_status, choose_default_organization, chosen_default_organization,
    count_active_members, count_members, count_team_members, create_department,
    create_organization, create_team, default_organization, delete_department, delete_holiday,
    delete_organization, delete_team, end_membership, find_departments, find_membership,
    find_memberships, find_standing_of, find_teams, forget_person, found_organization, free_seats,
    get_organization, leave_organization, list_deleted, list_departments, list_holidays,
    list_members, list_memberships_of, list_teams, list_teams_of, list_teams_within,
    lock_due_for_removal, remove_member, remove_organization, restore_organization, set_holidays,
    unassign_member, update_department, update_member, update_organization, update_team,
};
