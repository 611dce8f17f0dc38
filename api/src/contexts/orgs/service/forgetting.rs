//! How organizations forget a person.

use shared::ids::{OrganizationId, UserId};

use super::super::store;
use super::membership::end_membership;
use crate::access::system_scope;
use crate::contexts::audit::Action;
use crate::error::{AppError, ErrorCode, Result};
use crate::platform::db::Transaction;

/// Ends every membership of a person. An organization that has nobody else goes with them. Answers every organization that
/// the person ever belonged to.
///
/// # Errors
/// A conflict that names each organization which others belong to and nobody else administers.
pub async fn forget_person(tx: &mut Transaction, user: UserId) -> Result<Vec<OrganizationId>> {
    let mut left_alone = Vec::new();
    let organizations = store::list_organizations_ever_of(tx, user).await?;
    for (id, is_member) in &organizations {
        if !is_member {
            continue;
        }
        let now = tx.now();
        if store::has_nobody_but(tx, *id, user).await? {
            store::close_organization(tx, *id, now).await?;
            continue;
        }
        let Some(scope) = system_scope(tx, *id).await? else {
            // Deleted, and still to be restored by others: there is nobody to hand over to them.
            store::set_removed_from_deleted(tx, *id, user, now).await?;
            continue;
        };
        if store::lock_administrators(tx, &scope).await? == [user] {
            left_alone.push(store::name_of(tx, &scope).await?);
        } else {
            end_membership(tx, &scope, user, Action::MemberLeft).await?;
        }
    }
    if left_alone.is_empty() {
        return Ok(organizations.into_iter().map(|(id, _)| id).collect());
    }
    Err(AppError::refused(
        ErrorCode::Conflict,
        format!(
            "make somebody else an administrator first, or remove the other members: {}",
            left_alone.join(", ")
        ),
    ))
}
