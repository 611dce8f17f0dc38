//! A person joins an organization: membership, the accounts that were met there before, and what those earned.

use super::link_identity::link_accounts_met_before;
use crate::access::OrgScope;
use crate::contexts::orgs::{self, Membership, NewMember};
use crate::error::Result;
use crate::platform::db::Transaction;

/// Makes a person a member and links the accounts of the address that the person has proven.
///
/// # Errors
/// Where the actor may not, or the person is a member already.
pub async fn join_member(
    tx: &mut Transaction,
    scope: &OrgScope,
    new: NewMember,
) -> Result<Membership> {
    let membership = orgs::add_member(tx, scope, new).await?;
    link_accounts_met_before(tx, scope, membership.user_id).await?;
    Ok(membership)
}
