//! Use cases of organizations, members and teams.

mod closing;
mod forgetting;
mod holidays;
mod life;
mod members;
mod membership;
mod organizations;
mod plan;
mod standing;
mod team_changes;
mod teams;

pub use closing::{
    delete_organization, list_deleted, lock_due_for_removal, remove_organization,
    restore_organization,
};
pub use forgetting::forget_person;
pub use holidays::{delete_holiday, list_holidays, set_holidays};
pub use life::{found_organization, leave_organization, update_organization};
pub use members::{
    add_member, add_members, count_members, find_membership, find_memberships, find_standing_of,
    list_members, list_memberships_of,
};
pub use membership::{change_role, change_status, end_membership, remove_member, update_member};
pub use organizations::{
    choose_default_organization, chosen_default_organization, create_department,
    create_organization, default_organization, find_departments, get_organization,
    list_departments,
};
pub use plan::{change_plan, count_active_members, free_seats};
pub use standing::change_standing;
pub use team_changes::{
    delete_department, delete_team, unassign_member, update_department, update_team,
};
pub use teams::{
    assign_member, assign_members, count_team_members, create_team, find_teams, list_teams,
    list_teams_of, list_teams_within,
};

/// What a unique index says of a name, in the words of this context.
fn taken(error: diesel::result::Error, refusal: super::error::OrgsError) -> crate::error::AppError {
    use diesel::result::{DatabaseErrorKind, Error};

    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => refusal.into(),
        error => error.into(),
    }
}
