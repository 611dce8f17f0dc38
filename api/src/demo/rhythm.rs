//! When people work: their days, their hours, their holidays.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, TimeDelta, Timelike as _, Utc, Weekday};
use shared::period::{day_in_zone, start_of_day};

use super::cast::{Company, NAMED};
use super::chance::Chance;
use super::style::Habits;

/// Days away come in stretches this long.
const HOLIDAY_DAYS: i64 = 9;
/// How likely such a stretch is one of holidays.
const HOLIDAY_SHARE: f64 = 0.09;
/// How likely somebody is ill on a day.
const ILLNESS: f64 = 0.015;
/// The minute after midnight when most people stop.
const EVENING: i64 = 18 * 60 + 40;
/// The minute after midnight when those stop who began at noon.
const LATE_EVENING: i64 = 22 * 60 + 50;

/// Tells draws about attendance from others.
const ATTENDANCE: u64 = 1;
const HOLIDAYS: u64 = 2;

/// The day as a number that only grows.
pub(super) fn number_of(day: NaiveDate) -> u64 {
    u64::try_from(day.num_days_from_ce()).unwrap_or_default()
}

/// Whether a member works on a day.
pub(super) fn is_at_work(seed: u64, company: &Company, member: usize, day: NaiveDate) -> bool {
    let member_number = u64::try_from(member).unwrap_or_default();
    let occasion = |kind, number| [company.number, kind, member_number, number];
    // Everybody's stretches begin on days of their own.
    let stretch = (i64::from(day.num_days_from_ce())
        + 5 * i64::try_from(member).unwrap_or_default())
        / HOLIDAY_DAYS;
    let stretch = u64::try_from(stretch).unwrap_or_default();
    // Whoever tries the demo should not find the account's week empty.
    let takes_holidays = !NAMED.contains(&company.people[member].username);
    if takes_holidays && Chance::of(seed, &occasion(HOLIDAYS, stretch)).happens(HOLIDAY_SHARE) {
        return false;
    }
    let week = company.people[member].style.habits().week;
    let weekday = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or_default();
    let mut chance = Chance::of(seed, &occasion(ATTENDANCE, number_of(day)));
    chance.happens(week[weekday]) && !chance.happens(ILLNESS)
}

/// The instant so many minutes after a day began.
pub(super) fn at_minute(company: &Company, day: NaiveDate, minute: i64) -> DateTime<Utc> {
    start_of_day(day, company.time_zone) + TimeDelta::minutes(minute)
}

/// So many minutes later, of those that are worked: evenings and weekends are skipped.
pub(super) fn later(
    company: &Company,
    habits: &Habits,
    from: DateTime<Utc>,
    minutes: i64,
) -> DateTime<Utc> {
    let then = from + TimeDelta::minutes(minutes);
    let day = day_in_zone(then, company.time_zone);
    let local = then.with_timezone(&company.time_zone);
    let minute = i64::from(local.hour() * 60 + local.minute());
    let is_late_worker = habits.begins_at >= 11 * 60;
    let evening = if is_late_worker {
        LATE_EVENING
    } else {
        EVENING
    };
    let began_on = day_in_zone(from, company.time_zone);
    let is_same_evening = day == began_on && minute <= evening;
    let is_worked_day = !is_weekend(day) || day == began_on;
    if is_same_evening || (is_worked_day && (habits.begins_at..=evening).contains(&minute)) {
        return then;
    }
    let mut next = began_on + Days::new(1);
    while is_weekend(next) {
        next = next + Days::new(1);
    }
    // What was left of the evening is not carried over; the minutes only spread the mornings.
    at_minute(company, next, habits.begins_at + minutes % 75)
}

/// Whether most people are at work.
pub(super) fn is_working_hour(company: &Company, at: DateTime<Utc>) -> bool {
    let local = at.with_timezone(&company.time_zone);
    !is_weekend(local.date_naive()) && (8..19).contains(&local.hour())
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use super::super::cast::TIDEWATER;
    use super::super::style::Style;
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn work_on_friday_evening_goes_on_on_monday_morning() {
        let friday = at_minute(&TIDEWATER, day("2026-03-13"), 18 * 60);
        let then = later(&TIDEWATER, &Style::Steady.habits(), friday, 120);
        let local = then.with_timezone(&TIDEWATER.time_zone);
        assert_eq!(local.date_naive(), day("2026-03-16"));
        assert!((9..11).contains(&local.hour()), "{local}");
    }

    #[test]
    fn later_is_never_earlier() {
        for style in [Style::Steady, Style::NightOwl, Style::EarlyBird] {
            for minute in (0..24 * 60).step_by(17) {
                let from = at_minute(&TIDEWATER, day("2026-03-14"), minute);
                for minutes in [0, 1, 60, 300, 1000] {
                    assert!(later(&TIDEWATER, &style.habits(), from, minutes) >= from);
                }
            }
        }
    }

    #[test]
    fn everybody_is_away_at_some_time_and_at_work_at_most_times() {
        for (member, colleague) in TIDEWATER.people.iter().enumerate() {
            if colleague.style == Style::PartTime {
                continue;
            }
            let days = (0..180).map(|offset| day("2026-01-01") + Days::new(offset));
            let worked = days
                .filter(|day| is_at_work(7, &TIDEWATER, member, *day))
                .count();
            assert!((70..=140).contains(&worked), "{}: {worked}", colleague.name);
        }
    }
}
