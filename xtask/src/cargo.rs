//! How cargo is called: with the shared target folder, and always for the same packages.

use std::{path::PathBuf, process::Command};

use anyhow::Result;

use crate::{
    layout::{Host, Layout},
    process,
};

/// Everything but the client.
///
/// Always naming the same packages keeps the features of dependencies the same, so that
/// what one command compiled serves the next.
pub const SERVER_SIDE: [&str; 3] = ["--workspace", "--exclude", "web"];

/// A cargo command that builds into the shared target folder.
pub fn cargo(host: &Host, layout: &Layout, subcommand: &str) -> Command {
    let mut command = host.command("cargo");
    command
        .arg(subcommand)
        .current_dir(&layout.root)
        .env("CARGO_TARGET_DIR", &layout.target);
    command
}

/// How much the compiler optimizes the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build; dependencies are optimized, and the tests share them.
    Dev,
    /// As it is shipped.
    Release,
}

/// Builds the server and returns its program.
pub fn build_server(host: &Host, layout: &Layout, profile: Profile) -> Result<PathBuf> {
    let mut command = cargo(host, layout, "build");
    command.args(SERVER_SIDE).args(["--bin", "devmetrics"]);
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => {
            command.arg("--release");
            "release"
        }
    };
    process::run("building the server", &mut command)?;
    Ok(layout.target.join(folder).join("devmetrics"))
}
