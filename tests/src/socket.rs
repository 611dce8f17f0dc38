//! A client of the graphql-transport-ws protocol, as thin as it can be: tests of the protocol see every message.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::wait::in_time;

/// An open socket.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last_id: u32,
}

/// What came over a socket.
#[derive(Debug)]
pub enum Received {
    /// A message of the protocol.
    Message(Value),
    /// The server closed the socket with this code; 1005 where it gave none.
    Closed(u16, String),
}

impl Socket {
    /// Opens a socket; headers are given as the browser would send them.
    pub async fn open(url: &str, headers: &[(&'static str, &str)]) -> Self {
        let mut request = url.into_client_request().expect("a websocket URL");
        request.headers_mut().insert(
            "sec-websocket-protocol",
            HeaderValue::from_static("graphql-transport-ws"),
        );
        for (name, value) in headers {
            request
                .headers_mut()
                .insert(*name, value.parse().expect("a header's value"));
        }
        let (stream, _) = in_time("a websocket opens", connect_async(request))
            .await
            .expect("the server accepts websockets");
        Self { stream, last_id: 0 }
    }

    /// Sends `connection_init` and waits for its acknowledgement.
    pub async fn init(&mut self, payload: Value) {
        self.send(json!({ "type": "connection_init", "payload": payload }))
            .await;
        let answer = self.next().await;
        assert_eq!(answer["type"], "connection_ack", "{answer:#}");
    }

    /// Subscribes and returns the id that its messages will carry.
    pub async fn subscribe(&mut self, query: &str, variables: Value) -> String {
        self.last_id += 1;
        let id = self.last_id.to_string();
        self.send(json!({
            "id": id,
            "type": "subscribe",
            "payload": { "query": query, "variables": variables },
        }))
        .await;
        id
    }

    /// Sends a message of the protocol.
    pub async fn send(&mut self, message: Value) {
        self.send_text(message.to_string()).await;
    }

    /// Sends text as it is, valid or not.
    pub async fn send_text(&mut self, text: String) {
        self.send_frame(Message::text(text)).await;
    }

    /// Sends a binary frame, which the protocol does not know.
    pub async fn send_binary(&mut self, bytes: Vec<u8>) {
        self.send_frame(Message::Binary(Bytes::from(bytes))).await;
    }

    async fn send_frame(&mut self, frame: Message) {
        in_time("a websocket message is sent", self.stream.send(frame))
            .await
            .expect("the socket is open");
    }

    /// The next message; pings of the protocol are answered and left out.
    pub async fn next(&mut self) -> Value {
        match self.receive().await {
            Received::Message(message) => message,
            Received::Closed(code, reason) => panic!("closed with {code} {reason}"),
        }
    }

    /// The payload of the next message, which must be a `next` of this subscription without errors; gives its data.
    pub async fn next_of(&mut self, id: &str) -> Value {
        let message = self.next().await;
        assert!(
            message["type"] == "next" && message["id"] == id,
            "not a result of {id}: {message:#}"
        );
        let payload = &message["payload"];
        assert!(payload["errors"].is_null(), "{payload:#}");
        payload["data"].clone()
    }

    /// The next message or the end.
    pub async fn receive(&mut self) -> Received {
        loop {
            let frame = in_time("a websocket message arrives", self.stream.next()).await;
            match frame {
                Some(Ok(Message::Text(text))) => {
                    let message: Value =
                        serde_json::from_str(&text).expect("the server sends JSON");
                    if message["type"] == "ping" {
                        self.send(json!({ "type": "pong" })).await;
                        continue;
                    }
                    return Received::Message(message);
                }
                Some(Ok(Message::Close(frame))) => return closed(frame),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Received::Closed(1006, error.to_string()),
                None => return Received::Closed(1006, String::new()),
            }
        }
    }

    /// The code that the server closes with; messages before it are left out.
    pub async fn close_code(&mut self) -> u16 {
        loop {
            if let Received::Closed(code, _) = self.receive().await {
                return code;
            }
        }
    }

    /// Closes from this side with a code, and gives the code that the server answers with.
    pub async fn close_with(&mut self, code: u16) -> u16 {
        let frame = CloseFrame {
            code: code.into(),
            reason: Default::default(),
        };
        self.send_frame(Message::Close(Some(frame))).await;
        self.close_code().await
    }

    /// Closes from this side.
    pub async fn close(mut self) {
        // The server may have closed first.
        let _ = self.stream.close(None).await;
    }
}

fn closed(frame: Option<CloseFrame>) -> Received {
    match frame {
        Some(frame) => Received::Closed(frame.code.into(), frame.reason.to_string()),
        None => Received::Closed(1005, String::new()),
    }
}
