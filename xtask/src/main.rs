//! The project's own commands: `cargo xtask run`, `test`, `soak`, `bench`.
//!
//! Each one first brings what it needs and the machine lacks, saying what and why
//! before it does, so that a clean clone needs nothing but Rust.

mod fingerprint;
mod layout;
mod process;
mod setup;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::{
    layout::{Host, Layout},
    setup::Purpose,
};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "DevMetrics: run it, test it, measure it"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Bring everything that the other commands need, and nothing else.
    Setup,
}

fn main() -> ExitCode {
    match execute(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn execute(cli: Cli) -> Result<ExitCode> {
    let host = Host::current()?;
    let layout = Layout::current()?;
    match cli.command {
        Command::Setup => {
            setup::prepare(&host, &layout, Purpose::Test)?;
            println!("Everything is in place.");
            Ok(ExitCode::SUCCESS)
        }
    }
}
