//! `cargo xtask bench`: figures beside the machine's own limit.

use anyhow::Result;

use crate::{
    cargo::{self, Profile, SERVER_SIDE},
    layout::{Host, Layout},
    process, setup,
};

/// Builds the server as it is shipped, and loads it.
pub fn bench(host: &Host, layout: &Layout, only: &[String]) -> Result<()> {
    setup::prepare_server(host, layout)?;
    process::announce(
        "Building the server as it is shipped, and the load generator",
        "Figures of a debug build would mean nothing; this takes some minutes the first time.",
    );
    let server = cargo::build_server(host, layout, Profile::Release)?;
    let mut build = cargo::cargo(host, layout, "build");
    build
        .args(SERVER_SIDE)
        .args(["--release", "--bin", "bench"]);
    process::run("building the load generator", &mut build)?;
    let mut bench = host.command(layout.target.join("release/bench"));
    process::run("benchmarks", bench.arg(server).args(only))
}
