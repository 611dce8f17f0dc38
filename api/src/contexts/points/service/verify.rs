//! Comparing the whole ledger with itself and with everything derived from it.

use std::fmt;

use chrono::NaiveDate;
use shared::ids::{OrganizationId, UserId};

use super::super::store::verification::{self, BrokenEntryRow, WrongSumRow};
use crate::error::Result;
use crate::platform::Platform;

/// What a verification looked at and what it found.
#[derive(Debug)]
pub struct Verification {
    /// Ledger entries.
    pub entries: i64,
    /// Balances.
    pub balances: i64,
    /// Totals of periods.
    pub totals: i64,
    /// Everything that is not as it should be.
    pub discrepancies: Vec<Discrepancy>,
}

impl Verification {
    /// Whether everything is as it should be.
    pub fn is_clean(&self) -> bool {
        self.discrepancies.is_empty()
    }
}

/// Something that is not as it should be.
#[derive(Debug, PartialEq, Eq)]
pub enum Discrepancy {
    /// An entry that does not follow from the one before it.
    Entry {
        /// Where.
        organization_id: OrganizationId,
        /// Whose.
        user_id: UserId,
        /// The entry's number, and the number it should have.
        sequence: (i64, i64),
        /// The balance it notes, and the running sum.
        balance: (i64, i64),
    },
    /// A balance that is not the sum of the entries.
    Balance {
        /// Where.
        organization_id: OrganizationId,
        /// Whose.
        user_id: UserId,
        /// Points and entries as kept.
        cached: (i64, i64),
        /// Points and entries by the ledger.
        ledger: (i64, i64),
    },
    /// A period's total that is not the sum of its entries.
    Total {
        /// Where.
        organization_id: OrganizationId,
        /// Whose.
        user_id: UserId,
        /// The kind of period.
        period: String,
        /// Its first day.
        starts_on: NaiveDate,
        /// Points and entries as kept.
        cached: (i64, i64),
        /// Points and entries by the ledger.
        ledger: (i64, i64),
    },
}

impl fmt::Display for Discrepancy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry {
                organization_id,
                user_id,
                sequence: (sequence, expected_sequence),
                balance: (balance, expected_balance),
            } => write!(
                f,
                "organization {organization_id}, user {user_id}, entry {sequence}: should be entry {expected_sequence}; \
                 balance after it is {balance}, the running sum is {expected_balance}"
            ),
            Self::Balance {
                organization_id,
                user_id,
                cached,
                ledger,
            } => write!(
                f,
                "organization {organization_id}, user {user_id}, balance: {} points of {} entries kept, {} of {} in the ledger",
                cached.0, cached.1, ledger.0, ledger.1
            ),
            Self::Total {
                organization_id,
                user_id,
                period,
                starts_on,
                cached,
                ledger,
            } => write!(
                f,
                "organization {organization_id}, user {user_id}, {period} from {starts_on}: {} points of {} entries kept, \
                 {} of {} in the ledger",
                cached.0, cached.1, ledger.0, ledger.1
            ),
        }
    }
}

/// Verifies the ledger of every organization and everything that is cached of it, at one moment of a running server.
///
/// # Errors
/// When the database does not answer; what is wrong with the ledger is in the answer.
pub async fn verify_ledger(platform: &Platform) -> Result<Verification> {
    platform
        .db
        .transaction(async |tx| {
            verification::freeze(tx).await?;
            let counts = verification::counts(tx).await?;
            let entries = verification::broken_entries(tx).await?;
            let balances = verification::wrong_balances(tx).await?;
            let totals = verification::wrong_totals(tx).await?;
            let discrepancies = (entries.into_iter().map(broken_entry))
                .chain(balances.into_iter().chain(totals).map(wrong_sum))
                .collect();
            Ok(Verification {
                entries: counts.entries,
                balances: counts.balances,
                totals: counts.totals,
                discrepancies,
            })
        })
        .await
}

fn broken_entry(row: BrokenEntryRow) -> Discrepancy {
    Discrepancy::Entry {
        organization_id: row.organization_id,
        user_id: row.user_id,
        sequence: (row.sequence, row.expected_sequence),
        balance: (row.balance_after, row.expected_balance),
    }
}

fn wrong_sum(row: WrongSumRow) -> Discrepancy {
    let cached = (row.cached_points, row.cached_entries);
    let ledger = (row.ledger_points, row.ledger_entries);
    match (row.period, row.starts_on) {
        (Some(period), Some(starts_on)) => Discrepancy::Total {
            organization_id: row.organization_id,
            user_id: row.user_id,
            period,
            starts_on,
            cached,
            ledger,
        },
        _ => Discrepancy::Balance {
            organization_id: row.organization_id,
            user_id: row.user_id,
            cached,
            ledger,
        },
    }
}
