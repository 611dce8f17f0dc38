//! Instants and days as the API writes them, without a calendar library.

const MS_PER_DAY: i64 = 86_400_000;

/// An instant in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Reads RFC 3339, with any offset and any precision; finer than a millisecond is cut.
    pub fn parse(text: &str) -> Option<Self> {
        let day = Day::parse(text.get(..10)?)?;
        let rest = text.get(11..)?;
        let number = |range: std::ops::Range<usize>| rest.get(range).and_then(digits);
        let seconds = number(0..2)? * 3600 + number(3..5)? * 60 + number(6..8)?;
        let mut tail = rest.get(8..)?;
        let mut ms = 0;
        if let Some(fraction) = tail.strip_prefix('.') {
            let end = fraction.find(|c: char| !c.is_ascii_digit())?;
            ms = fraction[..end]
                .bytes()
                .chain([b'0'; 3])
                .take(3)
                .fold(0, |sum, d| sum * 10 + i64::from(d - b'0'));
            tail = &fraction[end..];
        }
        let offset_minutes = match tail.as_bytes() {
            [b'Z' | b'z'] => 0,
            [sign @ (b'+' | b'-'), ..] => {
                let minutes = digits(tail.get(1..3)?)? * 60 + digits(tail.get(4..6)?)?;
                if *sign == b'-' { -minutes } else { minutes }
            }
            _ => return None,
        };
        Some(Self(
            i64::from(day.0) * MS_PER_DAY + (seconds - offset_minutes * 60) * 1000 + ms,
        ))
    }

    /// This many days later.
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0 + days * MS_PER_DAY)
    }

    /// As RFC 3339 in UTC.
    pub fn to_rfc3339(self) -> String {
        let ms = self.0.rem_euclid(MS_PER_DAY);
        let (year, month, day) = civil(self.0.div_euclid(MS_PER_DAY));
        let (seconds, ms) = (ms / 1000, ms % 1000);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
    }

    /// Milliseconds from `earlier` to this; never negative.
    pub fn since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).max(0)
    }
}

/// A calendar day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub i32);

impl Day {
    /// Reads `2026-11-25`.
    pub fn parse(text: &str) -> Option<Self> {
        let part = |range: std::ops::Range<usize>| text.get(range).and_then(digits);
        let (year, month, day) = (part(0..4)?, part(5..7)?, part(8..10)?);
        if text.len() != 10 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        // Days from civil, after Howard Hinnant: years start in March so that leap days come last.
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year - era * 400;
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        i32::try_from(era * 146_097 + day_of_era - 719_468)
            .ok()
            .map(Self)
    }

    /// Midnight of this day in UTC: what `Intl` formats with the zone UTC.
    pub fn as_utc(self) -> Timestamp {
        Timestamp(i64::from(self.0) * MS_PER_DAY)
    }

    /// Whether it is a Saturday or Sunday.
    pub fn is_weekend(self) -> bool {
        matches!((self.0 + 4).rem_euclid(7), 0 | 6)
    }
}

/// Year, month and day of a count of days since 1970, after Howard Hinnant.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days - era * 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn digits(text: &str) -> Option<i64> {
    text.bytes().try_fold(0, |sum, byte| {
        byte.is_ascii_digit()
            .then(|| sum * 10 + i64::from(byte - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_with_offset_and_fraction() {
        assert_eq!(Timestamp::parse("1970-01-01T00:00:00Z"), Some(Timestamp(0)));
        assert_eq!(
            Timestamp::parse("2026-11-25T22:21:53.123456+00:00"),
            Some(Timestamp(1_795_645_313_123))
        );
        assert_eq!(
            Timestamp::parse("2026-11-25T23:21:53.1+01:00"),
            Some(Timestamp(1_795_645_313_100))
        );
        assert_eq!(
            Timestamp::parse("1969-12-31T19:00:00-05:00"),
            Some(Timestamp(0))
        );
    }

    #[test]
    fn instants_are_written_as_they_are_read() {
        for text in [
            "1970-01-01T00:00:00.000Z",
            "2024-02-29T23:59:59.999Z",
            "2026-11-25T22:21:53.123Z",
            "1969-12-31T12:00:00.001Z",
        ] {
            assert_eq!(
                Timestamp::parse(text).map(Timestamp::to_rfc3339).as_deref(),
                Some(text)
            );
        }
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for text in [
            "",
            "2026-11-25",
            "2026-11-25T22:21",
            "2026-13-01T00:00:00Z",
            "2026-11-25T22:21:53",
            "é".repeat(12).as_str(),
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_count_across_leap_years() {
        assert_eq!(Day::parse("1970-01-01"), Some(Day(0)));
        assert_eq!(
            Day::parse("2000-03-01").unwrap().0 - Day::parse("2000-02-28").unwrap().0,
            2
        );
        assert_eq!(
            Day::parse("2100-03-01").unwrap().0 - Day::parse("2100-02-28").unwrap().0,
            1
        );
    }

    #[test]
    fn weekends_are_known() {
        assert!(!Day::parse("2026-11-27").unwrap().is_weekend());
        assert!(Day::parse("2026-11-28").unwrap().is_weekend());
        assert!(Day::parse("2026-11-29").unwrap().is_weekend());
        assert!(!Day::parse("2026-11-30").unwrap().is_weekend());
    }
}
