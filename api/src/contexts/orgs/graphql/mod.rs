//! Organizations, members, teams and departments in the API.

mod batches;
mod department;
mod life_mutation;
mod member_mutation;
mod membership;
mod organization;
mod organization_mutation;
mod team;
mod team_mutation;

pub use department::{Department, find_department};
pub use life_mutation::{DeletedOrganization, OrganizationLifeMutation, deleted_organizations};
pub use member_mutation::MemberMutation;
pub use membership::{Membership, find_membership};
pub use organization::OrganizationDirectory;
pub use organization_mutation::OrganizationMutation;
pub use team::{Team, find_team};
pub use team_mutation::TeamMutation;
