//! `cargo xtask test`: every check in one run, counted on one line.

use std::{
    cell::OnceCell,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use crate::{
    cargo::{self, Profile, SERVER_SIDE},
    client, conformance,
    layout::{Host, Layout},
    process,
    setup::{self, Purpose, Ready},
    tally::{Tally, run_tests},
};

/// What the stages work with.
pub struct Context {
    /// What the set-up brought.
    pub ready: Ready,
    /// Where things are.
    pub layout: Layout,
    client: OnceCell<Result<(), String>>,
}

impl Context {
    /// Builds the client once; what failed once is not tried again by the stages that follow.
    pub fn client(&self) -> Result<()> {
        self.client
            .get_or_init(|| {
                client::build(&self.ready, &self.layout).map_err(|error| format!("{error:#}"))
            })
            .clone()
            .map_err(anyhow::Error::msg)
    }
}

struct Stage {
    name: &'static str,
    run: fn(&Context) -> Result<Tally>,
}

/// The stages in their order: what is quick to fail comes first.
const STAGES: [Stage; 11] = [
    Stage {
        name: "format",
        run: format,
    },
    Stage {
        name: "lint",
        run: lint,
    },
    Stage {
        name: "lint-client",
        run: lint_client,
    },
    Stage {
        name: "docs",
        run: docs,
    },
    Stage {
        name: "dependencies",
        run: dependencies,
    },
    Stage {
        name: "tests",
        run: tests,
    },
    Stage {
        name: "doc-tests",
        run: doc_tests,
    },
    Stage {
        name: "client-tests",
        run: client_tests,
    },
    Stage {
        name: "client",
        run: build_client,
    },
    Stage {
        name: "conformance",
        run: conformance::check,
    },
    Stage {
        name: "browser",
        run: browser,
    },
];

/// Runs the stages, all of them even when one fails, and closes with the count.
pub fn test(host: &Host, layout: &Layout, only: &[String]) -> Result<ExitCode> {
    for name in only {
        ensure!(
            STAGES.iter().any(|stage| stage.name == name),
            "there is no stage {name}; there are {}",
            STAGES.map(|stage| stage.name).join(", ")
        );
    }
    let started = Instant::now();
    let ready = match setup::prepare(host, layout, Purpose::Test) {
        Ok(ready) => ready,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            println!("{}", closing_line(Tally::FAILED));
            return Ok(ExitCode::FAILURE);
        }
    };
    let context = Context {
        ready,
        layout: layout.clone(),
        client: OnceCell::new(),
    };
    let mut rows = vec![("setup", Tally::PASSED, started.elapsed())];
    for stage in &STAGES {
        if only.is_empty() || only.iter().any(|name| name == stage.name) {
            rows.push(run_stage(stage, &context));
        }
    }
    Ok(report(&rows))
}

fn run_stage(stage: &Stage, context: &Context) -> (&'static str, Tally, Duration) {
    println!("\n===== {} =====", stage.name);
    let started = Instant::now();
    let tally = (stage.run)(context).unwrap_or_else(|error| {
        println!("{}: {error:#}", stage.name);
        Tally::FAILED
    });
    (stage.name, tally, started.elapsed())
}

