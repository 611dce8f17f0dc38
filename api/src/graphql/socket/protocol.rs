//! The messages of graphql-transport-ws, and the codes it closes with.

use async_graphql::Variables;
use axum::extract::ws::Utf8Bytes;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::schema::Ask;

/// The subprotocol's name.
pub(super) const SUBPROTOCOL: &str = "graphql-transport-ws";

/// Why a socket is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Close {
    /// The server goes away; clients come again.
    GoingAway,
    /// Messages leave too slowly, or nothing is heard any more.
    TooSlow,
    /// A message that is none of the protocol.
    Malformed(&'static str),
    /// `subscribe` before the acknowledgement.
    Unauthorized,
    /// The credentials are not good, or not any more.
    Forbidden,
    /// The client speaks another subprotocol.
    OtherProtocol,
    /// No `connection_init` in time.
    InitTimeout,
    /// The id of an operation that still runs.
    DuplicateId,
    /// A second `connection_init`.
    TooManyInits,
}

impl Close {
    /// Code and reason; the reasons are those of the protocol's reference implementation.
    pub(super) fn frame(self, id: &str) -> (u16, String) {
        let (code, reason) = match self {
            Self::GoingAway => (1001, "Going away"),
            Self::TooSlow => (1013, "The client reads too slowly"),
            Self::Malformed(why) => (4400, why),
            Self::Unauthorized => (4401, "Unauthorized"),
            Self::Forbidden => (4403, "Forbidden"),
            Self::OtherProtocol => (4406, "Subprotocol not acceptable"),
            Self::InitTimeout => (4408, "Connection initialisation timeout"),
            Self::DuplicateId => {
                // A close frame holds 123 bytes of reason.
                let id: String = id.chars().take(20).collect();
                return (4409, format!("Subscriber for {id} already exists"));
            }
            Self::TooManyInits => (4429, "Too many initialisation requests"),
        };
        (code, reason.to_owned())
    }
}

/// A message of the client.
#[derive(Debug)]
pub(super) enum ClientMessage {
    /// Opens the conversation; says who speaks.
    Init(Map<String, Value>),
    /// Asks for a sign of life.
    Ping(Option<Value>),
    /// Gives one.
    Pong,
    /// Starts an operation.
    Subscribe {
        /// The client's name for it.
        id: String,
        /// What is asked.
        ask: Ask,
    },
    /// Ends an operation.
    Complete {
        /// The client's name for it.
        id: String,
    },
}

#[derive(Deserialize)]
struct Raw {
    #[serde(rename = "type")]
    kind: String,
    id: Option<Value>,
    payload: Option<Value>,
}

const NOT_JSON: Close = Close::Malformed("Invalid message received");

impl ClientMessage {
    /// Reads a message.
    ///
    /// # Errors
    /// 4400 where it is none of the protocol.
    pub(super) fn parse(text: &str) -> Result<Self, Close> {
        let raw: Raw = serde_json::from_str(text).map_err(|_| NOT_JSON)?;
        match raw.kind.as_str() {
            "connection_init" => match raw.payload {
                None | Some(Value::Null) => Ok(Self::Init(Map::new())),
                Some(Value::Object(payload)) => Ok(Self::Init(payload)),
                Some(_) => Err(Close::Malformed(
                    "connection_init: payload is not an object",
                )),
            },
            "ping" => object_or_none(raw.payload).map(Self::Ping),
            "pong" => object_or_none(raw.payload).map(|_| Self::Pong),
            "subscribe" => Ok(Self::Subscribe {
                id: id_of(raw.id)?,
                ask: ask_of(raw.payload)?,
            }),
            "complete" => Ok(Self::Complete { id: id_of(raw.id)? }),
            _ => Err(Close::Malformed("Unknown message type")),
        }
    }
}

fn object_or_none(payload: Option<Value>) -> Result<Option<Value>, Close> {
    match payload {
        None | Some(Value::Null) => Ok(None),
        Some(payload @ Value::Object(_)) => Ok(Some(payload)),
        Some(_) => Err(Close::Malformed("payload is not an object")),
    }
}

