//! A toolchain that compiles to WASM.
//!
//! Where rustup can fetch the target, it is asked to. On closed networks the distribution's
//! own Rust takes over: it ships no standard library for wasm32, so that is built once from
//! its sources and put beside the one it has.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

use super::packages;
use crate::{
    folder::{self, Staging},
    layout::{Host, Layout, is_executable},
    process,
};

const TARGET: &str = "wasm32-unknown-unknown";
/// The name under which rustup knows the distribution's toolchain.
const LINKED: &str = "debian";
/// Holds the compiler's version that a built standard library belongs to.
const STAMP: &str = "devmetrics-std";

/// How the client is compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientToolchain {
    /// By the toolchain that compiles everything else.
    Selected,
    /// By the distribution's, which borrows the linker of the other.
    Distribution {
        /// `rust-lld`, which the distribution does not ship.
        linker: PathBuf,
    },
}

impl ClientToolchain {
    /// Makes a command compile for WASM with this toolchain.
    pub fn apply<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        if let Self::Distribution { linker } = self {
            command
                .env("RUSTUP_TOOLCHAIN", LINKED)
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        command
    }
}

/// Finds or brings a toolchain for the client.
pub fn ensure(host: &Host, layout: &Layout) -> Result<ClientToolchain> {
    if let Some(ready) = detect(host)? {
        return Ok(ready);
    }
    if host.find("rustup").is_some() && add_target(host)? {
        if let Some(ready) = detect(host)? {
            return Ok(ready);
        }
        println!("    rustup reported success, but the target is not there");
    }
    use_distribution(host, layout)
}

/// What this machine can compile the client with, if anything.
fn detect(host: &Host) -> Result<Option<ClientToolchain>> {
    let sysroot = sysroot(host)?;
    if has_std(&sysroot.join("lib/rustlib")) {
        return Ok(Some(ClientToolchain::Selected));
    }
    if !has_current_std(host)? || !is_linked(host)? {
        return Ok(None);
    }
    Ok(find_linker(&sysroot).map(|linker| ClientToolchain::Distribution { linker }))
}

/// Asks rustup for the target; `false` when it cannot fetch it.
fn add_target(host: &Host) -> Result<bool> {
    process::announce(
        "Adding the WebAssembly target to Rust (about 20 MB, by rustup)",
        "The client runs in the browser as WebAssembly, which Rust compiles with this target.",
    );
    let status = process::run_status(
        "rustup target add",
        host.command("rustup").args(["target", "add", TARGET]),
    )?;
    if !status.success() {
        println!("    rustup could not fetch the target ({status}).");
    }
    Ok(status.success())
}

/// Sets up the distribution's toolchain: packages, standard library, link, linker.
fn use_distribution(host: &Host, layout: &Layout) -> Result<ClientToolchain> {
    println!("==> Compiling the client with the distribution's Rust instead");
    packages::ensure_distribution_rust(host)?;
    if !has_current_std(host)? {
        build_std(host, layout)?;
    }
    if !is_linked(host)? {
        ensure!(
            host.find("rustup").is_some(),
            "rustup is needed to select the toolchain in {}: install Rust through rustup",
            host.prefix.display()
        );
        process::run(
            "rustup toolchain link",
            host.command("rustup")
                .args(["toolchain", "link", LINKED])
                .arg(&host.prefix),
        )?;
    }
    let sysroot = sysroot(host)?;
    let linker = find_linker(&sysroot).with_context(|| {
        format!(
            "there is no rust-lld in {}: `rustup component add rustc` brings it back",
            sysroot.display()
        )
    })?;
    Ok(ClientToolchain::Distribution { linker })
}

/// Builds the standard library for wasm32 from the distribution's sources.
fn build_std(host: &Host, layout: &Layout) -> Result<()> {
    let rustlib = rustlib(host);
    if !host.is_root {
        bail!(
            "the standard library for {TARGET} is missing in {}, and only root may write there; \
             run `cargo xtask setup` once as root",
            rustlib.display()
        );
    }
    process::announce(
        "Building the standard library for WebAssembly (about a minute)",
        "The distribution ships its sources only.",
    );
    let project = layout.cache.join("build/wasm-std");
    folder::remove(&project)?;
    fs::create_dir_all(project.join("src"))?;
    fs::write(
        project.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n",
    )?;
    fs::write(project.join("src/lib.rs"), "#![no_std]\n")?;
    process::run(
        "building the standard library",
        host.command(host.prefix.join("bin/cargo"))
            .args(["build", "--release", "--target", TARGET])
            .arg("-Zbuild-std=std,panic_abort,panic_unwind")
            .current_dir(&project)
            .env_remove("RUSTUP_TOOLCHAIN")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env("CARGO_TARGET_DIR", project.join("target"))
            .env("RUSTC", host.prefix.join("bin/rustc"))
            .env("RUSTC_BOOTSTRAP", "1")
            // Without embedded bitcode, link-time optimization of the client fails.
            .env("RUSTFLAGS", "-Cembed-bitcode=yes"),
    )?;
    let staging = Staging::begin(&rustlib.join(TARGET))?;
    let libraries = staging.path().join("lib");
    fs::create_dir_all(&libraries)?;
    let built = project.join("target").join(TARGET).join("release/deps");
    for entry in fs::read_dir(&built)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            fs::copy(&path, libraries.join(&*name))?;
        }
    }
    fs::write(staging.path().join(STAMP), compiler_version(host)?)?;
    staging.finish()?;
    folder::remove(&project)?;
    // What was compiled against another standard library does not link with this one.
    folder::remove(&layout.target.join(TARGET))
}

