//! Build tools that cargo installs: Trunk and wasm-bindgen, each in a folder of its version.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};

use crate::{
    folder::{self, Staging},
    layout::{Host, Layout},
    process,
};

struct Tool {
    crate_name: &'static str,
    program: &'static str,
    version: String,
    arguments: &'static [&'static str],
    why: &'static str,
    duration: &'static str,
}

/// Brings the tools and returns the folders that they are in.
pub fn ensure(host: &Host, layout: &Layout) -> Result<Vec<PathBuf>> {
    let lock =
        fs::read_to_string(layout.root.join("Cargo.lock")).context("could not read Cargo.lock")?;
    let bindgen =
        locked_version(&lock, "wasm-bindgen").context("Cargo.lock does not name wasm-bindgen")?;
    let tools = [
        Tool {
            crate_name: "wasm-bindgen-cli",
            program: "wasm-bindgen",
            version: bindgen.to_owned(),
            // Its lock file may name versions that a mirror does not have yet.
            arguments: &[],
            why: "It connects the client's WebAssembly to the browser, and must match Cargo.lock.",
            duration: "about 3 minutes",
        },
        Tool {
            crate_name: "trunk",
            program: "trunk",
            version: "0.21.14".to_owned(),
            arguments: &["--locked", "--no-default-features", "--features", "rustls"],
            why: "It bundles the client.",
            duration: "about 6 minutes",
        },
    ];
    tools.iter().map(|tool| tool.ensure(host, layout)).collect()
}

impl Tool {
    fn ensure(&self, host: &Host, layout: &Layout) -> Result<PathBuf> {
        let place = layout.tool(self.program, &self.version);
        let programs = place.join("bin");
        // Asking the program itself also notices one that was cut short or damaged.
        let answer = process::capture(
            host.command(programs.join(self.program))
                .arg("--version")
                .env_remove("RUST_LOG"),
        );
        if answer.is_ok_and(|answer| answer.contains(&self.version)) {
            return Ok(programs);
        }
        process::announce(
            &format!(
                "Installing {} {} ({}, once)",
                self.crate_name, self.version, self.duration
            ),
            self.why,
        );
        let staging = Staging::begin(&place)?;
        let build = layout.cache.join("build").join(self.crate_name);
        process::run(
            &format!("installing {}", self.crate_name),
            host.command("cargo")
                .args(["install", self.crate_name, "--version", &self.version])
                .args(self.arguments)
                .arg("--root")
                .arg(staging.path())
                .current_dir(&layout.cache)
                // Kept when it is interrupted, so that the next run goes on from there.
                .env("CARGO_TARGET_DIR", &build)
                // The tools run for seconds: half the time to build them is worth more.
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .env("CARGO_PROFILE_RELEASE_LTO", "off"),
        )?;
        staging.finish()?;
        folder::remove(&build)?;
        Ok(programs)
    }
}

/// The version of a package in a `Cargo.lock`.
fn locked_version<'l>(lock: &'l str, package: &str) -> Option<&'l str> {
    let mut lines = lock.lines();
    let name = format!("name = \"{package}\"");
    lines.find(|line| *line == name)?;
    lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        layout::is_executable,
        setup::stand_in::{Machine, stand_in},
    };

    #[test]
    fn the_locked_version_is_that_of_the_package_itself() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }

    fn install(machine: &Machine) -> Result<Vec<PathBuf>> {
        ensure(&machine.host, &machine.layout)
    }

    fn machine() -> Machine {
        let machine = Machine::new();
        machine.write(
            "root/Cargo.lock",
            "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n",
        );
        std::os::unix::fs::symlink(stand_in("tool"), machine.top.join("tool")).expect("a tool");
        machine
    }

    #[test]
    fn an_installation_that_was_cut_short_is_done_again() {
        let machine = machine();
        machine.write("broken", "");
        install(&machine).expect_err("a broken installation");
        assert!(!machine.layout.tool("wasm-bindgen", "0.2.130").exists());
        machine.remove("broken");
        let folders = install(&machine).expect("tools");
        assert_eq!(folders.len(), 2);
    }

    #[test]
    fn installed_tools_are_left_alone() {
        let machine = machine();
        install(&machine).expect("tools");
        machine.write("broken", "");
        install(&machine).expect("nothing to install");
    }

    #[test]
    fn a_tool_that_does_not_run_is_replaced() {
        let machine = machine();
        let folders = install(&machine).expect("tools");
        let program = folders[1].join("trunk");
        fs::remove_file(&program).expect("the program");
        fs::write(&program, "").expect("an empty program");
        install(&machine).expect("tools");
        assert!(is_executable(&program));
    }
}
