//! Use cases of organizations, members and teams.

mod members;
mod organizations;
mod standing;
mod teams;

pub use members::{
    add_member, add_members, count_members, find_membership, find_memberships, list_members,
    list_memberships_of,
};
pub use organizations::{
    create_department, create_organization, default_organization, find_departments,
    get_organization, list_departments,
};
pub use standing::change_standing;
pub use teams::{
    assign_member, assign_members, count_team_members, create_team, find_teams, list_teams,
    list_teams_of,
};
