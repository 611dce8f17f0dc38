//! Founding an organization, naming it anew, leaving it.

use chrono_tz::Tz;
use shared::ids::OrganizationId;
use shared::permission::Permission;
use shared::role::Role;
use shared::validation::organization;
use uuid::Uuid;

use super::super::error::OrgsError;
use super::super::model::{Membership, NewMember, NewOrganization, OrganizationChanges};
use super::super::store;
use super::members::add_member;
use super::membership::end_membership;
use super::organizations::create_organization;
use super::taken;
use crate::access::{Actor, OrgScope};
use crate::contexts::audit::{self, Action, Entry, Origin, TargetKind};
use crate::error::{AppError, Result};
use crate::platform::db::Transaction;

/// Founds an organization with the person who asks as its administrator.
///
/// # Errors
/// Where no person is signed in, the name or slug does not do, or the slug is taken.
pub async fn found_organization(
    tx: &mut Transaction,
    actor: &Actor,
    name: &str,
    slug: Option<&str>,
) -> Result<OrganizationId> {
    let (user, _) = actor.signed_in()?;
    let new = NewOrganization {
        name: organization::name(name)?,
        slug: slug.map(organization::slug).transpose()?,
        time_zone: Tz::UTC,
        is_personal: false,
    };
    let scope = create_organization(tx, &Origin::from(actor), new).await?;
    add_member(tx, &scope, NewMember::active(user, Role::Admin)).await?;
    Ok(scope.organization_id())
}

/// Gives an organization another name or slug; what is not named stays.
///
/// # Errors
/// Where the actor may not, the name or slug does not do, or the slug is another's.
pub async fn update_organization(
    tx: &mut Transaction,
    scope: &OrgScope,
    changes: &OrganizationChanges,
) -> Result<()> {
    scope.require(Permission::ManageOrganization)?;
    let name = changes
        .name
        .as_deref()
        .map(organization::name)
        .transpose()?;
    let slug = changes
        .slug
        .as_deref()
        .map(organization::slug)
        .transpose()?;
    if name.is_none() && slug.is_none() {
        return Ok(());
    }
    let now = tx.now();
    store::update_organization(tx, scope, name.as_deref(), slug.as_deref(), now)
        .await
        .map_err(|error| taken(error, OrgsError::SlugTaken))?
        .ok_or_else(|| AppError::not_found("organization"))?;
    let entry = Entry::new(Action::OrganizationUpdated).on(
        TargetKind::Organization,
        Uuid::from(scope.organization_id()),
    );
    audit::record(tx, scope, entry).await
}

/// Ends the membership of the person who asks. What they did stays.
///
/// # Errors
/// Where no person is signed in, or the last administrator would go.
pub async fn leave_organization(
    tx: &mut Transaction,
    actor: &Actor,
    scope: &OrgScope,
) -> Result<Membership> {
    let (user, _) = actor.signed_in()?;
    end_membership(tx, scope, user, Action::MemberLeft).await
}
