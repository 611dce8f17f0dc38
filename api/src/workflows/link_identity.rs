//! Linking of accounts to members: what the account earned before becomes theirs, as of when it was earned.

use shared::ids::{ProviderAccountId, UserId};

use crate::access::OrgScope;
use crate::contexts::identity::{
    ProviderAccount, accounts_to_link_for, link_account, part_account,
};
use crate::contexts::{ingest, points};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// Links an account to a member, and pays what it earned before.
///
/// # Errors
/// Forbidden to those who may not manage members; not found, or a conflict where it is another member's.
pub async fn link_identity(
    platform: &Platform,
    scope: &OrgScope,
    account: ProviderAccountId,
    user: UserId,
) -> Result<ProviderAccount> {
    platform
        .db
        .transaction(async |tx| link_within(tx, scope, account, user).await)
        .await
}

/// Parts an account, and those of the same name there, from their member: what they earned is taken back for the days on which
/// it was earned, and waits for whoever it is.
///
/// # Errors
/// Forbidden to those who may not manage members; not found; a conflict where it is nobody's.
pub async fn part_identity(
    platform: &Platform,
    scope: &OrgScope,
    account: ProviderAccountId,
) -> Result<()> {
    platform
        .db
        .transaction(async |tx| {
            let (user, parted) = part_account(tx, scope, account).await?;
            for account in parted {
                let entries = points::part(tx, scope, account, user).await?;
                let taken: Vec<_> = entries
                    .iter()
                    .filter_map(|entry| Some((entry.event.as_ref()?.id, entry.points_change)))
                    .collect();
                ingest::part_events(tx, scope, account, user, &taken).await?;
            }
            Ok(())
        })
        .await
}

/// Links every account that was met under the address which a new member has proven.
///
/// # Errors
/// When the database does not answer.
pub async fn link_accounts_met_before(
    tx: &mut Transaction,
    scope: &OrgScope,
    user: UserId,
) -> Result<()> {
    for account in accounts_to_link_for(tx, scope, user).await? {
        link_within(tx, scope, account, user).await?;
    }
    Ok(())
}

async fn link_within(
    tx: &mut Transaction,
    scope: &OrgScope,
    account: ProviderAccountId,
    user: UserId,
) -> Result<ProviderAccount> {
    let linked = link_account(tx, scope, account, user).await?;
    let due = linked.linked_now.iter().map(|id| (*id, user)).collect();
    settle_linked_accounts(tx, scope, due).await?;
    Ok(linked)
}

/// Pays what accounts that this transaction has linked earned before, and gives their events to the members.
pub(super) async fn settle_linked_accounts(
    tx: &mut Transaction,
    scope: &OrgScope,
    linked: Vec<(ProviderAccountId, UserId)>,
) -> Result<()> {
    for (account, user) in linked {
        let entries = points::claim(tx, scope, account, user).await?;
        let credited: Vec<_> = entries
            .iter()
            .filter_map(|entry| Some((entry.event.as_ref()?.id, entry.points_change)))
            .collect();
        ingest::attribute_events(tx, scope, account, user, &credited).await?;
    }
    Ok(())
}
