//! Reading of payloads that may hold anything anywhere: a wrong type reads like an absent value.

use chrono::{DateTime, Datelike as _, NaiveDateTime, Utc};
use serde_json::Value;

/// Longest text that is taken out of a payload, in characters.
const TEXT_MAX: usize = 300;
/// Longest address of a page.
const URL_MAX: usize = 2000;
/// Longest id.
const ID_MAX: usize = 64;

/// A place in a payload, or the place where something would be.
#[derive(Clone, Copy)]
pub(super) struct Json<'a>(Option<&'a Value>);

impl<'a> Json<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self(Some(value))
    }

    /// The value of a key.
    pub(super) fn at(self, key: &str) -> Self {
        Self(self.0.and_then(|value| value.get(key)))
    }

    /// The items of a list; none where it is no list.
    pub(super) fn items(self) -> impl Iterator<Item = Json<'a>> {
        let items = self.0.and_then(Value::as_array);
        items.into_iter().flatten().map(|item| Self(Some(item)))
    }

    /// The text as it is, for words and digests that are compared and not shown.
    pub(super) fn word(self) -> Option<&'a str> {
        self.0
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    }

    /// One line of text for people: without control characters, which the database refuses, and of limited length.
    pub(super) fn text(self) -> Option<String> {
        let text = self.0.and_then(Value::as_str)?;
        let line: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(TEXT_MAX)
            .collect();
        let line = line.trim();
        (!line.is_empty()).then(|| line.to_owned())
    }

    /// A whole number or a text that identifies something.
    pub(super) fn id(self) -> Option<String> {
        match self.0? {
            Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
            Value::String(_) => self.text().filter(|id| id.len() <= ID_MAX),
            _ => None,
        }
    }

    /// How many; what is more than fits counts as the most that fits.
    pub(super) fn count(self) -> Option<u32> {
        let count = self.0.and_then(Value::as_u64)?;
        Some(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// How many items a list has.
    pub(super) fn length(self) -> Option<u32> {
        let items = self.0.and_then(Value::as_array)?;
        Some(u32::try_from(items.len()).unwrap_or(u32::MAX))
    }

    pub(super) fn flag(self) -> Option<bool> {
        self.0.and_then(Value::as_bool)
    }

    /// A time in any of the forms that providers write, within the years that make sense.
    pub(super) fn time(self) -> Option<DateTime<Utc>> {
        let text = self.0.and_then(Value::as_str)?.trim();
        let time = DateTime::parse_from_rfc3339(text)
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f %z"))
            .map(|time| time.to_utc())
            .ok()
            .or_else(|| {
                let text = text.strip_suffix("UTC")?.trim_end();
                let time = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok()?;
                Some(time.and_utc())
            })?;
        (1970..=9999).contains(&time.year()).then_some(time)
    }

    /// The address of a page that a browser may open: never a script.
    pub(super) fn web_url(self) -> Option<String> {
        let url = self.0.and_then(Value::as_str)?.trim();
        let is_web = url.starts_with("https://") || url.starts_with("http://");
        let is_plain = url.len() <= URL_MAX && !url.chars().any(|c| c.is_control() || c == ' ');
        (is_web && is_plain).then(|| url.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_form_of_time_is_read() {
        for text in [
            "2015-05-17T18:08:09Z",
            "2015-05-17T20:08:09+02:00",
            "2015-05-17T18:08:09.000Z",
            "2015-05-17 18:08:09 UTC",
            "2015-05-17 20:08:09 +0200",
        ] {
            let value = json!(text);
            let time = Json::root(&value).time().expect(text);
            assert_eq!(time.to_rfc3339(), "2015-05-17T18:08:09+00:00", "{text}");
        }
        for text in [
            "",
            "now",
            "2015-05-17",
            "+262000-01-01T00:00:00Z",
            "0001-01-01T00:00:00Z",
        ] {
            assert_eq!(Json::root(&json!(text)).time(), None, "{text}");
        }
    }

    #[test]
    fn text_is_one_line_the_database_can_keep() {
        let read = |value: Value| Json::root(&value).text();
        assert_eq!(read(json!(" a\u{0}b\nc ")).as_deref(), Some("a b c"));
        assert_eq!(read(json!("\u{0}")), None);
        assert_eq!(read(json!(7)), None);
        assert_eq!(
            read(json!("ä".repeat(1000))).unwrap().chars().count(),
            TEXT_MAX
        );
    }

    #[test]
    fn an_address_is_a_page() {
        let read = |text: &str| {
            let value = json!(text);
            Json::root(&value).web_url()
        };
        assert!(read("https://example.com/a").is_some());
        for bad in [
            "javascript:alert(1)",
            "git@example.com:a.git",
            "https://a b",
            "http://a\nb",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn ids_are_whole_numbers_or_text() {
        let read = |value: Value| Json::root(&value).id();
        assert_eq!(
            read(json!(u64::MAX)).as_deref(),
            Some("18446744073709551615")
        );
        assert_eq!(read(json!("abc")).as_deref(), Some("abc"));
        assert_eq!(read(json!(1.5)), None);
        assert_eq!(read(json!({})), None);
    }
}
