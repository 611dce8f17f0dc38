//! Accounts at providers: met, remembered and linked.

use chrono::TimeDelta;
use shared::ids::{ProviderAccountId, UserId};
use shared::permission::Permission;

use super::super::error::IdentityError;
use super::super::model::{
    AccountRef, IdentityMatch, LinkedBy, MatchFilter, MatchSlice, ProviderAccount,
};
use super::super::store;
use super::matching::{find_match, link};
use crate::access::OrgScope;
use crate::contexts::audit::{self, Action, Entry, TargetKind};
use crate::contexts::orgs;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// The meeting of a known account is noted at most this often.
const NOTED_EVERY: TimeDelta = TimeDelta::hours(1);

/// The account that a payload speaks of, remembered where it is new, and linked to its member where one matches.
///
/// An account that is known and about which the payload says nothing new is read without any lock. Everything else happens
/// under the lock of its installation, which lasts until the end of the transaction: resolve every person of an event
/// before the first balance is locked. What accounts in `linked_now` earned before is due to the member.
///
/// # Errors
/// When nothing identifies the person, or the database does not answer.
pub async fn resolve_account(
    tx: &mut Transaction,
    scope: &OrgScope,
    seen: AccountRef,
) -> Result<ProviderAccount> {
    let seen = seen.cleaned();
    if !seen.is_identified() {
        return Err(AppError::Internal(anyhow::anyhow!(
            "an account without id, username and address"
        )));
    }
    let now = tx.now();
    if let Some(known) = store::find_account(tx, scope, &seen).await?
        && !known.learns_from(&seen)
        && (known.user_id.is_some()
            || known.is_bot
            || find_match(tx, scope, &known).await?.is_none())
    {
        if known.last_seen_at + NOTED_EVERY <= now {
            store::touch_account(tx, known.id, now).await?;
        }
        return Ok(known);
    }

    store::lock_instance(tx, scope, seen.provider, &seen.instance).await?;
    let mut is_somebody_else = false;
    let account = match store::find_account(tx, scope, &seen).await? {
        Some(known) if known.learns_from(&seen) => {
            is_somebody_else = known.is_somebody_else(&seen);
            store::update_account(tx, &known, &seen, now).await?
        }
        Some(known) => known,
        None => {
            let id = ProviderAccountId(tx.new_id());
            store::insert_account(tx, scope, id, &seen, now).await?
        }
    };
    if account.external_id.is_some() {
        store::clear_username(tx, scope, &account).await?;
    }
    if account.user_id.is_some() || account.is_bot {
        return Ok(account);
    }
    match find_match(tx, scope, &account).await? {
        Some((user, linked_by)) => {
            let mut account = link(tx, scope, account, user, (linked_by, false)).await?;
            if is_somebody_else {
                // What the id earned under the other name was earned by another person.
                account.linked_now.retain(|linked| *linked != account.id);
            }
            Ok(account)
        }
        None => Ok(account),
    }
}

/// Links an account, and unlinked ones of the same name, to a member. What those in `linked_now` earned before is due to
/// the member; `workflows::link_identity` pays it.
///
/// # Errors
/// Not found where there is no such account; a conflict where it is another member's.
pub async fn link_account(
    tx: &mut Transaction,
    scope: &OrgScope,
    id: ProviderAccountId,
    user: UserId,
) -> Result<ProviderAccount> {
    scope.require(Permission::ManageMembers)?;
    if orgs::find_standing_of(tx, scope, user).await?.is_none() {
        return Err(IdentityError::NoSuchUser.into());
    }
    let account = store::get_account(tx, scope, id)
        .await?
        .ok_or(IdentityError::NoSuchAccount)?;
    store::lock_instance(tx, scope, account.provider, &account.instance).await?;
    let account = store::get_account(tx, scope, id)
        .await?
        .ok_or(IdentityError::NoSuchAccount)?;
    match account.user_id {
        Some(owner) if owner == user => Ok(account),
        Some(_) => Err(IdentityError::AccountTaken.into()),
        None => {
            let is_proven = match &account.email {
                Some(email) => store::find_member_by_email(tx, scope, email).await? == Some(user),
                None => false,
            };
            let linked_by = if is_proven {
                LinkedBy::Email
            } else {
                LinkedBy::Manual
            };
            link(tx, scope, account, user, (linked_by, true)).await
        }
    }
}

