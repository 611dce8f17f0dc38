//! Organizations, members, teams and departments in the API.

mod batches;
mod department;
mod membership;
mod organization;
mod team;

pub use department::{Department, find_department};
pub use membership::{Membership, find_membership};
pub use organization::OrganizationDirectory;
pub use team::{Team, find_team};
