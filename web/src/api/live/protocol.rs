//! The messages of graphql-transport-ws.

use crate::api::json::{Json, write_string};

/// A message from the server.
#[derive(Debug, PartialEq)]
pub enum ServerMessage {
    /// The connection may be used.
    Ack,
    /// The server asks for a sign of life.
    Ping,
    /// The server gave one.
    Pong,
    /// A stream has a result.
    Next {
        /// The stream's id.
        id: u32,
        /// `{data, errors}`
        payload: Json,
    },
    /// A stream was refused or ended in an error.
    Error {
        /// The stream's id.
        id: u32,
        /// The list of errors.
        errors: Json,
    },
    /// A stream has ended.
    Complete {
        /// The stream's id.
        id: u32,
    },
}

impl ServerMessage {
    /// Reads a message; `None` for what the protocol does not know.
    pub fn parse(text: &str) -> Option<Self> {
        let Json::Object(members) = Json::parse(text)? else {
            return None;
        };
        let (mut kind, mut id, mut payload) = (String::new(), None, Json::Null);
        for (name, value) in members {
            match (name.as_str(), value) {
                ("type", Json::String(text)) => kind = text,
                ("id", Json::String(text)) => id = text.parse::<u32>().ok(),
                ("payload", value) => payload = value,
                _ => {}
            }
        }
        Some(match kind.as_str() {
            "connection_ack" => Self::Ack,
            "ping" => Self::Ping,
            "pong" => Self::Pong,
            "next" => Self::Next { id: id?, payload },
            "error" => Self::Error {
                id: id?,
                errors: payload,
            },
            "complete" => Self::Complete { id: id? },
            _ => return None,
        })
    }
}

/// Opens the protocol; the session's cookie came with the handshake.
pub fn connection_init(organization: Option<&str>) -> String {
    let mut text = String::from(r#"{"type":"connection_init","payload":{"#);
    if let Some(organization) = organization {
        text.push_str("\"X-Organization-Id\":");
        write_string(organization, &mut text);
    }
    text.push_str("}}");
    text
}

/// Starts a stream; `body` is the request as it would be posted.
pub fn subscribe(id: u32, body: &str) -> String {
    [
        "{\"type\":\"subscribe\",\"id\":\"",
        &id.to_string(),
        "\",\"payload\":",
        body,
        "}",
    ]
    .concat()
}

/// Ends a stream.
pub fn complete(id: u32) -> String {
    ["{\"type\":\"complete\",\"id\":\"", &id.to_string(), "\"}"].concat()
}

/// Asks for a sign of life.
pub const PING: &str = r#"{"type":"ping"}"#;
/// Gives one.
pub const PONG: &str = r#"{"type":"pong"}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read() {
        assert_eq!(
            ServerMessage::parse(r#"{"type":"connection_ack"}"#),
            Some(ServerMessage::Ack)
        );
        assert_eq!(
            ServerMessage::parse(r#"{"id":"7","type":"next","payload":{"data":null}}"#),
            Some(ServerMessage::Next {
                id: 7,
                payload: Json::Object(vec![("data".to_owned(), Json::Null)])
            })
        );
        assert_eq!(
            ServerMessage::parse(r#"{"id":"7","type":"complete"}"#),
            Some(ServerMessage::Complete { id: 7 })
        );
    }

    #[test]
    fn what_the_protocol_does_not_know_is_nothing() {
        for text in [
            "",
            "[]",
            r#"{"type":"next"}"#,
            r#"{"type":"next","id":"x"}"#,
            r#"{"type":"hello"}"#,
        ] {
            assert_eq!(ServerMessage::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_sent_is_json() {
        for text in [
            connection_init(None),
            connection_init(Some("a\"b")),
            subscribe(1, "{\"query\":\"x\"}"),
            complete(2),
        ] {
            assert!(Json::parse(&text).is_some(), "{text}");
        }
    }
}
