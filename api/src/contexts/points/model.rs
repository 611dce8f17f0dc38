//! Credits, ledger entries and totals, and the rules that need no database.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use shared::ids::{EventId, LedgerEntryId, OrganizationId, ProviderAccountId, UserId};
use shared::period::{Period, PeriodKind};
use shared::points::PointRule;
use shared::vocabulary::Provider;

use crate::platform::bus::Hint;
use crate::platform::crypto::sha256;

/// Longest fact that the ledger keeps as it is, in characters.
const FACT_MAX: usize = 500;

/// Something a member earned points for.
#[derive(Clone, Debug, PartialEq)]
pub struct Credit {
    /// Who earned it.
    pub user_id: UserId,
    /// By which account at a provider; it is paid only while that is the person's.
    pub account_id: Option<ProviderAccountId>,
    /// The rule that pays.
    pub rule: PointRule,
    /// What is paid once for each person and rule: the merge of pull request X, the push of a ref to a commit.
    pub fact: String,
    /// Units of it, such as commits; 1 where the rule pays the same for every fact.
    pub units: u32,
    /// The event it came with, kept with the entry.
    pub event: Option<EventSnapshot>,
    /// The provider's time; the credit belongs to the periods of this time.
    pub occurred_at: DateTime<Utc>,
}

/// A credit whose person is not known yet.
#[derive(Clone, Debug, PartialEq)]
pub struct UnclaimedCredit {
    /// The rule that will pay.
    pub rule: PointRule,
    /// What is paid once for each person and rule.
    pub fact: String,
    /// Units of it, such as commits.
    pub units: u32,
    /// The event it came with.
    pub event: EventSnapshot,
    /// The provider's time; the credit belongs to the periods of this time, however late it is claimed.
    pub occurred_at: DateTime<Utc>,
}

impl UnclaimedCredit {
    /// The credit of the person whose account turned out to have earned it.
    pub fn for_user(self, user_id: UserId, account: ProviderAccountId) -> Credit {
        Credit {
            user_id,
            account_id: Some(account),
            rule: self.rule,
            fact: self.fact,
            units: self.units,
            event: Some(self.event),
            occurred_at: self.occurred_at,
        }
    }
}

/// An event as it was when it was credited; stays readable after the event itself is gone.
#[derive(Clone, Debug, PartialEq)]
pub struct EventSnapshot {
    /// The event.
    pub id: EventId,
    /// Who sent it.
    pub provider: Provider,
    /// Its kind.
    pub event_type: String,
    /// What happened, in one sentence.
    pub title: Option<String>,
    /// Where the provider shows it.
    pub url: Option<String>,
}

/// A change of points made by hand.
#[derive(Clone, Debug)]
pub struct Adjustment {
    /// Whose points.
    pub user_id: UserId,
    /// How many more or fewer.
    pub points_change: i32,
    /// Why, for the person to read.
    pub reason: String,
    /// Repeats of the same key by the same caller change nothing.
    pub idempotency_key: Option<String>,
}

/// One entry of the ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct LedgerEntry {
    /// The entry.
    pub id: LedgerEntryId,
    /// Where.
    pub organization_id: OrganizationId,
    /// Whose points.
    pub user_id: UserId,
    /// Counts the entries of one member from 1, without gaps.
    pub sequence: i64,
    /// How many more or fewer points.
    pub points_change: i32,
    /// The balance with this entry.
    pub balance_after: i64,
    /// Why, for people.
    pub reason: String,
    /// By which rule.
    pub rule: PointRule,
    /// What was paid.
    pub fact: String,
    /// The event it came with.
    pub event: Option<EventSnapshot>,
    /// Who made an adjustment.
    pub actor_id: Option<UserId>,
    /// The time it counts for.
    pub occurred_at: DateTime<Utc>,
    /// The day it counts for, in the organization's zone when it was made.
    pub occurred_on: NaiveDate,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// What an entry keeps beside what people read: by which account it was earned, and for how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Earned {
    /// The account at a provider.
    pub(super) account_id: Option<ProviderAccountId>,
    /// Units of the fact.
    pub(super) units: Option<i32>,
}

