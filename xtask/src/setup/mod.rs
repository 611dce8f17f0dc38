//! Bringing what is missing: system packages, the WASM target, build tools, npm packages.
//!
//! Every step looks first and does nothing where the machine already has the thing. What it
//! installs goes to a temporary folder and is renamed into place, so a step that was cut
//! short leaves nothing that a later run would take for finished.

mod npm;
mod packages;
#[cfg(test)]
mod stand_in;
mod tools;
mod wasm;

use anyhow::Result;

pub use self::{npm::NodeTools, wasm::ClientToolchain};
use crate::{
    folder,
    layout::{Host, Layout},
};

/// What the set-up is for; it decides how much is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The server without a client.
    Server,
    /// The client alone.
    Client,
    /// A running server with the client inside.
    Run,
    /// Everything that the tests use, a browser included.
    Test,
}

/// What the set-up found or brought, for those who build.
#[derive(Debug, Clone)]
pub struct Ready {
    /// The machine with the installed tools on its search path.
    pub host: Host,
    /// How the client is compiled.
    pub toolchain: ClientToolchain,
    /// The client's npm packages.
    pub client_packages: NodeTools,
    /// The tests' npm packages; only where they were asked for.
    pub test_packages: Option<NodeTools>,
}

/// Brings what is missing for a purpose.
pub fn prepare(host: &Host, layout: &Layout, purpose: Purpose) -> Result<Ready> {
    let _lock = folder::lock(&layout.cache, "setup")?;
    packages::ensure(host, purpose)?;
    let toolchain = wasm::ensure(host, layout)?;
    if purpose == Purpose::Test {
        wasm::ensure_clippy(host, &toolchain)?;
    }
    let mut folders = tools::ensure(host, layout)?;
    let client_packages = npm::ensure(host, layout, "client", "web/npm")?;
    let test_packages = match purpose {
        Purpose::Test => Some(npm::ensure(host, layout, "tests", "tests/npm")?),
        _ => None,
    };
    folders.push(client_packages.modules.join(".bin"));
    Ok(Ready {
        host: host.with_path(folders),
        toolchain,
        client_packages,
        test_packages,
    })
}

/// Brings what the server alone needs.
pub fn prepare_server(host: &Host, layout: &Layout) -> Result<()> {
    let _lock = folder::lock(&layout.cache, "setup")?;
    packages::ensure(host, Purpose::Server)
}
