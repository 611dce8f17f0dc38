//! GraphQL over websockets: graphql-transport-ws to the letter.
//!
//! A socket is one task: it reads messages, runs its operations and sends their results, one after the other. So a client
//! that reads slowly holds back its own operations and nothing else: boards skip to their latest state meanwhile, and a
//! message that does not leave in time ends the socket. Nothing piles up.

mod conversation;
mod operations;
mod protocol;
mod rights;
mod share;

pub(super) use rights::{is_alike, is_of_boards, is_snapshot, names_own_team};
pub use share::Hub;
pub(super) use share::{Message, Subscriber};

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::edge::Edge;
use crate::access::RequestInfo;
use conversation::{Conversation, Handshake};

/// A message may be this long; larger ones end the socket.
const MAX_MESSAGE_BYTES: usize = 256 * 1024;
/// The default of 128 KiB would be most of what a socket costs.
const READ_BUFFER_BYTES: usize = 2048;

/// Answers `GET /graphql/ws`.
pub(super) async fn open(
    State(edge): State<Edge>,
    info: Option<Extension<RequestInfo>>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let info = info.map(|Extension(info)| info).unwrap_or_default();
    let handshake = Handshake::new(headers, info);
    let tasks = edge.platform.tasks.clone();
    upgrade
        .protocols([protocol::SUBPROTOCOL])
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_message_size(MAX_MESSAGE_BYTES)
        .max_frame_size(MAX_MESSAGE_BYTES)
        .on_upgrade(move |socket| tasks.track(Conversation::new(edge, handshake, socket).hold()))
}
