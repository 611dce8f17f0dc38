//! System packages, where the distribution has apt and this user may use it.

use std::path::Path;

use anyhow::{Result, bail};

use super::Purpose;
use crate::{
    layout::{Host, is_executable},
    process,
};

/// Something that a package brings.
struct Need {
    packages: &'static [&'static str],
    why: &'static str,
    is_there: fn(&Host) -> bool,
    /// Without it the rest still works, perhaps slower; never a reason to stop.
    is_optional: bool,
}

const COMPILER: Need = Need {
    packages: &["build-essential"],
    why: "a C compiler links the programs",
    is_there: |host| host.find("cc").is_some(),
    is_optional: false,
};
const POSTGRESQL: Need = Need {
    packages: &["postgresql"],
    why: "the server keeps its data in a private PostgreSQL",
    is_there: has_postgresql,
    is_optional: true,
};
const POSTGRESQL_FOR_TESTS: Need = Need {
    is_optional: false,
    ..POSTGRESQL
};
const NODE: Need = Need {
    packages: &["nodejs", "npm"],
    why: "npm brings wasm-opt, GraphiQL and the typeface",
    is_there: |host| host.find("node").is_some() && host.find("npm").is_some(),
    is_optional: false,
};
const REDIS: Need = Need {
    packages: &["redis-server"],
    why: "the tests of several nodes let them share a Redis",
    is_there: |host| host.find("redis-server").is_some(),
    is_optional: false,
};
const BROWSER: Need = Need {
    packages: &["chromium", "chromium-driver"],
    why: "the browser tests drive a real browser",
    is_there: |host| host.find("chromium").is_some() && host.find("chromedriver").is_some(),
    is_optional: false,
};
const CERTIFICATES: Need = Need {
    packages: &["ca-certificates"],
    why: "downloads are checked against the known authorities",
    is_there: |_| Path::new("/etc/ssl/certs/ca-certificates.crt").exists(),
    is_optional: true,
};
const DISTRIBUTION_RUST: Need = Need {
    packages: &["rustc-web", "cargo-web", "rust-web-src"],
    why: "this Rust can build a standard library for WebAssembly without rustup's downloads",
    is_there: |host| {
        ["bin/rustc", "bin/cargo"]
            .iter()
            .all(|program| is_executable(&host.prefix.join(program)))
            && host
                .prefix
                .join("lib/rustlib/src/rust/library/std/Cargo.toml")
                .exists()
    },
    is_optional: false,
};
const DISTRIBUTION_CLIPPY: Need = Need {
    packages: &["rust-web-clippy"],
    why: "the client is checked by the toolchain that compiles it",
    is_there: |host| is_executable(&host.prefix.join("bin/cargo-clippy")),
    is_optional: false,
};

/// Brings the packages that a purpose needs.
pub fn ensure(host: &Host, purpose: Purpose) -> Result<()> {
    match purpose {
        Purpose::Server => install_missing(host, &[CERTIFICATES, COMPILER, POSTGRESQL_FOR_TESTS]),
        Purpose::Client => install_missing(host, &[CERTIFICATES, COMPILER, NODE]),
        Purpose::Run => install_missing(host, &[CERTIFICATES, COMPILER, NODE, POSTGRESQL]),
        Purpose::Test => install_missing(
            host,
            &[
                CERTIFICATES,
                COMPILER,
                NODE,
                POSTGRESQL_FOR_TESTS,
                REDIS,
                BROWSER,
            ],
        ),
    }
}

/// Brings the distribution's Rust with its library sources.
pub fn ensure_distribution_rust(host: &Host) -> Result<()> {
    install_missing(host, &[DISTRIBUTION_RUST])
}

/// Brings the distribution's clippy.
pub fn ensure_distribution_clippy(host: &Host) -> Result<()> {
    install_missing(host, &[DISTRIBUTION_CLIPPY])
}

fn install_missing(host: &Host, needs: &[Need]) -> Result<()> {
    let missing: Vec<&Need> = needs.iter().filter(|need| !(need.is_there)(host)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing
        .iter()
        .flat_map(|need| need.packages)
        .copied()
        .collect();
    let by_hand = format!(
        "apt-get update && apt-get install --no-install-recommends {}",
        names.join(" ")
    );
    if host.is_root && host.find("apt-get").is_some() {
        let reasons: Vec<&str> = missing.iter().map(|need| need.why).collect();
        process::announce(
            &format!("Installing {}", names.join(", ")),
            &format!("Why: {}.", reasons.join("; ")),
        );
        return install(host, &names);
    }
    let mut required = Vec::new();
    for need in &missing {
        let line = format!("{} ({})", need.packages.join(", "), need.why);
        if need.is_optional {
            println!("==> Not found, going on without: {line}");
        } else {
            required.push(line);
        }
    }
    if required.is_empty() {
        return Ok(());
    }
    bail!(
        "missing on this machine: {}\nas root, run: {by_hand}",
        required.join("; ")
    );
}

fn install(host: &Host, names: &[&str]) -> Result<()> {
    let apt = || {
        let mut command = host.command("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").args([
            "--quiet",
            "--assume-yes",
            // Progress bars redraw a terminal; these lines also land in log files.
            "-oDpkg::Use-Pty=0",
            "-oAcquire::Retries=3",
        ]);
        command
    };
    // A run that was killed in the middle leaves packages unpacked but not configured.
    process::run(
        "finishing earlier installations",
        host.command("dpkg").args(["--configure", "--pending"]),
    )?;
    process::run("apt-get update", apt().arg("update"))?;
    if names.contains(&"postgresql") {
        keep_system_cluster_away()?;
    }
    process::run(
        "apt-get install",
        apt()
            .args([
                "-oDpkg::Options::=--force-confold",
                "install",
                "--no-install-recommends",
            ])
            .args(names),
    )
}

/// Debian's package would create and start a cluster of its own on port 5432; only the
/// programs are wanted. A machine that has made up its mind about this keeps it.
fn keep_system_cluster_away() -> Result<()> {
    let settings = Path::new("/etc/postgresql-common/createcluster.conf");
    if !settings.exists() {
        std::fs::create_dir_all("/etc/postgresql-common")?;
        std::fs::write(settings, "create_main_cluster = false\n")?;
    }
    Ok(())
}

fn has_postgresql(host: &Host) -> bool {
    let installed = std::fs::read_dir(host.prefix.join("lib/postgresql")).is_ok_and(|versions| {
        versions
            .flatten()
            .any(|version| is_executable(&version.path().join("bin/postgres")))
    });
    installed || host.find("postgres").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::stand_in::Machine;

    /// An ordinary user on a machine that has nothing but Rust.
    fn bare() -> Machine {
        let mut machine = Machine::new();
        machine.host.is_root = false;
        machine.host.path.truncate(1);
        machine
    }

    #[test]
    fn an_ordinary_user_reads_the_command_that_installs_what_is_missing() {
        let machine = bare();
        let error = ensure(&machine.host, Purpose::Client).expect_err("a bare machine");
        let message = error.to_string();
        assert!(message.contains("apt-get install "), "{message}");
        assert!(
            message.ends_with(" build-essential nodejs npm"),
            "{message}"
        );
    }

    #[test]
    fn a_missing_postgresql_stops_the_tests_but_not_a_run() {
        let missing = |purpose| {
            let machine = bare();
            let error = ensure(&machine.host, purpose).expect_err("a bare machine");
            let listed = error.to_string();
            let required = listed.lines().next().unwrap_or_default().to_owned();
            required.contains("postgresql")
        };
        assert!(missing(Purpose::Test));
        assert!(!missing(Purpose::Run));
    }
}
