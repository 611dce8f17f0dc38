//! Deleting an organization, taking that back within 30 days, and removing it for good after them.

use shared::ids::OrganizationId;
use shared::people::MailKind;
use shared::permission::{Permission, Relation};
use shared::role::Role;

use super::super::model::{DeletedOrganization, RESTORABLE_FOR};
use super::super::{DirectoryChanged, StandingChanged, store};
use crate::access::{Actor, Guard, OrgScope, system_scope};
use crate::contexts::audit::{self, Action, Entry, Origin, TargetKind};
use crate::contexts::mail::{self, Letter, NewMail};
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// Mails queued in one statement.
const MAILS_AT_ONCE: usize = 500;

/// Deletes an organization: from the commit on nobody sees it, and its keys stop. Its active members are told by mail.
///
/// # Errors
/// Where no person is signed in or the actor may not, or the confirmation is not the organization's slug.
pub async fn delete_organization(
    tx: &mut Transaction,
    platform: &Platform,
    scope: &OrgScope,
    confirmation: &str,
) -> Result<DeletedOrganization> {
    scope.require(Permission::ManageOrganization)?;
    let slug = &scope.tenant().slug;
    if !confirmation.trim().eq_ignore_ascii_case(slug) {
        let message = format!("must be the organization's address, {slug}");
        return Err(AppError::invalid("confirmation", message));
    }
    let now = tx.now();
    let organization = store::delete_organization(tx, scope, now)
        .await?
        .ok_or_else(|| AppError::not_found("organization"))?;
    let entry =
        Entry::new(Action::OrganizationDeleted).on(TargetKind::Organization, organization.id);
    audit::record(tx, scope, entry).await?;
    announce(tx, organization.id);
    let letter = deletion(&organization, platform);
    tell_members(tx, platform, scope, &organization, "deleted", letter).await?;
    Ok(organization)
}

/// Brings a deleted organization back as it was, and tells its active members.
///
/// # Errors
/// Not found where it is not deleted, its 30 days are over, or the person was not one of its administrators.
pub async fn restore_organization(
    tx: &mut Transaction,
    platform: &Platform,
    actor: &Actor,
    id: OrganizationId,
) -> Result<OrganizationId> {
    let (user, _) = actor.signed_in()?;
    let (now, since) = (tx.now(), tx.now() - RESTORABLE_FOR);
    let deleted = store::list_deleted_of(tx, user, since).await?;
    let found = deleted
        .into_iter()
        .find(|(one, role)| one.id == id && may_restore(*role, actor));
    let Some((organization, _)) = found else {
        return Err(AppError::not_found("organization"));
    };
    if !store::restore_organization(tx, id, since, now).await? {
        return Err(AppError::not_found("organization"));
    }
    let scope = system_scope(tx, id)
        .await?
        .ok_or_else(|| AppError::not_found("organization"))?;
    let origin = Origin {
        organization_id: Some(id),
        ..Origin::from(actor)
    };
    let entry = Entry::new(Action::OrganizationRestored).on(TargetKind::Organization, id);
    audit::record_from(tx, origin, entry).await?;
    announce(tx, id);
    let letter = restoration(&organization, platform);
    tell_members(tx, platform, &scope, &organization, "restored", letter).await?;
    Ok(id)
}

/// The deleted organizations that a person may restore, the last deleted first.
///
/// # Errors
/// Where no person is signed in.
pub async fn list_deleted(platform: &Platform, actor: &Actor) -> Result<Vec<DeletedOrganization>> {
    let (user, _) = actor.signed_in()?;
    let since = platform.clock.now() - RESTORABLE_FOR;
    let mut conn = platform.db.read().await?;
    let deleted = store::list_deleted_of(&mut conn, user, since).await?;
    Ok(deleted
        .into_iter()
        .filter(|(_, role)| may_restore(*role, actor))
        .map(|(organization, _)| organization)
        .collect())
}

/// There is no standing in a deleted organization: the matrix is asked about the role that is left in its rows.
fn may_restore(role: Role, actor: &Actor) -> bool {
    let permission = Permission::ManageOrganization;
    permission.is_granted_to(role, Relation::Other)
        || actor.request.leaves_out(Guard::Permission(permission))
}

/// Locks an organization whose 30 days are over; none where there is none that another server is not at.
///
/// # Errors
/// When the database does not answer.
pub async fn lock_due_for_removal(tx: &mut Transaction) -> Result<Option<OrganizationId>> {
    let before = tx.now() - RESTORABLE_FOR;
    Ok(store::lock_due_for_removal(tx, before).await?)
}

/// Removes an organization for good, with everything that hangs on it. The caller has removed what does not.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_organization(tx: &mut Transaction, id: OrganizationId) -> Result<()> {
    tx.begin_maintenance().await?;
    store::remove_organization(tx, id).await?;
    tx.end_maintenance().await?;
    let entry = Entry::new(Action::OrganizationPurged).on(TargetKind::Organization, id);
    audit::record_from(tx, Origin::default(), entry).await
}

fn announce(tx: &mut Transaction, organization_id: OrganizationId) {
    tx.after_commit(StandingChanged {
        organization_id,
        user_id: None,
    });
    tx.after_commit(DirectoryChanged { organization_id });
}

async fn tell_members(
    tx: &mut Transaction,
    platform: &Platform,
    scope: &OrgScope,
    organization: &DeletedOrganization,
    what: &str,
    letter: Letter,
) -> Result<()> {
    let (body, at) = (letter.body(), tx.now().timestamp_micros());
    let addresses = store::list_addresses(tx, scope).await?;
    for some in addresses.chunks(MAILS_AT_ONCE) {
        let mails = some.iter().map(|address| NewMail {
            organization_id: Some(organization.id),
            kind: MailKind::Organization,
            idempotency_key: format!("organization {} {what} {at} {address}", organization.id)
                .chars()
                .take(200)
                .collect(),
            recipient: address.clone(),
            subject: format!("{} was {what}", organization.name),
            body: body.clone(),
        });
        mail::queue(tx, &platform.crypto, mails.collect()).await?;
    }
    Ok(())
}

fn note(organization: &DeletedOrganization) -> String {
    format!(
        "You got this because you are a member of {}.",
        organization.name
    )
}

fn deletion(organization: &DeletedOrganization, platform: &Platform) -> Letter {
    let name = &organization.name;
    let until = organization
        .restorable_until()
        .format("%-d %B %Y, %H:%M UTC");
    Letter {
        heading: format!("{name} was deleted"),
        paragraphs: vec![
            format!("An administrator deleted {name} on DevMetrics. Nobody can open it, and it takes no events."),
            format!("Until {until} its administrators can restore it as it was. After that, everything in it is removed for good."),
            "What is known about you is yours to download, under \u{201c}Your data\u{201d} in your account.".to_owned(),
        ],
        button: Some(("Open DevMetrics".to_owned(), format!("{}/", platform.public_url))),
        note: note(organization),
    }
}

fn restoration(organization: &DeletedOrganization, platform: &Platform) -> Letter {
    let name = &organization.name;
    let slug = &organization.slug;
    Letter {
        heading: format!("{name} is back"),
        paragraphs: vec![format!(
            "An administrator restored {name} on DevMetrics. Everything in it is as it was; events that came meanwhile were not taken."
        )],
        button: Some((
            format!("Open {name}"),
            format!("{}/{slug}", platform.public_url),
        )),
        note: note(organization),
    }
}
