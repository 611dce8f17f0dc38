//! Forgetting who was invited.

use shared::ids::OrganizationId;

use super::super::store;
use crate::error::Result;
use crate::platform::db::Transaction;
use crate::platform::literals::Literals;

/// Forgets every invitation of an address, as the erasure of a person does.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_address(tx: &mut Transaction, email: &str) -> Result<()> {
    Ok(store::delete_of_address(tx, email).await?)
}

/// Takes words out of the names that inviters wrote down, in these organizations.
///
/// # Errors
/// When the database does not answer.
pub async fn scrub_names(
    tx: &mut Transaction,
    organizations: &[OrganizationId],
    literals: &Literals,
) -> Result<()> {
    for (id, name) in store::list_names(tx, organizations).await? {
        if let Some(name) = literals.replace_text(&name) {
            store::update_name(tx, id, &name).await?;
        }
    }
    Ok(())
}
