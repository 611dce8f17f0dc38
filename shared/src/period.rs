//! Days, weeks, months and quarters: where they start and end, and which one comes before.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::text_enum::text_enum;
use crate::vocabulary::LeaderboardPeriod;

text_enum! {
    /// A stretch of the calendar that totals are kept for.
    PeriodKind {
        /// One day.
        Day = "DAY",
        /// Monday to Sunday (ISO 8601).
        Week = "WEEK",
        /// A calendar month.
        Month = "MONTH",
        /// A calendar quarter, from January, April, July or October.
        Quarter = "QUARTER",
    }
}

/// One day, week, month or quarter of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Period {
    /// What kind of stretch it is.
    pub kind: PeriodKind,
    /// Its first day.
    pub starts_on: NaiveDate,
}

impl Period {
    /// The period of this kind that a day lies in.
    pub fn containing(kind: PeriodKind, day: NaiveDate) -> Self {
        let first_of_month = |month: u32| {
            NaiveDate::from_ymd_opt(day.year(), month, 1).expect("every month has a first day")
        };
        let starts_on = match kind {
            PeriodKind::Day => day,
            PeriodKind::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            PeriodKind::Month => first_of_month(day.month()),
            PeriodKind::Quarter => first_of_month((day.month0() / 3) * 3 + 1),
        };
        Self { kind, starts_on }
    }

    /// The period's last day.
    pub fn ends_on(self) -> NaiveDate {
        let next = match self.kind {
            PeriodKind::Day => self.starts_on + Days::new(1),
            PeriodKind::Week => self.starts_on + Days::new(7),
            PeriodKind::Month => self.starts_on + Months::new(1),
            PeriodKind::Quarter => self.starts_on + Months::new(3),
        };
        next - Days::new(1)
    }

    /// The period of the same kind before this one.
    pub fn previous(self) -> Self {
        Self::containing(self.kind, self.starts_on - Days::new(1))
    }
}

impl LeaderboardPeriod {
    /// The kind of calendar period a board counts; none for all time.
    pub const fn kind(self) -> Option<PeriodKind> {
        match self {
            Self::Day => Some(PeriodKind::Day),
            Self::Week => Some(PeriodKind::Week),
            Self::Month => Some(PeriodKind::Month),
            Self::Quarter => Some(PeriodKind::Quarter),
            Self::AllTime => None,
        }
    }
}

/// The day that an instant falls on in a time zone; the sum of all daylight-saving rules is the zone's, not ours.
#[cfg(feature = "zones")]
pub fn day_in_zone(at: chrono::DateTime<chrono::Utc>, zone: chrono_tz::Tz) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// The first instant of a day in a time zone, also where midnight does not exist that day.
#[cfg(feature = "zones")]
pub fn start_of_day(day: NaiveDate, zone: chrono_tz::Tz) -> chrono::DateTime<chrono::Utc> {
    use chrono::{TimeDelta, TimeZone as _, Utc};
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    // A gap at midnight is at most a few hours long; the day begins where the gap ends.
    (0..=48)
        .find_map(|half_hours| {
            zone.from_local_datetime(&(midnight + TimeDelta::minutes(30 * half_hours)))
                .earliest()
        })
        .map_or_else(
            || Utc.from_utc_datetime(&midnight),
            |start| start.with_timezone(&Utc),
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_quarter_starts_in_its_first_month() {
        let period = Period::containing(PeriodKind::Quarter, day("2026-11-25"));
        assert_eq!(
            (period.starts_on, period.ends_on()),
            (day("2026-10-01"), day("2026-12-31"))
        );
    }

    #[test]
    fn a_week_starts_on_monday_across_a_year() {
        let period = Period::containing(PeriodKind::Week, day("2027-01-01"));
        assert_eq!(
            (period.starts_on, period.ends_on()),
            (day("2026-12-28"), day("2027-01-03"))
        );
    }

    #[cfg(feature = "zones")]
    #[test]
    fn a_day_without_midnight_starts_after_the_gap() {
        // Lebanon moved its clocks at midnight.
        let start = start_of_day(day("2022-03-27"), chrono_tz::Asia::Beirut);
        assert_eq!(start.to_rfc3339(), "2022-03-26T22:00:00+00:00");
    }

    proptest! {
        #[test]
        fn periods_tile_the_calendar(offset in 0u64..40_000, kind in 0usize..4) {
            let kind = PeriodKind::ALL[kind];
            let today = day("1970-01-01") + Days::new(offset);
            let period = Period::containing(kind, today);
            prop_assert!(period.starts_on <= today && today <= period.ends_on());
            prop_assert_eq!(period.previous().ends_on() + Days::new(1), period.starts_on);
            prop_assert_eq!(Period::containing(kind, period.ends_on()), period);
        }
    }
}