/// Parts an account, and those of the same name that are linked to the same member, from the member; none of them is matched
/// to the member by itself again. Answers the member and the accounts; `workflows::part_identity` takes back what they earned.
///
/// # Errors
/// Forbidden to those who may not manage members; not found where there is no such account; a conflict where it is nobody's.
pub async fn part_account(
    tx: &mut Transaction,
    scope: &OrgScope,
    id: ProviderAccountId,
) -> Result<(UserId, Vec<ProviderAccountId>)> {
    scope.require(Permission::ManageMembers)?;
    let account = store::get_account(tx, scope, id)
        .await?
        .ok_or(IdentityError::NoSuchAccount)?;
    store::lock_instance(tx, scope, account.provider, &account.instance).await?;
    let account = store::get_account(tx, scope, id)
        .await?
        .ok_or(IdentityError::NoSuchAccount)?;
    let user = account.user_id.ok_or(IdentityError::AccountUnlinked)?;
    let parted = store::part_accounts(tx, scope, &account, user).await?;
    let entries = parted.iter().map(|id| {
        Entry::new(Action::AccountsUnmerged)
            .on(TargetKind::ProviderAccount, *id)
            .with(serde_json::json!({ "userId": user.0 }))
    });
    audit::record_all(tx, scope, entries.collect()).await?;
    Ok((user, parted))
}

/// A page of accounts with whom they may be, the last met first.
///
/// # Errors
/// Forbidden for those who may not manage members.
pub(in super::super) async fn list_matches(
    platform: &Platform,
    scope: &OrgScope,
    filter: &MatchFilter,
    slice: &MatchSlice,
) -> Result<Vec<IdentityMatch>> {
    scope.require(Permission::ManageMembers)?;
    let mut conn = platform.db.read().await?;
    Ok(store::list_matches(&mut conn, scope, filter, slice).await?)
}

/// How many accounts a filter lets through.
///
/// # Errors
/// Forbidden for those who may not manage members.
pub(in super::super) async fn count_matches(
    platform: &Platform,
    scope: &OrgScope,
    filter: &MatchFilter,
) -> Result<i64> {
    scope.require(Permission::ManageMembers)?;
    let mut conn = platform.db.read().await?;
    Ok(store::count_matches(&mut conn, scope, filter).await?)
}

/// One account with whom it may be.
///
/// # Errors
/// Forbidden for those who may not manage members; not found.
pub(in super::super) async fn get_match(
    platform: &Platform,
    scope: &OrgScope,
    id: ProviderAccountId,
) -> Result<IdentityMatch> {
    scope.require(Permission::ManageMembers)?;
    let mut conn = platform.db.read().await?;
    let found = store::find_match_by_id(&mut conn, scope, id).await?;
    found.ok_or_else(|| IdentityError::NoSuchAccount.into())
}

/// Unlinked accounts that have the address which this active member has proven: they were met before the person joined.
///
/// # Errors
/// When the database does not answer.
pub async fn accounts_to_link_for(
    tx: &mut Transaction,
    scope: &OrgScope,
    user: UserId,
) -> Result<Vec<ProviderAccountId>> {
    let Some(person) = store::find_user(tx, user).await? else {
        return Ok(Vec::new());
    };
    if store::find_member_by_email(tx, scope, &person.email).await? != Some(user) {
        return Ok(Vec::new());
    }
    Ok(store::list_unlinked_by_email(tx, scope, &person.email, user).await?)
}

/// Accounts of people that no member was matched to, the last met first; at most 100.
///
/// # Errors
/// Forbidden for those who may not manage members.
pub async fn list_unmatched_accounts(
    platform: &Platform,
    scope: &OrgScope,
) -> Result<Vec<ProviderAccount>> {
    scope.require(Permission::ManageMembers)?;
    let mut conn = platform.db.read().await?;
    Ok(store::list_unmatched(&mut conn, scope, 100).await?)
}
