//! An organization is deleted, or comes back: its people, its sources and its mail in one transaction.

use shared::ids::OrganizationId;

use crate::access::{Actor, OrgScope, system_scope};
use crate::contexts::ingest;
use crate::contexts::orgs::{self, DeletedOrganization};
use crate::error::{AppError, Result};
use crate::platform::Platform;

/// Deletes an organization. It can be restored for 30 days.
///
/// # Errors
/// Where the actor is no person who may, or the confirmation is not the organization's slug.
pub async fn delete_organization(
    platform: &Platform,
    actor: &Actor,
    scope: &OrgScope,
    confirmation: &str,
) -> Result<DeletedOrganization> {
    actor.signed_in()?;
    platform
        .db
        .transaction(async |tx| {
            ingest::reread_sources(tx, scope).await?;
            orgs::delete_organization(tx, platform, scope, confirmation).await
        })
        .await
}

/// Brings a deleted organization back as it was.
///
/// # Errors
/// Not found where it is not deleted, its 30 days are over, or the person was not one of its administrators.
pub async fn restore_organization(
    platform: &Platform,
    actor: &Actor,
    id: OrganizationId,
) -> Result<()> {
    platform
        .db
        .transaction(async |tx| {
            orgs::restore_organization(tx, platform, actor, id).await?;
            let scope = system_scope(tx, id)
                .await?
                .ok_or_else(|| AppError::not_found("organization"))?;
            ingest::reread_sources(tx, &scope).await
        })
        .await
}
