//! Taking back what an account earned a person who it turned out not to be, and giving it again.
//!
//! The ledger only grows: an entry is taken back by one of the opposite change that counts for the same day, so that every
//! period is as if it had never been. The credit itself is kept for the account, for whoever it is linked to next.

use shared::ids::{ProviderAccountId, UserId};
use shared::points::PointRule;

use super::super::model::{Earned, LedgerEntry, UnclaimedCredit};
use super::super::store::parting::{self, Parting};
use super::super::store::{balances, ledger, unclaimed};
use super::credit::{Draft, append};
use crate::access::OrgScope;
use crate::error::Result;
use crate::platform::db::Transaction;

/// What people read beside what was taken back.
const TAKEN_BACK: &str = "Taken back: the account that earned it is somebody else's";
/// What people read beside what was given again.
const GIVEN_AGAIN: &str = "Given again: the account that earned it is yours";

/// Takes back what an account earned a person, and keeps it for whoever the account is linked to next. Somebody who earns no
/// points any more keeps what they have. Answers the entries that took something back.
///
/// The caller has parted the account from the person in this transaction and so holds its lock.
///
/// # Errors
/// When the database does not answer.
pub async fn part(
    tx: &mut Transaction,
    scope: &OrgScope,
    account: ProviderAccountId,
    user_id: UserId,
) -> Result<Vec<LedgerEntry>> {
    // Before what was earned is read: a credit that is just being paid is seen then, or sees that the account is parted.
    let earns = balances::lock_balance(tx, scope, user_id).await?.is_some();
    let earned = ledger::list_earned_by(tx, scope, account, user_id).await?;
    let ids: Vec<_> = earned.iter().map(|(entry, _)| entry.id).collect();
    let partings = parting::list_partings(tx, scope, &ids).await?;
    let mut taken = Vec::new();
    for (entry, units) in earned {
        let before = partings.get(&entry.id).copied().unwrap_or_default();
        if before.is_parted {
            continue;
        }
        if !earns {
            keep(tx, scope, account, entry, units).await?;
            continue;
        }
        let now = Parting {
            times: before.times + 1,
            is_parted: true,
        };
        let fact = format!("parted:{}:{}", entry.id, now.times);
        taken.extend(counter(tx, scope, &entry, -entry.points_change, fact, TAKEN_BACK).await?);
        parting::save_parting(tx, scope, entry.id, now).await?;
        keep(tx, scope, account, entry, units).await?;
    }
    Ok(taken)
}

/// Gives a person again what was taken back of a credit that was paid them before; none where nothing was.
pub(super) async fn rejoin(
    tx: &mut Transaction,
    scope: &OrgScope,
    user_id: UserId,
    kept: &UnclaimedCredit,
) -> Result<Option<LedgerEntry>> {
    let paid = ledger::find_by_fact(tx, scope, user_id, kept.rule, &kept.fact).await?;
    let Some(entry) = paid else {
        return Ok(None);
    };
    let partings = parting::list_partings(tx, scope, &[entry.id]).await?;
    let Some(before) = partings.get(&entry.id).filter(|one| one.is_parted) else {
        return Ok(None);
    };
    let now = Parting {
        is_parted: false,
        ..*before
    };
    let fact = format!("rejoined:{}:{}", entry.id, now.times);
    parting::save_parting(tx, scope, entry.id, now).await?;
    counter(tx, scope, &entry, entry.points_change, fact, GIVEN_AGAIN).await
}

/// An entry beside another, for the same day.
async fn counter(
    tx: &mut Transaction,
    scope: &OrgScope,
    entry: &LedgerEntry,
    points_change: i32,
    fact: String,
    reason: &str,
) -> Result<Option<LedgerEntry>> {
    let Some(balance) = balances::lock_balance(tx, scope, entry.user_id).await? else {
        return Ok(None);
    };
    let draft = Draft {
        user_id: entry.user_id,
        points_change,
        reason: reason.to_owned(),
        rule: PointRule::Adjustment,
        fact: Some(fact),
        event: entry.event.clone(),
        occurred_at: Some(entry.occurred_at),
        earned: Earned::default(),
    };
    append(tx, scope, draft, balance).await
}

/// Keeps what an entry paid for the account that earned it.
async fn keep(
    tx: &mut Transaction,
    scope: &OrgScope,
    account: ProviderAccountId,
    entry: LedgerEntry,
    units: Option<i32>,
) -> Result<()> {
    // What an account earns comes with an event.
    let Some(event) = entry.event else {
        return Ok(());
    };
    let kept = UnclaimedCredit {
        rule: entry.rule,
        fact: entry.fact,
        units: units.and_then(|units| units.try_into().ok()).unwrap_or(1),
        event,
        occurred_at: entry.occurred_at,
    };
    let id = tx.new_id();
    unclaimed::insert_unclaimed(tx, scope, id, account, &kept).await?;
    Ok(())
}
