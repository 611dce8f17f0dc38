//! What the generated code of the operations is built on.

use std::{cell::Cell, str::FromStr};

use super::json::{Json, write_string};
use crate::time::{Day, Timestamp};

/// An operation of a `.graphql` file: its variables are its fields.
pub trait Operation: Fields + 'static {
    /// What its answer holds.
    type Data: Read + Clone + Send + Sync + 'static;
    /// Its name in the document.
    const NAME: &'static str;
    /// The text that is sent, with its fragments.
    const DOCUMENT: &'static str;
}

/// Operations that read.
pub trait Query: Operation {}
/// Operations that change.
pub trait Mutation: Operation {}
/// Operations that stay open.
pub trait Subscription: Operation {}

/// An answer that does not look as the schema says; carries the field's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError(pub &'static str);

/// A type that is read from an answer.
pub trait Read: Sized {
    /// Reads the value.
    fn read(value: &Json) -> Result<Self, ReadError>;
}

/// Reads the member `name`; a missing one reads as null.
pub fn field<T: Read>(value: &Json, name: &'static str) -> Result<T, ReadError> {
    // The innermost name is the useful one.
    T::read(value.get(name).unwrap_or(&Json::Null)).map_err(|error| {
        if error.0.is_empty() {
            ReadError(name)
        } else {
            error
        }
    })
}

const UNEXPECTED: ReadError = ReadError("");

impl Read for String {
    fn read(value: &Json) -> Result<Self, ReadError> {
        value.as_str().map(str::to_owned).ok_or(UNEXPECTED)
    }
}

impl Read for f64 {
    fn read(value: &Json) -> Result<Self, ReadError> {
        match value {
            Json::Number(number) => Ok(*number),
            _ => Err(UNEXPECTED),
        }
    }
}

impl Read for i32 {
    fn read(value: &Json) -> Result<Self, ReadError> {
        let number = f64::read(value)?;
        // GraphQL's Int has 32 bits; a fraction would be a different type.
        let integer = number as Self;
        if f64::from(integer) == number {
            Ok(integer)
        } else {
            Err(UNEXPECTED)
        }
    }
}

impl Read for bool {
    fn read(value: &Json) -> Result<Self, ReadError> {
        match value {
            Json::Bool(truth) => Ok(*truth),
            _ => Err(UNEXPECTED),
        }
    }
}

impl Read for Timestamp {
    fn read(value: &Json) -> Result<Self, ReadError> {
        value.as_str().and_then(Self::parse).ok_or(UNEXPECTED)
    }
}

impl Read for Day {
    fn read(value: &Json) -> Result<Self, ReadError> {
        value.as_str().and_then(Self::parse).ok_or(UNEXPECTED)
    }
}

impl<T: Read> Read for Option<T> {
    fn read(value: &Json) -> Result<Self, ReadError> {
        if *value == Json::Null {
            Ok(None)
        } else {
            T::read(value).map(Some)
        }
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: &Json) -> Result<Self, ReadError> {
        match value {
            Json::Array(items) => items.iter().map(T::read).collect(),
            _ => Err(UNEXPECTED),
        }
    }
}

/// Reads an enum by its name in the schema.
pub fn read_enum<T: FromStr>(value: &Json) -> Result<T, ReadError> {
    value
        .as_str()
        .and_then(|name| name.parse().ok())
        .ok_or(UNEXPECTED)
}

/// A type that is sent as a variable.
pub trait Write {
    /// Appends the value as JSON.
    fn write(&self, out: &mut String);
    /// Whether it is left out of objects.
    fn is_absent(&self) -> bool {
        false
    }
}

impl Write for String {
    fn write(&self, out: &mut String) {
        write_string(self, out);
    }
}

impl Write for Timestamp {
    fn write(&self, out: &mut String) {
        write_string(&self.to_rfc3339(), out);
    }
}

impl Write for Day {
    fn write(&self, out: &mut String) {
        // `2026-11-25T00:00:00Z`: the day stands before the time.
        let text = self.as_utc().to_rfc3339();
        write_string(text.get(..10).unwrap_or_default(), out);
    }
}

impl Write for i32 {
    fn write(&self, out: &mut String) {
        out.push_str(&self.to_string());
    }
}

impl Write for bool {
    fn write(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
}

impl<T: Write> Write for Option<T> {
    fn write(&self, out: &mut String) {
        match self {
            Some(value) => value.write(out),
            None => out.push_str("null"),
        }
    }
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Write> Write for Vec<T> {
    fn write(&self, out: &mut String) {
        let is_first = Cell::new(true);
        out.push('[');
        for item in self {
            if !is_first.replace(false) {
                out.push(',');
            }
            item.write(out);
        }
        out.push(']');
    }
}

/// A type with named members: variables and input objects.
pub trait Fields {
    /// Writes each member.
    fn write_fields(&self, object: &mut ObjectWriter<'_>);
}

/// Writes the members of one object.
pub struct ObjectWriter<'a> {
    out: &'a mut String,
    is_empty: bool,
}

impl ObjectWriter<'_> {
    /// Writes one member, or nothing when it is absent.
    pub fn field(&mut self, name: &str, value: &dyn Write) {
        if value.is_absent() {
            return;
        }
        if !self.is_empty {
            self.out.push(',');
        }
        self.is_empty = false;
        write_string(name, self.out);
        self.out.push(':');
        value.write(self.out);
    }
}

/// Appends `fields` as a JSON object.
pub fn write_object(fields: &dyn Fields, out: &mut String) {
    out.push('{');
    fields.write_fields(&mut ObjectWriter {
        out,
        is_empty: true,
    });
    out.push('}');
}

/// The body of a request, and the payload of a subscription.
pub fn request_body(name: &str, document: &str, variables: &dyn Fields) -> String {
    let mut body = String::from("{\"operationName\":");
    write_string(name, &mut body);
    body.push_str(",\"query\":");
    write_string(document, &mut body);
    body.push_str(",\"variables\":");
    write_object(variables, &mut body);
    body.push('}');
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_member_reads_as_null_and_names_itself_when_it_must_be_there() {
        let json = Json::parse(r#"{"a":1}"#).unwrap();

        assert_eq!(field::<Option<i32>>(&json, "b"), Ok(None));
        assert_eq!(field::<i32>(&json, "b"), Err(ReadError("b")));
        assert_eq!(field::<String>(&json, "a"), Err(ReadError("a")));
    }

    #[test]
    fn integers_do_not_swallow_fractions_or_overflow() {
        assert_eq!(i32::read(&Json::Number(7.0)), Ok(7));
        assert_eq!(i32::read(&Json::Number(7.5)), Err(UNEXPECTED));
        assert_eq!(i32::read(&Json::Number(3e9)), Err(UNEXPECTED));
    }

    #[test]
    fn absent_members_are_left_out_of_what_is_sent() {
        struct Input;
        impl Fields for Input {
            fn write_fields(&self, object: &mut ObjectWriter<'_>) {
                object.field("none", &None::<i32>);
                object.field("name", &"a\"b".to_owned());
                object.field("ids", &vec![1, 2]);
                object.field("on", &Some(true));
            }
        }

        assert_eq!(
            request_body("Op", "query Op{a}", &Input),
            r#"{"operationName":"Op","query":"query Op{a}","variables":{"name":"a\"b","ids":[1,2],"on":true}}"#
        );
    }
}
