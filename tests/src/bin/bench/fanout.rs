//! (c) From a webhook accepted to a message received by every subscriber.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use futures_util::{SinkExt, StreamExt, stream};
use serde_json::json;
use tokio::{
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
    task::JoinSet,
    time::{interval, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest, http::HeaderValue},
};

use crate::{
    http::Connection,
    latency::{Latencies, milliseconds},
    server::{Server, Session},
    webhooks::{Push, Source},
};

const SUBSCRIBERS: usize = 1_000;
/// Sockets that are being opened at the same time.
const CONNECTING: usize = 32;
const TRIGGERS: u64 = 20;
/// A message that takes longer than this is lost.
const PATIENCE: Duration = Duration::from_secs(10);
const QUERY: &str = "subscription { leaderboardUpdated(scope: INDIVIDUAL, period: WEEK, first: 25) { \
    updatedAt entries { nodes { rank points user { id name } team { id name } } } } }";

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// Prints the figures.
pub async fn measure(server: &Server) -> Result<()> {
    println!("\n(c) Webhook accepted to leaderboardUpdated received, one trigger a second");
    let admin = server.sign_in("admin@demo.test").await?;
    let source = Source::create(server, &admin, "Fan-out").await?;
    let push = source.push("member");
    let viewer = server.sign_in("lead@demo.test").await?;
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let mut readers = JoinSet::new();
    let started = Instant::now();
    let mut sockets = stream::iter(0..SUBSCRIBERS)
        .map(|_| subscribe(server, &viewer))
        .buffer_unordered(CONNECTING);
    while let Some(socket) = sockets.next().await {
        readers.spawn(read(socket?, arrived.clone()));
    }
    println!(
        "    {SUBSCRIBERS} subscribers on as many sockets, connected in {:.1} s",
        started.elapsed().as_secs_f64()
    );
    let mut delays = Latencies::default();
    let mut slowest = Latencies::default();
    let mut lost = 0;
    let mut second = interval(Duration::from_secs(1));
    for number in 1..=TRIGGERS {
        second.tick().await;
        // What still came from the trigger before is not an answer to this one.
        while arrivals.try_recv().is_ok() {}
        let accepted = trigger(server, &push, number).await?;
        let mut last = Duration::ZERO;
        for _ in 0..SUBSCRIBERS {
            let Some(at) = next(&mut arrivals, accepted).await? else {
                lost += 1;
                continue;
            };
            last = at.saturating_duration_since(accepted);
            delays.record(last);
        }
        slowest.record(last);
    }
    readers.abort_all();
    let p99 = milliseconds(delays.quantile(990));
    println!("    each delivery: {}", delays.summary());
    println!("    last subscriber of a trigger: {}", slowest.summary());
    println!("    {} messages received, {lost} lost", delays.count());
    println!("    p99 {p99:.0} ms (goal: under 250 ms)");
    ensure!(lost == 0, "{lost} messages were lost");
    Ok(())
}

/// Sends a push, and returns when it was acknowledged.
async fn trigger(server: &Server, push: &Push, number: u64) -> Result<Instant> {
    let mut connection = Connection::open(server.address()).await?;
    let mut request = push.request.clone();
    push.renew(&mut request, number);
    let answer = connection.send(&request).await?;
    ensure!(
        (200..300).contains(&answer.status),
        "the webhook was answered by {}",
        answer.status
    );
    Ok(Instant::now())
}

/// The next arrival, unless none comes in time.
async fn next(
    arrivals: &mut UnboundedReceiver<Instant>,
    since: Instant,
) -> Result<Option<Instant>> {
    let left = (since + PATIENCE).saturating_duration_since(Instant::now());
    match timeout(left, arrivals.recv()).await {
        Ok(Some(at)) => Ok(Some(at)),
        Ok(None) => bail!("every subscriber was disconnected"),
        Err(_) => Ok(None),
    }
}

/// Opens a socket and reads the first state of the board.
async fn subscribe(server: &Server, session: &Session) -> Result<Socket> {
    let mut request = format!("ws://{}/graphql/ws", server.address()).into_client_request()?;
    request.headers_mut().insert(
        "Sec-WebSocket-Protocol",
        HeaderValue::from_static("graphql-transport-ws"),
    );
    let (mut socket, _) = connect_async(request)
        .await
        .context("could not open a websocket")?;
    let init = json!({ "type": "connection_init", "payload": {
        "Authorization": format!("Bearer {}", session.token),
        "X-Organization-Id": session.organization,
    }});
    socket.send(Message::text(init.to_string())).await?;
    expect(&mut socket, "connection_ack").await?;
    let subscribe = json!({ "id": "1", "type": "subscribe", "payload": { "query": QUERY } });
    socket.send(Message::text(subscribe.to_string())).await?;
    expect(&mut socket, "next").await?;
    Ok(socket)
}

async fn expect(socket: &mut Socket, kind: &str) -> Result<()> {
    loop {
        let message = timeout(PATIENCE, socket.next())
            .await
            .with_context(|| format!("no {kind} came"))?
            .context("the socket was closed")??;
        if let Message::Text(text) = message {
            if is(&text, kind) {
                return Ok(());
            }
            ensure!(is(&text, "ping"), "instead of {kind} came {text}");
        }
    }
}

/// Reports every message of the board until the socket ends.
async fn read(mut socket: Socket, arrived: UnboundedSender<Instant>) {
    while let Some(Ok(message)) = socket.next().await {
        let Message::Text(text) = message else {
            continue;
        };
        if is(&text, "next") {
            if arrived.send(Instant::now()).is_err() {
                return;
            }
        } else if is(&text, "ping") {
            let pong = json!({ "type": "pong" }).to_string();
            if socket.send(Message::text(pong)).await.is_err() {
                return;
            }
        }
    }
}

/// Whether a message is of a kind; reading all of it would be this generator's largest cost.
fn is(text: &str, kind: &str) -> bool {
    let head = &text.as_bytes()[..text.len().min(120)];
    let tail = &text.as_bytes()[text.len().saturating_sub(60)..];
    let wanted = format!("\"type\":\"{kind}\"");
    [head, tail].iter().any(|part| {
        part.windows(wanted.len())
            .any(|window| window == wanted.as_bytes())
    })
}
