//! Founding an organization, naming it anew, leaving it.

use chrono_tz::Tz;
use shared::ids::OrganizationId;
use shared::permission::Permission;
use shared::role::{PlanType, Role};
use shared::validation::organization;
use uuid::Uuid;

use super::super::DirectoryChanged;
use super::super::error::OrgsError;
use super::super::model::{Membership, NewMember, NewOrganization, OrganizationChanges};
use super::super::store::{self, OrganizationChangeset};
use super::members::add_member;
use super::membership::end_membership;
use super::organizations::create_organization;
use super::taken;
use crate::access::{Actor, OrgScope};
use crate::contexts::audit::{self, Action, Entry, Origin, TargetKind};
use crate::error::{AppError, FieldError, Result};
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
    plan: PlanType,
) -> Result<OrganizationId> {
    let (user, _) = actor.signed_in()?;
    let new = NewOrganization {
        name: organization::name(name)?,
        slug: slug.map(organization::slug).transpose()?,
        time_zone: Tz::UTC,
        is_personal: false,
        plan,
    };
    let scope = create_organization(tx, &Origin::from(actor), new).await?;
    add_member(tx, &scope, NewMember::active(user, Role::Admin)).await?;
    Ok(scope.organization_id())
}

/// Changes an organization's name, slug, zone or visibility; what is not named stays.
///
/// # Errors
/// Where the actor may not, a field does not do, or the slug is another's.
pub async fn update_organization(
    tx: &mut Transaction,
    scope: &OrgScope,
    changes: &OrganizationChanges,
) -> Result<()> {
    scope.require(Permission::ManageOrganization)?;
    let changes = checked(changes)?;
    let now = tx.now();
    store::update_organization(tx, scope, &changes, now)
        .await
        .map_err(|error| taken(error, OrgsError::SlugTaken))?
        .ok_or_else(|| AppError::not_found("organization"))?;
    // Boards keep the zone and who sees whom.
    tx.after_commit(DirectoryChanged {
        organization_id: scope.organization_id(),
    });
    let entry = Entry::new(Action::OrganizationUpdated).on(
        TargetKind::Organization,
        Uuid::from(scope.organization_id()),
    );
    audit::record(tx, scope, entry).await
}

/// Every wrong field at once.
fn checked(changes: &OrganizationChanges) -> Result<OrganizationChangeset> {
    let mut errors = Vec::new();
    let mut check = |text: &Option<String>, rule: fn(&str) -> Result<String, FieldError>| {
        text.as_deref()
            .and_then(|text| rule(text).map_err(|error| errors.push(error)).ok())
    };
    let changeset = OrganizationChangeset {
        name: check(&changes.name, organization::name),
        slug: check(&changes.slug, organization::slug),
        time_zone: check(&changes.time_zone, |zone| match zone.trim().parse::<Tz>() {
            Ok(zone) => Ok(zone.name().to_owned()),
            Err(_) => Err(FieldError::new(
                "timeZone",
                "must be an IANA name such as Europe/Berlin",
            )),
        }),
        leaderboard_visibility: changes.leaderboard_visibility,
        working_days: changes.working_days.as_deref().and_then(|days| {
            let checked = organization::working_days(days);
            checked.map_err(|error| errors.push(error)).ok()
        }),
        audit_retention_days: changes.audit_retention_days.and_then(|days| {
            // A form has no other word for it than nothing at all.
            let days = days.filter(|days| *days != 0);
            let checked = days.map(organization::audit_retention_days).transpose();
            checked.map_err(|error| errors.push(error)).ok()
        }),
    };
    if errors.is_empty() {
        Ok(changeset)
    } else {
        Err(AppError::Invalid(errors))
    }
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
