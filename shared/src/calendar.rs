//! On which days somebody works: the organization's week, its holidays, and the person's absences.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};

use crate::people::AbsenceKind;
use crate::text_enum::text_enum;

text_enum! {
    /// A day of the week.
    Weekday {
        /// Monday.
        Monday = "MONDAY",
        /// Tuesday.
        Tuesday = "TUESDAY",
        /// Wednesday.
        Wednesday = "WEDNESDAY",
        /// Thursday.
        Thursday = "THURSDAY",
        /// Friday.
        Friday = "FRIDAY",
        /// Saturday.
        Saturday = "SATURDAY",
        /// Sunday.
        Sunday = "SUNDAY",
    }
}

text_enum! {
    /// Why nobody is expected to work on a day.
    DayOff {
        /// The organization does not work on this day of the week.
        Weekend = "WEEKEND",
        /// A holiday of the organization.
        Holiday = "HOLIDAY",
        /// The person is away.
        Absence = "ABSENCE",
    }
}

impl Weekday {
    /// The weekday of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self::ALL[day.weekday().num_days_from_monday() as usize]
    }

    /// Monday is 1, Sunday 7.
    pub const fn number(self) -> i16 {
        self as i16 + 1
    }

    /// The weekday of a number from 1 to 7.
    pub fn from_number(number: i16) -> Option<Self> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        Self::ALL.get(index).copied()
    }
}

/// The days of a week on which an organization works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkingDays(u8);

impl Default for WorkingDays {
    /// Monday to Friday.
    fn default() -> Self {
        Weekday::ALL[..5].iter().copied().collect()
    }
}

impl FromIterator<Weekday> for WorkingDays {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> Self {
        Self(days.into_iter().fold(0, |set, day| set | 1 << day as u8))
    }
}

impl WorkingDays {
    /// Whether it has this day.
    pub const fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day as u8) != 0
    }

    /// Whether it has no day at all.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its days, from Monday on.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        let days = Weekday::ALL.iter().copied();
        days.filter(move |day| self.contains(*day))
    }
}

/// A stretch of days on which the person is away, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Away {
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day.
    pub ends_on: NaiveDate,
    /// Why.
    pub kind: AbsenceKind,
}

/// What decides whether a day is a working day for a person; or for everybody, without absences.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    /// The organization's week.
    pub working_days: WorkingDays,
    /// The organization's holidays, by day.
    pub holidays: BTreeMap<NaiveDate, String>,
    /// The person's absences.
    pub absences: Vec<Away>,
}

impl Calendar {
    /// Whether work is expected on a day.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        self.day_off(day).is_none()
    }

    /// Why no work is expected; the organization's reasons come before the person's.
    pub fn day_off(&self, day: NaiveDate) -> Option<DayOff> {
        if !self.working_days.contains(Weekday::of(day)) {
            Some(DayOff::Weekend)
        } else if self.holidays.contains_key(&day) {
            Some(DayOff::Holiday)
        } else {
            self.away(day).map(|_| DayOff::Absence)
        }
    }

    /// The absence that covers a day.
    pub fn away(&self, day: NaiveDate) -> Option<Away> {
        let mut absences = self.absences.iter().copied();
        absences.find(|away| (away.starts_on..=away.ends_on).contains(&day))
    }

    /// The working day before a day, as far as a year back.
    pub fn previous_working_day(&self, day: NaiveDate) -> Option<NaiveDate> {
        let days = std::iter::successors(day.pred_opt(), NaiveDate::pred_opt);
        days.take(366).find(|day| self.is_working_day(*day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn calendar() -> Calendar {
        Calendar {
            holidays: BTreeMap::from([(day("2026-12-25"), "Christmas".to_owned())]),
            absences: vec![Away {
                starts_on: day("2026-12-28"),
                ends_on: day("2026-12-30"),
                kind: AbsenceKind::Vacation,
            }],
            ..Calendar::default()
        }
    }

    #[test]
    fn each_day_off_has_its_reason() {
        let calendar = calendar();
        let reasons: Vec<_> = (24..=31)
            .map(|number| calendar.day_off(day(&format!("2026-12-{number}"))))
            .collect();
        use DayOff::{Absence, Holiday, Weekend};
        assert_eq!(
            reasons,
            [
                None,
                Some(Holiday),
                Some(Weekend),
                Some(Weekend),
                Some(Absence),
                Some(Absence),
                Some(Absence),
                None
            ]
        );
    }

    #[test]
    fn days_off_are_skipped_on_the_way_back() {
        let calendar = calendar();
        let before = calendar.previous_working_day(day("2026-12-31"));
        assert_eq!(before, Some(day("2026-12-24")));
        let never = Calendar {
            working_days: WorkingDays::from_iter([]),
            ..Calendar::default()
        };
        assert_eq!(never.previous_working_day(day("2026-12-31")), None);
    }

    #[test]
    fn a_week_need_not_begin_on_monday() {
        let week: WorkingDays = [Weekday::Sunday, Weekday::Monday].into_iter().collect();
        let calendar = Calendar {
            working_days: week,
            ..Calendar::default()
        };
        assert!(calendar.is_working_day(day("2026-12-27")));
        assert!(!calendar.is_working_day(day("2026-12-29")));
        assert_eq!(
            week.iter().collect::<Vec<_>>(),
            [Weekday::Monday, Weekday::Sunday]
        );
    }

    #[test]
    fn numbers_and_weekdays_agree() {
        for weekday in Weekday::ALL {
            assert_eq!(Weekday::from_number(weekday.number()), Some(*weekday));
        }
        assert_eq!(Weekday::from_number(0), None);
        assert_eq!(Weekday::from_number(8), None);
        assert_eq!(Weekday::of(day("2026-12-25")), Weekday::Friday);
    }
}
