//! Who acts, in which organization, with which permission.
//!
//! An [`OrgScope`] is the proof that somebody may look into an organization: only this room makes one, after reading the
//! membership, and every store function over an organization's rows takes it.

mod actor;
mod scope;
mod store;

pub use actor::{Actor, Guard, KeyHolder, Principal, RequestInfo};
pub use scope::{OrgScope, Tenant, WhichOrganization, org_scope, system_scope};
