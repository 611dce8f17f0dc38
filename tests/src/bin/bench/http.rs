//! HTTP/1.1 over kept-alive connections, as little of it as a load generator needs: what it
//! spends is taken from the server that shares its cores.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

use crate::latency::Latencies;

/// A request as it goes over the wire.
#[derive(Debug, Clone)]
pub struct Request(Vec<u8>);

impl Request {
    /// A GET.
    pub fn get(path: &str) -> Self {
        Self(format!("GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n").into_bytes())
    }

    /// A POST of JSON.
    pub fn post(path: &str, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let mut head = format!(
            "POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n\
             Accept: application/json\r\nContent-Length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body);
        Self(bytes)
    }

    /// Replaces a marker of the same length, so that the rest need not be built again.
    pub fn patch(&mut self, at: usize, with: &[u8]) {
        self.0[at..at + with.len()].copy_from_slice(with);
    }

    /// Where a marker stands.
    pub fn position(&self, marker: &[u8]) -> Option<usize> {
        self.0
            .windows(marker.len())
            .position(|window| window == marker)
    }
}

/// The head of an answer.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    pub status: u16,
}

/// A kept-alive connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    body: std::ops::Range<usize>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(64 * 1024),
            body: 0..0,
        })
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&mut self, request: &Request) -> Result<Answer> {
        self.stream.write_all(&request.0).await?;
        self.buffer.clear();
        let head = loop {
            self.read_more().await?;
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = std::str::from_utf8(&self.buffer[..head]).context("headers are text")?;
        let status = text
            .get(9..12)
            .and_then(|status| status.parse().ok())
            .context("an answer begins with its status")?;
        let length: usize = header(text, "content-length")
            .map(str::parse)
            .transpose()?
            .unwrap_or(0);
        if header(text, "transfer-encoding").is_some() {
            bail!("the answer is in chunks, which the load generator does not read");
        }
        while self.buffer.len() < head + length {
            self.read_more().await?;
        }
        self.body = head..head + length;
        Ok(Answer { status })
    }

    /// The body of the last answer.
    pub fn body(&self) -> &[u8] {
        &self.buffer[self.body.clone()]
    }

    async fn read_more(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

fn find(buffer: &[u8], what: &[u8]) -> Option<usize> {
    buffer.windows(what.len()).position(|window| window == what)
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().find_map(|line| {
        let (field, value) = line.split_once(':')?;
        field.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// How hard to ask.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    pub connections: usize,
    pub warm_up: Duration,
    pub duration: Duration,
    pub expected_status: u16,
}

/// What the server did.
pub struct Outcome {
    pub per_second: f64,
    pub latencies: Latencies,
}

/// Asks over many connections at once, each as soon as it has the answer to its last request.
///
/// `next` prepares a connection's next request; it gets numbers that never repeat.
pub async fn load<F>(address: &str, load: Load, request: &Request, next: F) -> Result<Outcome>
where
    F: Fn(&mut Request, u64) + Clone + Send + 'static,
{
    let mut tasks = JoinSet::new();
    let start = Instant::now() + load.warm_up;
    let end = start + load.duration;
    for worker in 0..load.connections {
        let mut connection = Connection::open(address).await?;
        let mut request = request.clone();
        let next = next.clone();
        tasks.spawn(async move {
            let mut latencies = Latencies::default();
            let mut number = (worker as u64) << 40;
            loop {
                next(&mut request, number);
                number += 1;
                let sent = Instant::now();
                if sent >= end {
                    return anyhow::Ok(latencies);
                }
                let answer = connection.send(&request).await?;
                if answer.status != load.expected_status {
                    bail!(
                        "the server answered {}: {}",
                        answer.status,
                        String::from_utf8_lossy(connection.body())
                    );
                }
                let received = Instant::now();
                // Only what was sent and answered within the measured time counts.
                if sent >= start && received <= end {
                    latencies.record(received - sent);
                }
            }
        });
    }
    let mut latencies = Latencies::default();
    while let Some(worker) = tasks.join_next().await {
        latencies.extend(worker??);
    }
    Ok(Outcome {
        per_second: latencies.count() as f64 / load.duration.as_secs_f64(),
        latencies,
    })
}
