//! The benchmarks: a server of their own is loaded over HTTP and websockets, and each figure
//! stands beside what the machine's PostgreSQL does by itself in the same minute.
//!
//! Started by `cargo xtask bench`. Server, PostgreSQL, pgbench and this load generator share
//! the machine's cores, so the ratios say more than the figures.

mod boards;
mod fanout;
mod http;
mod latency;
mod postgres;
mod seed;
mod server;
mod webhooks;

use std::{env, path::PathBuf};

use anyhow::{Context, Result, bail};

use crate::server::Server;

/// What the benchmarks raise, stated in their output.
const RAISED: [(&str, &str); 4] = [
    ("WEBHOOK_RATE_PER_MINUTE", "10000000"),
    ("REQUEST_RATE_PER_MINUTE", "1000000000"),
    ("ANONYMOUS_RATE_PER_MINUTE", "1000000000"),
    ("DEMO_TRAFFIC", "false"),
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let (program, only) = arguments()?;
    println!("Limits and settings changed for these figures:");
    for (name, value) in RAISED {
        println!("  {name}={value}");
    }
    let mut server = Server::new(program)?;
    server.start(&RAISED).await?;
    let people = seed::grow(&server).await?;
    // Boards are built from the tables at the start.
    server.stop()?;
    server.start(&RAISED).await?;
    println!("One organization with {people} people.");
    let wanted = |name: &str| only.is_empty() || only.iter().any(|only| only == name);
    if wanted("boards") {
        boards::measure(&server).await?;
    }
    if wanted("fanout") {
        fanout::measure(&server).await?;
    }
    // Last, because the accepted events are still being processed when it ends.
    if wanted("webhooks") {
        webhooks::measure(&server).await?;
    }
    server.stop()
}

/// The server's program, and the benchmarks to run: all when none is named.
fn arguments() -> Result<(PathBuf, Vec<String>)> {
    let mut arguments = env::args_os().skip(1);
    let program = arguments
        .next()
        .context("usage: bench PROGRAM [webhooks|boards|fanout]…")?;
    let mut only = Vec::new();
    for argument in arguments {
        match argument.to_str() {
            Some(name @ ("webhooks" | "boards" | "fanout")) => only.push(name.to_owned()),
            _ => bail!("there is no benchmark {}", argument.display()),
        }
    }
    Ok((program.into(), only))
}
