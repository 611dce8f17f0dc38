//! Which member an account is: by another account of the same name, else by the address the member has proven.

use shared::ids::UserId;

use super::super::model::{LinkedBy, ProviderAccount};
use super::super::store;
use crate::access::OrgScope;
use crate::contexts::audit::{self, Action, Entry, TargetKind};
use crate::error::Result;
use crate::platform::db::Transaction;

/// The member that an unlinked account belongs to, if anything tells; nobody whom somebody has said it is not.
pub(super) async fn find_match(
    tx: &mut Transaction,
    scope: &OrgScope,
    account: &ProviderAccount,
) -> Result<Option<(UserId, LinkedBy)>> {
    let found = find_likeliest(tx, scope, account).await?;
    Ok(found.filter(|(user, _)| !account.parted_from.contains(user)))
}

async fn find_likeliest(
    tx: &mut Transaction,
    scope: &OrgScope,
    account: &ProviderAccount,
) -> Result<Option<(UserId, LinkedBy)>> {
    if account.is_bot {
        return Ok(None);
    }
    if let Some(user) = store::find_member_by_username(tx, scope, account).await? {
        return Ok(Some((user, LinkedBy::Username)));
    }
    if let Some(email) = &account.email {
        let user = store::find_member_by_email(tx, scope, email).await?;
        return Ok(user.map(|user| (user, LinkedBy::Email)));
    }
    if account.external_id.is_some() {
        return Ok(None);
    }
    // Old installations name people by username alone. With nothing else to go by, a name that is one member's everywhere
    // else is taken to be that member's here; where there is an id, names of other installations mean nothing.
    let user = store::find_member_by_username_elsewhere(tx, scope, account).await?;
    Ok(user.map(|user| (user, LinkedBy::Username)))
}

/// Links an account and its unlinked namesakes; the installation's lock is held. Namesakes that were parted from the member
/// stay so, unless somebody `is_told` that they are the member's after all.
pub(super) async fn link(
    tx: &mut Transaction,
    scope: &OrgScope,
    account: ProviderAccount,
    user: UserId,
    (linked_by, is_told): (LinkedBy, bool),
) -> Result<ProviderAccount> {
    let now = tx.now();
    let linked = store::list_unlinked_namesakes(tx, scope, &account, user, is_told).await?;
    store::link_accounts(tx, scope, &linked, (user, linked_by), now).await?;
    let entries = linked.iter().map(|id| {
        Entry::new(Action::AccountLinked)
            .on(TargetKind::ProviderAccount, *id)
            .with(serde_json::json!({ "userId": user.0, "by": linked_by.as_str() }))
    });
    audit::record_all(tx, scope, entries.collect()).await?;
    Ok(ProviderAccount {
        user_id: Some(user),
        linked_now: linked,
        ..account
    })
}
