//! Everyone's sum of one period, moved by hints.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use shared::ids::UserId;

/// A member's sum, and how many entries made it: of two states of the same sum the one with more entries is the newer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) points: i64,
    pub(super) entries: i64,
}

/// Everyone's sum of one period.
///
/// It is there before its first reading from the database begins and takes hints from then on: what commits before the
/// reading's moment is read, what commits after it arrives as a hint, and what is both is the same absolute sum.
#[derive(Debug, Default)]
pub(super) struct Tally {
    sums: HashMap<UserId, Sum>,
    /// When it was last read from the database; none before the first reading is done.
    read_at: Option<DateTime<Utc>>,
    /// Grows with every change and is never given twice.
    version: u64,
    /// When something last changed.
    changed_at: Option<DateTime<Utc>>,
}

impl Tally {
    /// Takes a sum unless a newer one is there. True where it changed anything.
    pub(super) fn take(&mut self, user: UserId, sum: Sum) -> bool {
        let known = self.sums.entry(user).or_default();
        let is_newer = sum.entries > known.entries;
        if is_newer {
            *known = sum;
        }
        is_newer
    }

    /// Notes a change.
    pub(super) fn touch(&mut self, version: u64, at: DateTime<Utc>) {
        self.version = version;
        self.changed_at = Some(self.changed_at.map_or(at, |earlier| earlier.max(at)));
    }

    /// Takes everything that was read from the database.
    pub(super) fn take_reading(
        &mut self,
        rows: impl IntoIterator<Item = (UserId, Sum)>,
        read_at: DateTime<Utc>,
        version: u64,
    ) {
        let mut has_changed = self.read_at.is_none();
        for (user, sum) in rows {
            has_changed |= self.take(user, sum);
        }
        if has_changed {
            self.touch(version, read_at);
        }
        self.read_at = Some(read_at);
    }

    /// Has it read again.
    pub(super) fn doubt(&mut self) {
        self.read_at = None;
    }

    pub(super) fn read_at(&self) -> Option<DateTime<Utc>> {
        self.read_at
    }

    pub(super) fn version(&self) -> u64 {
        self.version
    }

    pub(super) fn changed_at(&self) -> Option<DateTime<Utc>> {
        self.changed_at
    }

    pub(super) fn sum(&self, user: UserId) -> Sum {
        self.sums.get(&user).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn sum_after(changes: &[i64], entries: usize) -> Sum {
        Sum {
            points: changes[..entries].iter().sum(),
            entries: i64::try_from(entries).unwrap(),
        }
    }

    proptest! {
        /// Whatever part of the history a reading saw, and in whatever order hints arrive around it.
        #[test]
        fn a_reading_amid_shuffled_hints_ends_at_the_last_sum(
            changes in prop::collection::vec(-10i64..=10, 1..20),
            read in 0usize..20,
            order in any::<prop::sample::Index>(),
            seed in prop::collection::vec(any::<u16>(), 20),
        ) {
            let user = UserId(Uuid::from_u128(1));
            let read = read.min(changes.len());
            // Hints of what committed before the reading may or may not come; those after it do.
            let mut hints: Vec<usize> = (1..=changes.len()).filter(|n| *n > read || seed[*n - 1] % 2 == 0).collect();
            hints.sort_by_key(|n| seed[*n - 1]);
            let at = DateTime::UNIX_EPOCH;
            let mut tally = Tally::default();
            let reading_comes = order.index(hints.len() + 1);
            for step in 0..=hints.len() {
                if step == reading_comes {
                    let rows = (read > 0).then(|| (user, sum_after(&changes, read)));
                    tally.take_reading(rows, at, 1);
                }
                if let Some(n) = hints.get(step) {
                    tally.take(user, sum_after(&changes, *n));
                }
            }
            prop_assert_eq!(tally.sum(user), sum_after(&changes, changes.len()));
        }
    }
}
