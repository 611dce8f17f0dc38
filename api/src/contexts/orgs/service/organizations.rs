//! Organizations and their departments.

use chrono_tz::Tz;
use diesel_async::AsyncPgConnection;
use shared::ids::{DepartmentId, OrganizationId, UserId};
use shared::permission::Permission;
use shared::validation::{line, organization, sign_in};
use uuid::Uuid;

use super::super::error::OrgsError;
use super::super::model::{Department, NewOrganization, Organization, slug_of};
use super::super::{DirectoryChanged, store};
use crate::access::{Actor, OrgScope, system_scope};
use crate::contexts::audit::{self, Action, Entry, Origin, TargetKind};
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// How many numbers are tried behind a name that is taken.
const SLUG_ATTEMPTS: u32 = 50;

/// Creates an organization, empty of people, and returns the server's own standing in it.
///
/// # Errors
/// When the name or the slug does not do, or no slug is free.
pub async fn create_organization(
    tx: &mut Transaction,
    origin: &Origin,
    new: NewOrganization,
) -> Result<OrgScope> {
    let name = sign_in::organization_name(&new.name)?;
    let organization = insert_under_free_slug(tx, &name, &new).await?;
    let scope = system_scope(tx, organization.id)
        .await?
        .ok_or_else(|| anyhow::anyhow!("an organization was not there after its insert"))?;
    let origin = Origin {
        organization_id: Some(organization.id),
        ..origin.clone()
    };
    let entry =
        Entry::new(Action::OrganizationCreated).on(TargetKind::Organization, organization.id);
    audit::record_from(tx, origin, entry).await?;
    Ok(scope)
}

/// A slug that was asked for is taken as it is; one made from the name gets a number where it is taken.
async fn insert_under_free_slug(
    tx: &mut Transaction,
    name: &str,
    new: &NewOrganization,
) -> Result<Organization> {
    let now = tx.now();
    let stem = new.slug.clone().unwrap_or_else(|| slug_of(name));
    let attempts = if new.slug.is_some() { 1 } else { SLUG_ATTEMPTS };
    for number in 1..=attempts {
        if number == 1 && new.slug.is_none() && organization::is_reserved(&stem) {
            continue;
        }
        let row = store::NewOrganizationRow {
            id: tx.new_id().into(),
            name: name.to_owned(),
            slug: if number == 1 {
                stem.clone()
            } else {
                format!("{stem}-{number}")
            },
            is_personal: new.is_personal,
            plan_type: new.plan,
            time_zone: Tz::name(new.time_zone),
            created_at: now,
            updated_at: now,
        };
        if let Some(organization) = store::insert_organization(tx, &row).await? {
            return Ok(organization);
        }
    }
    Err(OrgsError::SlugTaken.into())
}

/// The organization of a scope.
///
/// # Errors
/// Not found where it was deleted meanwhile.
pub async fn get_organization(platform: &Platform, scope: &OrgScope) -> Result<Organization> {
    let mut conn = platform.db.read().await?;
    store::find_organization(&mut conn, scope)
        .await?
        .ok_or_else(|| AppError::not_found("organization"))
}

/// The organization that a person joined first, if any.
///
/// # Errors
/// When the database does not answer.
pub async fn default_organization(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> Result<Option<OrganizationId>> {
    Ok(store::find_default_organization(conn, user).await?)
}

/// The organization that a person has chosen to start in; none where they have chosen none.
///
/// # Errors
/// When the database does not answer.
pub async fn chosen_default_organization(
    platform: &Platform,
    user: UserId,
) -> Result<Option<OrganizationId>> {
    let mut conn = platform.db.read().await?;
    Ok(store::find_chosen_default(&mut conn, user).await?)
}

/// Chooses the organization that the person of a standing starts in.
///
/// # Errors
/// Forbidden for keys of organizations, which are nobody's.
pub async fn choose_default_organization(
    tx: &mut Transaction,
    actor: &Actor,
    scope: &OrgScope,
) -> Result<()> {
    let (user, _) = actor.signed_in()?;
    store::update_default(tx, user, Some(scope.organization_id())).await?;
    let entry = Entry::new(Action::PreferencesUpdated)
        .on(TargetKind::User, user)
        .with(serde_json::json!({ "defaultOrganizationId": scope.organization_id().0 }));
    audit::record_from(tx, actor, entry).await
}

/// Creates a department.
///
/// # Errors
/// Where the actor may not, the name does not do or is taken.
pub async fn create_department(
    tx: &mut Transaction,
    scope: &OrgScope,
    name: &str,
) -> Result<Department> {
    scope.require(Permission::ManageTeams)?;
    let name = line("name", name, 100)?;
    let (id, now) = (DepartmentId(tx.new_id()), tx.now());
    let department = store::insert_department(tx, scope, id, &name, now)
        .await?
        .ok_or(OrgsError::DepartmentNameTaken)?;
    let entry = Entry::new(Action::DepartmentCreated).on(TargetKind::Department, Uuid::from(id));
    audit::record(tx, scope, entry).await?;
    tx.after_commit(DirectoryChanged {
        organization_id: scope.organization_id(),
    });
    Ok(department)
}

/// The organization's departments by name.
///
/// # Errors
/// When the database does not answer.
pub async fn list_departments(platform: &Platform, scope: &OrgScope) -> Result<Vec<Department>> {
    scope.require(Permission::ViewOrganization)?;
    let mut conn = platform.db.read().await?;
    Ok(store::list_departments(&mut conn, scope).await?)
}

/// Those of these departments that are in the organization, in one statement.
///
/// # Errors
/// When the database does not answer.
pub async fn find_departments(
    platform: &Platform,
    scope: &OrgScope,
    ids: &[DepartmentId],
) -> Result<Vec<Department>> {
    scope.require(Permission::ViewOrganization)?;
    let mut conn = platform.db.read().await?;
    Ok(store::list_departments_by_id(&mut conn, scope, ids).await?)
}
