//! Paying for facts: exactly once for each person, rule and fact, under the lock of the person's balance.

use shared::ids::{LedgerEntryId, ProviderAccountId, UserId};
use shared::period::day_in_zone;
use shared::points::PointRule;

use super::super::model::{
    Credit, Earned, EventSnapshot, LedgerEntry, PointsMoved, UnclaimedCredit, stored_fact,
    stored_text,
};
use super::super::store::balances::{self, LockedBalance};
use super::super::store::{ledger, unclaimed};
use super::parting::rejoin;
use crate::access::OrgScope;
use crate::error::{AppError, Result};
use crate::platform::db::Transaction;

/// Pays a fact to a person. Answers the ledger entry; none where the fact was paid before, is worth nothing, or the
/// person does not earn points.
///
/// An account that was parted from the person meanwhile fails it: the event is tried again, and meets the account anew.
///
/// Takes the lock of the person's balance. Who credits several people uses [`credit_all`], which takes them in order.
///
/// # Errors
/// When the database does not answer.
pub async fn credit(
    tx: &mut Transaction,
    scope: &OrgScope,
    credit: Credit,
) -> Result<Option<LedgerEntry>> {
    pay(tx, scope, credit, true).await
}

/// Whoever holds the lock of the account need not ask whose it is.
async fn pay(
    tx: &mut Transaction,
    scope: &OrgScope,
    credit: Credit,
    asks_owner: bool,
) -> Result<Option<LedgerEntry>> {
    let Some(points) = worth(credit.rule, credit.units) else {
        return Ok(None);
    };
    let Some(balance) = balances::lock_balance(tx, scope, credit.user_id).await? else {
        return Ok(None);
    };
    if let Some(account) = credit.account_id.filter(|_| asks_owner) {
        // Asked under the balance's lock, which whoever parts an account from a person takes too.
        let owner = unclaimed::find_account_owner(tx, scope, account).await?;
        if owner != Some(credit.user_id) {
            return Err(AppError::Internal(anyhow::anyhow!(
                "an account changed hands while it was credited"
            )));
        }
    }
    let draft = Draft::of_credit(credit, points);
    append(tx, scope, draft, balance).await
}

/// Pays several facts, locking the balances in the order of the user ids, so that two callers never wait for each other.
///
/// # Errors
/// When the database does not answer.
pub async fn credit_all(
    tx: &mut Transaction,
    scope: &OrgScope,
    mut credits: Vec<Credit>,
) -> Result<Vec<LedgerEntry>> {
    // A stable sort: the facts of one person keep the order they were given in.
    credits.sort_by_key(|credit| credit.user_id);
    let mut entries = Vec::new();
    for one in credits {
        entries.extend(credit(tx, scope, one).await?);
    }
    Ok(entries)
}

/// Keeps a credit for an account that nobody has claimed, to be paid by [`claim`].
///
/// The account is locked against being linked meanwhile; where somebody has linked it since it was looked at, the
/// credit is paid at once and its entry answered. Accounts are locked before balances: hold before crediting others.
///
/// # Errors
/// When the database does not answer.
pub async fn hold(
    tx: &mut Transaction,
    scope: &OrgScope,
    account: ProviderAccountId,
    unclaimed_credit: UnclaimedCredit,
) -> Result<Option<LedgerEntry>> {
    if worth(unclaimed_credit.rule, unclaimed_credit.units).is_none() {
        return Ok(None);
    }
    match unclaimed::lock_account_owner(tx, scope, account).await? {
        Some(Some(owner)) => credit(tx, scope, unclaimed_credit.for_user(owner, account)).await,
        Some(None) => {
            let stored = UnclaimedCredit {
                fact: stored_fact(&unclaimed_credit.fact).into_owned(),
                event: stored_event(unclaimed_credit.event),
                ..unclaimed_credit
            };
            let id = tx.new_id();
            unclaimed::insert_unclaimed(tx, scope, id, account, &stored).await?;
            Ok(None)
        }
        // The account is gone, and with it whoever could have claimed this.
        None => Ok(None),
    }
}

