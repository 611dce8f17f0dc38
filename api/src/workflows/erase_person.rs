//! A person is erased: nobody signs in as them any more, and nothing shows who they were.

use shared::ids::UserId;

use crate::access::{Actor, RequestInfo};
use crate::contexts::audit::{self, Action, By, Entry, Origin, TargetKind};
use crate::contexts::privacy::{self, PersonWords};
use crate::contexts::{absences, identity, invitations, keys, mail, orgs};
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// Erases the person who asks, in one transaction; the words in what others keep follow in the background.
///
/// # Errors
/// Where the confirmation is not the person's address, the session is not fresh, or an organization with other members would
/// be left without an administrator.
pub async fn erase_person(platform: &Platform, actor: &Actor, confirmation: &str) -> Result<()> {
    let (user, session) = actor.signed_in()?;
    platform
        .db
        .transaction(async |tx| {
            let person = identity::lock_user(tx, user).await?;
            if !confirmation.trim().eq_ignore_ascii_case(&person.email) {
                return Err(AppError::invalid(
                    "confirmation",
                    "must be your email address, exactly as you sign in with it",
                ));
            }
            identity::require_fresh(tx, session).await?;
            let request = RequestInfo {
                request_id: actor.request.request_id.clone(),
                ..RequestInfo::default()
            };
            let origin = Origin {
                by: By::Person(user),
                request,
                ..Origin::default()
            };
            erase_within(platform, tx, user, origin).await
        })
        .await
}

/// Everything but the words in what others keep, lowest context first but for the organizations, which may refuse.
async fn erase_within(
    platform: &Platform,
    tx: &mut Transaction,
    user: UserId,
    origin: Origin,
) -> Result<()> {
    let organizations = orgs::forget_person(tx, user).await?;
    let (addresses, names) = identity::words_of(tx, user).await?;
    let words = PersonWords { addresses, names };
    for address in &words.addresses {
        mail::forget_recipient(tx, address).await?;
        invitations::forget_address(tx, address).await?;
    }
    absences::forget_person(tx, user).await?;
    keys::forget_person(tx, user).await?;
    identity::forget_person(tx, user).await?;
    let entry = Entry::new(Action::DataDeletionRequested).on(TargetKind::User, user);
    audit::record_from(tx, origin, entry).await?;
    audit::forget_person(tx, user).await?;
    privacy::begin_erasure(platform, tx, user, &words, &organizations).await
}