fn id_of(id: Option<Value>) -> Result<String, Close> {
    match id {
        Some(Value::String(id)) if !id.is_empty() => Ok(id),
        _ => Err(Close::Malformed("id is not a string that says something")),
    }
}

fn ask_of(payload: Option<Value>) -> Result<Ask, Close> {
    const WRONG: Close = Close::Malformed("subscribe: payload is not a request");
    let Some(Value::Object(mut payload)) = payload else {
        return Err(WRONG);
    };
    let Some(Value::String(query)) = payload.remove("query") else {
        return Err(WRONG);
    };
    let operation_name = match payload.remove("operationName") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name),
        Some(_) => return Err(WRONG),
    };
    let mut object = |name: &str| match payload.remove(name) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(map)) => Ok(map),
        Some(_) => Err(WRONG),
    };
    let variables = object("variables")?;
    object("extensions")?;
    Ok(Ask {
        query,
        operation_name,
        variables: Variables::from_json(Value::Object(variables)),
    })
}

/// `connection_ack`.
pub(super) fn ack() -> Utf8Bytes {
    Utf8Bytes::from_static(r#"{"type":"connection_ack"}"#)
}

/// `pong`, with what the ping brought.
pub(super) fn pong(payload: Option<Value>) -> Utf8Bytes {
    match payload {
        None => Utf8Bytes::from_static(r#"{"type":"pong"}"#),
        Some(payload) => format!(r#"{{"type":"pong","payload":{payload}}}"#).into(),
    }
}

/// `next`: a result of an operation.
pub(super) fn next(id: &str, payload: &[u8]) -> Utf8Bytes {
    with_payload(id, "next", payload)
}

/// `error`: the end of an operation that was refused.
pub(super) fn error(id: &str, errors: &[u8]) -> Utf8Bytes {
    with_payload(id, "error", errors)
}

/// `complete`: the end of an operation.
pub(super) fn complete(id: &str) -> Utf8Bytes {
    let id = Value::from(id);
    format!(r#"{{"id":{id},"type":"complete"}}"#).into()
}

fn with_payload(id: &str, kind: &str, payload: &[u8]) -> Utf8Bytes {
    let id = Value::from(id).to_string();
    let mut text = String::with_capacity(payload.len() + id.len() + 40);
    text.push_str("{\"id\":");
    text.push_str(&id);
    text.push_str(",\"type\":\"");
    text.push_str(kind);
    text.push_str("\",\"payload\":");
    text.push_str(std::str::from_utf8(payload).unwrap_or("null"));
    text.push('}');
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_none_of_the_protocol_is_refused() {
        for text in [
            "",
            "{}",
            "[]",
            "null",
            r#"{"type":"hello"}"#,
            r#"{"type":"start","id":"1","payload":{"query":"{a}"}}"#,
            r#"{"type":"connection_init","payload":"token"}"#,
            r#"{"type":"ping","payload":1}"#,
            r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":1,"payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"subscribe","id":"1","payload":{}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[]}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","operationName":1}}"#,
            r#"{"type":"complete"}"#,
        ] {
            let refused = ClientMessage::parse(text);
            assert!(matches!(refused, Err(Close::Malformed(_))), "{text}");
        }
    }

    #[test]
    fn null_is_as_good_as_nothing() {
        for text in [
            r#"{"type":"connection_init","payload":null}"#,
            r#"{"type":"ping","payload":null}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":null,"operationName":null,"extensions":null}}"#,
        ] {
            assert!(ClientMessage::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn ids_are_escaped_and_reasons_fit_their_frame() {
        assert_eq!(
            next("a\"b", b"{}").as_str(),
            r#"{"id":"a\"b","type":"next","payload":{}}"#
        );
        let (code, reason) = Close::DuplicateId.frame(&"é".repeat(500));
        assert_eq!(code, 4409);
        assert!(reason.len() <= 123);
    }
}
