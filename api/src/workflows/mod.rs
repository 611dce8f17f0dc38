//! Changes that span contexts, each in one transaction.

mod accept_invitation;
mod delete_organization;
mod erase_person;
mod first_sign_in;
mod join_member;
pub mod link_identity;
mod personal_organization;
pub mod process_event;
mod provider_sign_in;
mod purge_organizations;
mod reseal_secrets;

pub use accept_invitation::accept_invitation;
pub use delete_organization::{delete_organization, restore_organization};
pub use erase_person::erase_person;
pub use first_sign_in::{FirstSignIn, first_sign_in};
pub use join_member::join_member;
pub use link_identity::{link_identity, part_identity};
pub use provider_sign_in::provider_sign_in;
pub use purge_organizations::Purger;
pub use reseal_secrets::{SEALED, reseal_secrets};
