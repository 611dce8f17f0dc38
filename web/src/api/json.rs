//! JSON, read and written in the few hundred lines that the client needs.
//!
//! serde's generic visitors cost more WASM than the whole design system. Answers come from our
//! own server, so one tree and one recursive reader do.

use std::str::Chars;

/// A parsed JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// Any number.
    Number(f64),
    /// Text.
    String(String),
    /// A list.
    Array(Vec<Json>),
    /// Pairs in the order they came.
    Object(Vec<(String, Json)>),
}

/// Deeper answers than this are not ours.
const MAX_DEPTH: u32 = 64;

impl Json {
    /// Reads a whole text; `None` when it is not JSON.
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text.chars() };
        let value = reader.value(0)?;
        reader.skip_space();
        reader.rest.next().is_none().then_some(value)
    }

    /// The member `name` of an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a list; nothing for everything else.
    pub fn items(&self) -> &[Self] {
        match self {
            Self::Array(items) => items,
            _ => &[],
        }
    }

    /// The text of the member `name`.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }
}

/// Appends `text` as a JSON string.
pub fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if (control as u32) < 0x20 => {
                out.push_str("\\u00");
                for shift in [4, 0] {
                    let digit = (control as u32 >> shift) & 0xf;
                    out.push(char::from_digit(digit, 16).unwrap_or('0'));
                }
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

struct Reader<'a> {
    rest: Chars<'a>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(' ' | '\n' | '\r' | '\t')) {
            self.rest.next();
        }
    }

    fn value(&mut self, depth: u32) -> Option<Json> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.skip_space();
        match self.peek()? {
            '{' => self.object(depth),
            '[' => self.array(depth),
            '"' => self.string().map(Json::String),
            't' => self.word("true", Json::Bool(true)),
            'f' => self.word("false", Json::Bool(false)),
            'n' => self.word("null", Json::Null),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        let rest = self.rest.as_str().strip_prefix(word)?;
        self.rest = rest.chars();
        Some(value)
    }

    fn object(&mut self, depth: u32) -> Option<Json> {
        self.rest.next();
        let mut members = Vec::new();
        self.skip_space();
        if self.peek()? == '}' {
            self.rest.next();
            return Some(Json::Object(members));
        }
        loop {
            self.skip_space();
            let key = self.string()?;
            self.skip_space();
            if self.rest.next()? != ':' {
                return None;
            }
            members.push((key, self.value(depth + 1)?));
            self.skip_space();
            match self.rest.next()? {
                ',' => {}
                '}' => return Some(Json::Object(members)),
                _ => return None,
            }
        }
    }

    fn array(&mut self, depth: u32) -> Option<Json> {
        self.rest.next();
        let mut items = Vec::new();
        self.skip_space();
        if self.peek()? == ']' {
            self.rest.next();
            return Some(Json::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.skip_space();
            match self.rest.next()? {
                ',' => {}
                ']' => return Some(Json::Array(items)),
                _ => return None,
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        if self.rest.next()? != '"' {
            return None;
        }
        let mut text = String::new();
        loop {
            match self.rest.next()? {
                '"' => return Some(text),
                '\\' => text.push(self.escape()?),
                character => text.push(character),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        Some(match self.rest.next()? {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => {
                let high = self.hex4()?;
                if !(0xd800..0xdc00).contains(&high) {
                    return Some(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                // The second half of a pair; a lone half becomes the replacement character.
                let mut ahead = Self {
                    rest: self.rest.clone(),
                };
                match (ahead.rest.next(), ahead.rest.next(), ahead.hex4()) {
                    (Some('\\'), Some('u'), Some(low @ 0xdc00..0xe000)) => {
                        self.rest = ahead.rest;
                        char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))?
                    }
                    _ => char::REPLACEMENT_CHARACTER,
                }
            }
            same @ ('"' | '\\' | '/') => same,
            _ => return None,
        })
    }

    fn hex4(&mut self) -> Option<u32> {
        let mut value = 0;
        for _ in 0..4 {
            value = value * 16 + self.rest.next()?.to_digit(16)?;
        }
        Some(value)
    }

    /// Digits are gathered as one integer and scaled once: exact for every integer up to 2^53 and
    /// for the decimals that the API sends, without the tables of the standard parser.
    fn number(&mut self) -> Option<Json> {
        let is_negative = self.peek()? == '-';
        if is_negative {
            self.rest.next();
        }
        let mut mantissa = 0_f64;
        let mut scale = 0_i32;
        let mut digits = 0;
        let mut is_fraction = false;
        while let Some(character) = self.peek() {
            if let Some(digit) = character.to_digit(10) {
                mantissa = mantissa * 10.0 + f64::from(digit);
                digits += 1;
                scale -= i32::from(is_fraction);
            } else if character == '.' && !is_fraction {
                is_fraction = true;
            } else {
                break;
            }
            self.rest.next();
        }
        if digits == 0 {
            return None;
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            self.rest.next();
            let is_small = self.peek()? == '-';
            if matches!(self.peek(), Some('-' | '+')) {
                self.rest.next();
            }
            let mut exponent = 0_i32;
            while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
                exponent = exponent
                    .saturating_mul(10)
                    .saturating_add(i32::try_from(digit).ok()?)
                    .min(400);
                self.rest.next();
            }
            scale += if is_small { -exponent } else { exponent };
        }
        let mut value = mantissa;
        let mut power = 1_f64;
        for _ in 0..scale.unsigned_abs() {
            power *= 10.0;
        }
        if scale < 0 {
            value /= power;
        } else {
            value *= power;
        }
        Some(Json::Number(if is_negative { -value } else { value }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_is_read() {
        let json = Json::parse(r#" {"a":[1,-2.5,3e2,1.25e-2],"b":"x\n\u00e9\ud83d\ude00\/","c":null,"d":true,"e":{},"f":[]} "#).unwrap();

        assert_eq!(
            json.get("a").unwrap().items(),
            [
                Json::Number(1.0),
                Json::Number(-2.5),
                Json::Number(300.0),
                Json::Number(0.0125)
            ]
        );
        assert_eq!(json.text("b"), Some("x\né😀/"));
        assert_eq!(json.get("c"), Some(&Json::Null));
        assert_eq!(json.get("d"), Some(&Json::Bool(true)));
        assert_eq!(json.get("e"), Some(&Json::Object(Vec::new())));
        assert_eq!(json.get("missing"), None);
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\" 1}",
            "\"open",
            "nul",
            "1 2",
            "-",
            "{\"a\":1,}",
            "\"\\x\"",
        ] {
            assert_eq!(Json::parse(text), None, "{text}");
        }
    }

    #[test]
    fn endless_nesting_is_refused_before_the_stack_ends() {
        assert_eq!(Json::parse(&"[".repeat(100_000)), None);
    }

    #[test]
    fn a_lone_half_of_a_pair_becomes_the_replacement_character() {
        assert_eq!(
            Json::parse(r#""\ud83dx""#).unwrap().as_str(),
            Some("\u{fffd}x")
        );
    }

    #[test]
    fn written_strings_read_back() {
        let text = "quote \" slash \\ line \n tab \t bell \u{7} é";
        let mut out = String::new();
        write_string(text, &mut out);

        assert_eq!(Json::parse(&out).unwrap().as_str(), Some(text));
        assert!(out.contains("\\u0007"));
    }
}
