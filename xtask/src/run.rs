//! `cargo xtask run`: from a clean clone to a running server with demo data.

use std::{ffi::OsString, os::unix::process::CommandExt};

use anyhow::{Context, Result};

use crate::{
    cargo::{self, Profile},
    client,
    layout::{Host, Layout},
    process,
    setup::{self, Purpose},
};

/// Builds client and server, then becomes the server.
///
/// Replacing this process means that Ctrl-C and SIGTERM reach the server itself, which
/// drains its work and stops the PostgreSQL that it started before it ends.
pub fn run(host: &Host, layout: &Layout, arguments: &[OsString]) -> Result<()> {
    let ready = setup::prepare(host, layout, Purpose::Run)?;
    client::build(&ready, layout)?;
    process::announce(
        "Building the server",
        "Some minutes the first time, seconds later.",
    );
    let server = cargo::build_server(&ready.host, layout, Profile::Dev)?;
    println!("==> Starting the server with demo data; Ctrl-C stops it and keeps the data");
    let error = host
        .command(&server)
        .args(["serve", "--demo"])
        .args(arguments)
        .env("WEB_DIR", layout.dist())
        .exec();
    Err(error).with_context(|| format!("could not start {}", server.display()))
}
