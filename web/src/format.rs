//! Numbers, dates and durations as people read them, in the organization's zone.

use js_sys::{Array, Date, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::time::{Day, Timestamp};

/// A minus sign, not a hyphen.
const MINUS: char = '\u{2212}';

/// `12480` becomes `12,480`.
pub fn number(value: i32) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + 4);
    if value < 0 {
        out.push(MINUS);
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `10` becomes `+10`, `-5` becomes `−5`.
pub fn signed(value: i32) -> String {
    let mut out = String::new();
    if value > 0 {
        out.push('+');
    }
    out.push_str(&number(value));
    out
}

/// `1` becomes `1st`.
pub fn ordinal(value: i32) -> String {
    let suffix = match (value % 10, value % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    number(value) + suffix
}

/// `3, "point"` becomes `3 points`.
pub fn count(value: i32, noun: &str) -> String {
    let mut out = number(value);
    out.push(' ');
    out.push_str(noun);
    if value.abs() != 1 {
        out.push('s');
    }
    out
}

/// `12.4` becomes `+12 %`.
pub fn percent_change(percent: f64) -> String {
    signed(percent.round() as i32) + "\u{a0}%"
}

/// How long ago, in words.
pub fn ago(ms: i64) -> String {
    let minutes = ms / 60_000;
    let (value, unit) = match minutes {
        0 => return "just now".to_owned(),
        1..60 => (minutes, "min"),
        60..1440 => (minutes / 60, "h"),
        _ => (minutes / 1440, "d"),
    };
    [&value.to_string(), "\u{a0}", unit, " ago"].concat()
}

/// Two letters that stand for a name.
pub fn initials(name: &str) -> String {
    let mut words = name
        .split(|c: char| c.is_whitespace() || c == '.' || c == '-')
        .filter(|word| !word.is_empty());
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

/// One of the eight categorical colours, always the same for a name.
pub fn colour_of(name: &str) -> u32 {
    name.bytes().fold(7_u32, |hash, byte| {
        hash.wrapping_mul(31).wrapping_add(byte.into())
    }) % 8
        + 1
}

/// The first word of a name.
pub fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

/// The name of a day close to today, if it has one.
fn near_day(day: Day, today: Day) -> Option<&'static str> {
    match today.0 - day.0 {
        0 => Some("Today"),
        1 => Some("Yesterday"),
        _ => None,
    }
}

/// A time zone that days and times are shown in.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(String);

impl Zone {
    /// A zone by its IANA name.
    pub fn new(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// The calendar day of an instant.
    pub fn day_of(&self, instant: Timestamp) -> Day {
        // Sweden writes dates as ISO 8601 does.
        let text = format_with("sv-SE", instant, &[("timeZone", &self.0)]);
        Day::parse(&text).unwrap_or(Day((instant.0 / 86_400_000) as i32))
    }

    /// `14:32`, as the person's locale has it.
    pub fn time_of_day(&self, instant: Timestamp) -> String {
        format_with(
            "",
            instant,
            &[
                ("timeZone", &self.0),
                ("hour", "2-digit"),
                ("minute", "2-digit"),
            ],
        )
    }

    /// Day and time in full.
    pub fn exact(&self, instant: Timestamp) -> String {
        format_with(
            "",
            instant,
            &[
                ("timeZone", &self.0),
                ("dateStyle", "medium"),
                ("timeStyle", "short"),
            ],
        )
    }
}

/// `Today`, `Yesterday`, or weekday and date.
pub fn day_heading(day: Day, today: Day) -> String {
    near_day(day, today).map_or_else(
        || {
            format_with(
                "",
                day.as_utc(),
                &[
                    ("timeZone", "UTC"),
                    ("weekday", "long"),
                    ("day", "numeric"),
                    ("month", "long"),
                ],
            )
        },
        str::to_owned,
    )
}

/// Date in short, as `25 Nov`.
pub fn short_day(day: Day) -> String {
    format_with(
        "",
        day.as_utc(),
        &[("timeZone", "UTC"), ("day", "numeric"), ("month", "short")],
    )
}

/// Date in full, as `Friday, 25 December 2026`.
pub fn full_day(day: Day) -> String {
    format_with(
        "",
        day.as_utc(),
        &[
            ("timeZone", "UTC"),
            ("weekday", "long"),
            ("day", "numeric"),
            ("month", "long"),
            ("year", "numeric"),
        ],
    )
}

/// The browser's own zone, as an IANA name.
pub fn browser_zone() -> Option<String> {
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&options, &JsValue::from_str("timeZone"))
        .ok()?
        .as_string()
}

/// Formats by `Intl`; an empty locale is the person's own.
fn format_with(locale: &str, instant: Timestamp, options: &[(&str, &str)]) -> String {
    let locales = Array::new();
    if !locale.is_empty() {
        locales.push(&JsValue::from_str(locale));
    }
    let settings = Object::new();
    for (name, value) in options {
        // Setting a member of a fresh object cannot fail.
        let _ = Reflect::set(
            &settings,
            &JsValue::from_str(name),
            &JsValue::from_str(value),
        );
    }
    let date = Date::new(&JsValue::from_f64(instant.0 as f64));
    Intl::DateTimeFormat::new(&locales, &settings)
        .format()
        .call1(&JsValue::UNDEFINED, &date)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_signed() {
        assert_eq!(
            [0, 7, 999, 1000, 1_234_567].map(number),
            ["0", "7", "999", "1,000", "1,234,567"]
        );
        assert_eq!(number(-1200), "\u{2212}1,200");
        assert_eq!([10, 0, -5].map(signed), ["+10", "0", "\u{2212}5"]);
        assert_eq!(percent_change(-12.6), "\u{2212}13\u{a0}%");
    }

    #[test]
    fn ranks_are_spelled() {
        assert_eq!(
            [1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal),
            [
                "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"
            ]
        );
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(
            [0, 1, 2].map(|n| count(n, "point")),
            ["0 points", "1 point", "2 points"]
        );
    }

    #[test]
    fn the_past_is_told_in_the_largest_unit() {
        assert_eq!(
            [0, 59_999, 60_000, 3_600_000, 90_000_000].map(ago),
            [
                "just now",
                "just now",
                "1\u{a0}min ago",
                "1\u{a0}h ago",
                "1\u{a0}d ago"
            ]
        );
    }

    #[test]
    fn initials_are_the_first_and_last_word() {
        assert_eq!(
            ["Ana María López", "ben", "", "jo.ann-x"].map(initials),
            ["AL", "B", "", "JX"]
        );
    }

    #[test]
    fn near_days_have_names() {
        assert_eq!(near_day(Day(10), Day(10)), Some("Today"));
        assert_eq!(near_day(Day(9), Day(10)), Some("Yesterday"));
        assert_eq!(near_day(Day(8), Day(10)), None);
    }
}