fn report(rows: &[(&str, Tally, Duration)]) -> ExitCode {
    println!(
        "\n{:<14}{:>8}{:>8}{:>8}{:>8}",
        "stage", "passed", "failed", "skipped", "s"
    );
    let mut total = Tally::default();
    for (name, tally, elapsed) in rows {
        println!(
            "{name:<14}{:>8}{:>8}{:>8}{:>8}",
            tally.passed,
            tally.failed,
            tally.skipped,
            elapsed.as_secs()
        );
        total += *tally;
    }
    println!("\n{}", closing_line(total));
    if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn closing_line(tally: Tally) -> String {
    format!(
        "{} passed, {} failed, {} skipped",
        tally.passed, tally.failed, tally.skipped
    )
}

fn format(context: &Context) -> Result<Tally> {
    let mut command = cargo::cargo(&context.ready.host, &context.layout, "fmt");
    process::run("formatting", command.args(["--all", "--check"]))?;
    Ok(Tally::PASSED)
}

fn lint(context: &Context) -> Result<Tally> {
    let mut command = cargo::cargo(&context.ready.host, &context.layout, "clippy");
    command
        .args(SERVER_SIDE)
        .args(["--all-targets", "--", "--deny", "warnings"]);
    process::run("clippy", &mut command)?;
    Ok(Tally::PASSED)
}

fn lint_client(context: &Context) -> Result<Tally> {
    let mut command = cargo::cargo(&context.ready.host, &context.layout, "clippy");
    command.args([
        "--package=web",
        "--target=wasm32-unknown-unknown",
        "--",
        "--deny",
        "warnings",
    ]);
    process::run(
        "clippy of the client",
        context.ready.toolchain.apply(&mut command),
    )?;
    Ok(Tally::PASSED)
}

fn docs(context: &Context) -> Result<Tally> {
    let mut command = cargo::cargo(&context.ready.host, &context.layout, "doc");
    command
        .args(SERVER_SIDE)
        .args(["--no-deps", "--document-private-items"])
        .env("RUSTDOCFLAGS", "--deny warnings");
    process::run("documentation", &mut command)?;
    Ok(Tally::PASSED)
}

fn dependencies(context: &Context) -> Result<Tally> {
    if context.ready.host.find("cargo-deny").is_none() {
        println!("skipped: cargo-deny is not installed (`cargo install cargo-deny`)");
        return Ok(Tally::SKIPPED);
    }
    let mut command = cargo::cargo(&context.ready.host, &context.layout, "deny");
    // The advisory database is not reachable everywhere; the rest needs no network.
    command.args(["check", "bans", "licenses", "sources"]);
    process::run("cargo deny", &mut command)?;
    Ok(Tally::PASSED)
}

/// Unit tests, and tests of the server through its public doors on a real PostgreSQL.
fn tests(context: &Context) -> Result<Tally> {
    let server = cargo::build_server(&context.ready.host, &context.layout, Profile::Dev)?;
    let mut command = cargo::cargo(&context.ready.host, &context.layout, "test");
    command
        .args(SERVER_SIDE)
        .args(["--lib", "--bins", "--test", "it", "--no-fail-fast"])
        .env("DEVMETRICS_BIN", server);
    run_tests("tests", &mut command)
}

fn doc_tests(context: &Context) -> Result<Tally> {
    let mut command = cargo::cargo(&context.ready.host, &context.layout, "test");
    command.args(SERVER_SIDE).args(["--doc", "--no-fail-fast"]);
    run_tests("doc tests", &mut command)
}

/// The client's own tests that need no browser.
fn client_tests(context: &Context) -> Result<Tally> {
    if !context.layout.root.join("web/src/lib.rs").is_file() {
        println!("skipped: the client has no library to test outside of a browser");
        return Ok(Tally::SKIPPED);
    }
    let mut command = cargo::cargo(&context.ready.host, &context.layout, "test");
    command.args(["--package=web", "--lib"]);
    run_tests("client tests", &mut command)
}

fn build_client(context: &Context) -> Result<Tally> {
    context.client()?;
    client::check_first_load(&context.layout)?;
    Ok(Tally::PASSED)
}

fn browser(context: &Context) -> Result<Tally> {
    let ready = &context.ready;
    context.client()?;
    let server = cargo::build_server(&ready.host, &context.layout, Profile::Dev)?;
    let mut command = cargo::cargo(&ready.host, &context.layout, "test");
    command
        .args(SERVER_SIDE)
        .args(["--test", "browser", "--no-fail-fast"])
        .env("DEVMETRICS_BIN", server)
        .env("WEB_DIR", context.layout.dist());
    for (name, program) in [("CHROMEDRIVER", "chromedriver"), ("CHROMIUM", "chromium")] {
        if let Some(program) = ready.host.find(program) {
            command.env(name, program);
        }
    }
    if let Some(packages) = &ready.test_packages {
        command.env("AXE_JS", packages.modules.join("axe-core/axe.min.js"));
    }
    run_tests("browser tests", &mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_has_the_form_that_is_read() {
        let tally = Tally {
            passed: 3,
            failed: 0,
            skipped: 1,
        };
        assert_eq!(closing_line(tally), "3 passed, 0 failed, 1 skipped");
    }

    #[test]
    fn one_failure_anywhere_fails_the_run() {
        let rows = [
            ("format", Tally::PASSED, Duration::ZERO),
            ("tests", Tally::FAILED, Duration::ZERO),
        ];
        assert_eq!(report(&rows), ExitCode::FAILURE);
        assert_eq!(report(&rows[..1]), ExitCode::SUCCESS);
    }
}
