//! `cargo xtask soak`: the long runs that the test command leaves out.

use std::process::ExitCode;

use anyhow::Result;

use crate::{
    cargo::{self, Profile, SERVER_SIDE},
    layout::{Host, Layout},
    setup,
    tally::run_tests,
};

/// Runs every ignored test: kills at many seeded points, long random inputs.
///
/// Each prints its seed; `SEED` in the environment repeats a run.
pub fn soak(host: &Host, layout: &Layout) -> Result<ExitCode> {
    setup::prepare_server(host, layout)?;
    let server = cargo::build_server(host, layout, Profile::Dev)?;
    let mut command = cargo::cargo(host, layout, "test");
    command
        .args(SERVER_SIDE)
        .args(["--lib", "--test", "it", "--no-fail-fast"])
        .args(["--", "--ignored", "--nocapture", "--test-threads=1"])
        .env("DEVMETRICS_BIN", server);
    let tally = run_tests("soak", &mut command)?;
    println!(
        "\n{} passed, {} failed, {} skipped",
        tally.passed, tally.failed, tally.skipped
    );
    Ok(if tally.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