/// Clippy for the toolchain that compiles the client.
pub fn ensure_clippy(host: &Host, toolchain: &ClientToolchain) -> Result<()> {
    match toolchain {
        ClientToolchain::Selected => Ok(()),
        ClientToolchain::Distribution { .. } => packages::ensure_distribution_clippy(host),
    }
}

fn sysroot(host: &Host) -> Result<PathBuf> {
    process::capture(host.command("rustc").args(["--print", "sysroot"]))
        .map(PathBuf::from)
        .context("Rust is needed")
}

fn rustlib(host: &Host) -> PathBuf {
    host.prefix.join("lib/rustlib")
}

/// Whether there is a standard library for the target.
fn has_std(rustlib: &Path) -> bool {
    fs::read_dir(rustlib.join(TARGET).join("lib")).is_ok_and(|entries| {
        entries
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
    })
}

/// Whether the distribution's compiler has a standard library that was built for it.
///
/// An upgrade of the compiler makes the old one useless, so its version is compared.
fn has_current_std(host: &Host) -> Result<bool> {
    let rustlib = rustlib(host);
    if !is_executable(&host.prefix.join("bin/rustc")) || !has_std(&rustlib) {
        return Ok(false);
    }
    let stamp = fs::read_to_string(rustlib.join(TARGET).join(STAMP)).unwrap_or_default();
    Ok(stamp == compiler_version(host)?)
}

fn compiler_version(host: &Host) -> Result<String> {
    process::capture(
        host.command(host.prefix.join("bin/rustc"))
            .arg("--version")
            .env_remove("RUSTUP_TOOLCHAIN"),
    )
}

/// Whether rustup can select the distribution's toolchain.
fn is_linked(host: &Host) -> Result<bool> {
    if host.find("rustup").is_none() {
        return Ok(false);
    }
    let list = process::capture(host.command("rustup").args(["toolchain", "list"]))?;
    Ok(list
        .lines()
        .any(|line| line.split_whitespace().next() == Some(LINKED)))
}

/// The linker that rustup's toolchains bring along.
fn find_linker(sysroot: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(sysroot.join("lib/rustlib")).ok()?;
    entries
        .flatten()
        .map(|entry| entry.path().join("bin/rust-lld"))
        .find(|candidate| is_executable(candidate))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::stand_in::Machine;

    fn distribution(machine: &Machine) -> ClientToolchain {
        ClientToolchain::Distribution {
            linker: machine
                .top
                .join("bin/../sysroot/lib/rustlib/host/bin/rust-lld"),
        }
    }

    #[test]
    fn rustup_brings_the_target_where_it_can() {
        let machine = Machine::new();
        machine.write("behaviour", "good");
        let toolchain = ensure(&machine.host, &machine.layout).expect("a toolchain");
        assert_eq!(toolchain, ClientToolchain::Selected);
    }

    #[test]
    fn a_target_that_is_there_is_not_fetched_again() {
        let machine = Machine::new();
        machine.write("behaviour", "good");
        ensure(&machine.host, &machine.layout).expect("a toolchain");
        machine.write("behaviour", "refuses");
        let toolchain = ensure(&machine.host, &machine.layout).expect("a toolchain");
        assert_eq!(toolchain, ClientToolchain::Selected);
    }

    #[test]
    fn the_distribution_takes_over_where_rustup_fetches_nothing() {
        for behaviour in ["refuses", "cut", "silent"] {
            let machine = Machine::new().with_distribution();
            machine.write("behaviour", behaviour);
            let toolchain = ensure(&machine.host, &machine.layout).expect("a toolchain");
            assert_eq!(toolchain, distribution(&machine), "{behaviour}");
            let libraries = rustlib(&machine.host).join(TARGET).join("lib");
            assert!(libraries.join("libstd-1.rlib").exists());
            assert!(!libraries.join("libempty-1.rlib").exists());
        }
    }

    #[test]
    fn a_killed_build_of_the_standard_library_is_done_again() {
        let machine = Machine::new().with_distribution();
        machine.write("behaviour", "refuses");
        machine.write("usr/broken", "");
        ensure(&machine.host, &machine.layout).expect_err("a broken build");
        assert!(!has_std(&rustlib(&machine.host)));
        machine.remove("usr/broken");
        let toolchain = ensure(&machine.host, &machine.layout).expect("a toolchain");
        assert_eq!(toolchain, distribution(&machine));
    }

    #[test]
    fn a_new_compiler_gets_a_new_standard_library() {
        let machine = Machine::new().with_distribution();
        machine.write("behaviour", "refuses");
        ensure(&machine.host, &machine.layout).expect("a toolchain");
        machine.write("usr/version", "rustc 1.97.0");
        assert_eq!(detect(&machine.host).expect("an answer"), None);
        ensure(&machine.host, &machine.layout).expect("a toolchain");
        let stamp = rustlib(&machine.host).join(TARGET).join(STAMP);
        assert_eq!(fs::read_to_string(stamp).expect("a stamp"), "rustc 1.97.0");
    }

    #[test]
    fn an_ordinary_user_is_told_what_to_install_and_how() {
        let mut machine = Machine::new();
        machine.host.is_root = false;
        machine.write("behaviour", "refuses");
        let error = ensure(&machine.host, &machine.layout).expect_err("nothing to compile with");
        let message = format!("{error:#}");
        assert!(message.contains("apt-get install"), "{message}");
        assert!(message.contains("rustc-web"), "{message}");
    }
}