/// Pays everything that is kept for an account to the person it is linked to now. The facts keep their time, so that
/// claiming early, late or in any order gives the same totals. What a person who earns no points would get stays kept.
///
/// The caller has linked the account in this transaction and so holds its lock.
///
/// # Errors
/// When the database does not answer.
pub async fn claim(
    tx: &mut Transaction,
    scope: &OrgScope,
    account: ProviderAccountId,
    user_id: UserId,
) -> Result<Vec<LedgerEntry>> {
    if balances::lock_balance(tx, scope, user_id).await?.is_none() {
        return Ok(Vec::new());
    }
    let mut entries = Vec::new();
    for kept in unclaimed::take_unclaimed(tx, scope, account).await? {
        let paid = pay(tx, scope, kept.clone().for_user(user_id, account), false).await?;
        entries.extend(match paid {
            Some(entry) => Some(entry),
            None => rejoin(tx, scope, user_id, &kept).await?,
        });
    }
    Ok(entries)
}

/// An entry before it has its number and balance.
pub(super) struct Draft {
    pub(super) user_id: UserId,
    pub(super) points_change: i32,
    pub(super) reason: String,
    pub(super) rule: PointRule,
    /// Kept as it is; an entry of its own kind where none is given.
    pub(super) fact: Option<String>,
    pub(super) event: Option<EventSnapshot>,
    pub(super) occurred_at: Option<chrono::DateTime<chrono::Utc>>,
    pub(super) earned: Earned,
}

impl Draft {
    fn of_credit(credit: Credit, points_change: i32) -> Self {
        Self {
            user_id: credit.user_id,
            points_change,
            reason: credit.rule.label().to_owned(),
            rule: credit.rule,
            fact: Some(stored_fact(&credit.fact).into_owned()),
            event: credit.event.map(stored_event),
            occurred_at: Some(credit.occurred_at),
            earned: Earned {
                account_id: credit.account_id,
                units: credit.units.try_into().ok(),
            },
        }
    }
}

/// Appends an entry under the balance lock that the caller holds; none where its fact was paid before.
pub(super) async fn append(
    tx: &mut Transaction,
    scope: &OrgScope,
    draft: Draft,
    balance: LockedBalance,
) -> Result<Option<LedgerEntry>> {
    let now = tx.now();
    let id = LedgerEntryId(tx.new_id());
    let occurred_at = draft.occurred_at.unwrap_or(now);
    let entry = LedgerEntry {
        id,
        organization_id: scope.organization_id(),
        user_id: draft.user_id,
        sequence: balance.entries + 1,
        points_change: draft.points_change,
        balance_after: balance.balance + i64::from(draft.points_change),
        reason: draft.reason,
        rule: draft.rule,
        fact: draft.fact.unwrap_or_else(|| id.to_string()),
        event: draft.event,
        actor_id: scope
            .user_id()
            .filter(|_| draft.rule == PointRule::Adjustment),
        occurred_at,
        occurred_on: day_in_zone(occurred_at, scope.tenant().time_zone),
        created_at: now,
    };
    let totals = ledger::append(tx, &entry, draft.earned).await?;
    if totals.is_empty() {
        return Ok(None);
    }
    tx.after_commit(PointsMoved {
        organization_id: entry.organization_id,
        user_id: entry.user_id,
        entry_id: entry.id,
        points_change: entry.points_change,
        event_id: entry.event.as_ref().map(|event| event.id),
        balance: entry.balance_after,
        entries: entry.sequence,
        totals,
        at: entry.created_at,
    });
    Ok(Some(entry))
}

/// What a rule pays for so many units; none where that is nothing.
fn worth(rule: PointRule, units: u32) -> Option<i32> {
    rule.default_value()
        .points(units)
        .filter(|points| *points != 0)
}

fn stored_event(event: EventSnapshot) -> EventSnapshot {
    EventSnapshot {
        id: event.id,
        provider: event.provider,
        event_type: stored_text(&event.event_type),
        title: event.title.as_deref().map(stored_text),
        url: event.url.as_deref().map(stored_text),
    }
}