/// A member's points within one period.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodTotal {
    /// Which period.
    pub period: Period,
    /// The sum.
    pub points: i64,
    /// How many entries made it.
    pub entries: i64,
}

/// Hint: a member's points changed. It carries absolute sums, so that of two hints the one with more entries is the newer.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct PointsMoved {
    /// Where.
    pub organization_id: OrganizationId,
    /// Whose points.
    pub user_id: UserId,
    /// The ledger entry that moved them.
    pub entry_id: LedgerEntryId,
    /// How far.
    pub points_change: i32,
    /// The event behind it.
    pub event_id: Option<EventId>,
    /// The balance with the entry.
    pub balance: i64,
    /// Entries of the member with this one.
    pub entries: i64,
    /// The sums of the entry's day, week, month and quarter with it.
    pub totals: Vec<PeriodTotal>,
    /// When the entry was made.
    pub at: DateTime<Utc>,
}

impl Hint for PointsMoved {
    const TOPIC: Option<&'static str> = Some("points-moved");
}

/// The day, week, month and quarter that a day lies in.
pub(super) fn periods_of(day: NaiveDate) -> [Period; 4] {
    [
        PeriodKind::Day,
        PeriodKind::Week,
        PeriodKind::Month,
        PeriodKind::Quarter,
    ]
    .map(|kind| Period::containing(kind, day))
}

/// A fact as the ledger keeps it: one too long is cut, and stays distinct by its hash.
pub(super) fn stored_fact(fact: &str) -> Cow<'_, str> {
    if fact.chars().count() <= FACT_MAX && !fact.contains('\0') {
        return Cow::Borrowed(fact);
    }
    let hash = hex::encode(sha256(fact.as_bytes()));
    let kept: String = fact
        .chars()
        .filter(|c| *c != '\0')
        .take(FACT_MAX - hash.len() - 1)
        .collect();
    Cow::Owned(format!("{kept}#{hash}"))
}

/// Text that PostgreSQL can keep: without the one character that it cannot.
pub(super) fn stored_text(text: &str) -> String {
    text.replace('\0', "")
}

/// The mean, rounded to the nearest whole number and half away from zero as SQL's `round` does; 0 of nothing.
pub(super) fn rounded_mean(sum: i64, count: u32) -> i64 {
    if count == 0 {
        return 0;
    }
    let count = i64::from(count);
    let magnitude = (2 * sum.abs() + count) / (2 * count);
    magnitude * sum.signum()
}

/// Change from one sum to the next in percent; none where there is nothing to compare with.
pub(super) fn trend_percent(before: i64, now: i64) -> Option<f64> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "sums of points are far below 2^52"
    )]
    let (before, now) = (before as f64, now as f64);
    (before != 0.0).then(|| (now - before) / before.abs() * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_rounds_half_away_from_zero() {
        let means = [(5, 2), (-5, 2), (4, 3), (-4, 3), (0, 3), (7, 0)]
            .map(|(sum, count)| rounded_mean(sum, count));
        assert_eq!(means, [3, -3, 1, -1, 0, 0]);
    }

    #[test]
    fn facts_too_long_to_keep_stay_distinct() {
        let [one, other] = ["a", "b"].map(|end| format!("{}{end}", "r".repeat(600)));
        assert_eq!(stored_fact(&one).chars().count(), FACT_MAX);
        assert_ne!(stored_fact(&one), stored_fact(&other));
        assert_eq!(stored_fact("push:1"), "push:1");
    }

    #[test]
    fn a_trend_needs_something_to_compare_with() {
        assert_eq!(trend_percent(0, 10), None);
        assert_eq!(trend_percent(10, 15), Some(50.0));
        assert_eq!(trend_percent(-10, 5), Some(150.0));
    }
}
