//! The project's own commands: `cargo xtask run`, `test`, `soak`, `bench`.
//!
//! Each one first brings what it needs and the machine lacks, saying what and why
//! before it does, so that a clean clone needs nothing but Rust.

mod bench;
mod cargo;
mod client;
mod conformance;
mod fingerprint;
mod folder;
mod layout;
mod parts;
mod process;
mod run;
mod server;
mod setup;
mod soak;
mod stages;
mod tally;

use std::{ffi::OsString, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::{
    cargo::Profile,
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
    /// Start the server with demo data at <http://127.0.0.1:8080>.
    Run {
        /// Further arguments of `devmetrics serve`.
        #[arg(last = true)]
        arguments: Vec<OsString>,
    },
    /// Run every check and test, and close with their count.
    Test {
        /// Run only this stage; may be repeated.
        #[arg(long, value_name = "STAGE")]
        only: Vec<String>,
    },
    /// Run the long kill tests and fuzzing.
    Soak,
    /// Measure the server beside the machine's own limits.
    Bench {
        /// Run only these: webhooks, boards, fanout.
        only: Vec<String>,
    },
    /// Build client and server as they are shipped.
    Build,
    /// Build the client alone, into web/dist.
    Client,
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
        Command::Run { arguments } => run::run(&host, &layout, &arguments)?,
        Command::Test { only } => return stages::test(&host, &layout, &only),
        Command::Soak => return soak::soak(&host, &layout),
        Command::Bench { only } => bench::bench(&host, &layout, &only)?,
        Command::Build => {
            let ready = setup::prepare(&host, &layout, Purpose::Client)?;
            client::build(&ready, &layout)?;
            let server = cargo::build_server(&ready.host, &layout, Profile::Release)?;
            println!("Server: {}", server.display());
            println!("Client: {}", layout.dist().display());
        }
        Command::Client => {
            let ready = setup::prepare(&host, &layout, Purpose::Client)?;
            client::build(&ready, &layout)?;
            client::check_first_load(&layout)?;
        }
        Command::Setup => {
            setup::prepare(&host, &layout, Purpose::Test)?;
            println!("Everything is in place.");
        }
    }
    Ok(ExitCode::SUCCESS)
}
