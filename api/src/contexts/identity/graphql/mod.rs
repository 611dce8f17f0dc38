//! People, sessions and the server's own description in the API.

mod identity_match;
mod mutation;
mod preferences;
mod profile;
mod query;
mod server_info;
mod session;
mod user;
mod viewer;

pub use identity_match::{IdentityMatchMutation, OrganizationIdentities};
pub use mutation::IdentityMutation;
pub use preferences::PreferencesMutation;
pub use profile::ProfileMutation;
pub use query::IdentityQuery;
pub use user::{User, find_user};
