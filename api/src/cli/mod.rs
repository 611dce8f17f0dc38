//! The command line: one file per command. Options that are settings too win over the environment.

mod migrate;
mod reseal;
mod schema;
mod serve;
mod settings;
mod setup_link;
mod stop_signal;
mod token;
mod verify_ledger;
mod worker;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};

use crate::app::{DataAccess, Ground};
use crate::config::{Settings, Vars};
use crate::error::AppError;
use crate::platform::clock::Clock;
use crate::platform::telemetry;

/// Developer activity, points and leaderboards.
#[derive(Debug, Parser)]
#[command(name = "devmetrics", version, about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server: API, browser client and processing of events.
    Serve(serve::Options),
    /// Only process events; needs `DATABASE_URL`.
    Worker,
    /// Bring the database to this program's schema, or back.
    Migrate(migrate::Options),
    /// Print a one-time link that lets the first administrator in.
    SetupLink(setup_link::Options),
    /// Print an access token of a person, for scripts on this machine.
    Token(token::Options),
    /// Check the points ledger and everything that is kept beside it.
    VerifyLedger(verify_ledger::Options),
    /// Seal every stored secret with the first key of `TOKEN_ENCRYPTION_KEY`.
    Reseal(reseal::Options),
    /// Print the GraphQL schema.
    Schema,
    /// List every setting with its default and meaning.
    Settings(settings::Options),
}

/// Where the data is, for every command that looks into it.
#[derive(Args, Clone, Debug)]
struct DataOptions {
    /// Directory of the embedded PostgreSQL and of generated secrets; same as `DATA_DIR`.
    #[arg(long, value_name = "DIR", global = true)]
    data_dir: Option<PathBuf>,
}

impl DataOptions {
    fn apply(&self, vars: &mut Vars) {
        if let Some(dir) = &self.data_dir {
            vars.set("DATA_DIR", dir.to_string_lossy());
        }
    }
}

/// Runs the command that the arguments ask for; what went wrong is on the standard error.
pub fn run() -> ExitCode {
    let command = Cli::parse().command;
    let runtime = match tokio::runtime::Runtime::new().context("start the runtime") {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    let vars = Vars::from_process();
    let outcome = runtime.block_on(async {
        match command {
            Command::Serve(options) => serve::run(&options, vars).await,
            Command::Worker => worker::run(vars).await,
            Command::Migrate(options) => migrate::run(&options, vars).await,
            Command::SetupLink(options) => setup_link::run(&options, vars).await,
            Command::Token(options) => token::run(&options, vars).await,
            Command::VerifyLedger(options) => verify_ledger::run(&options, vars).await,
            Command::Reseal(options) => reseal::run(&options, vars).await,
            Command::Schema => schema::run(),
            Command::Settings(options) => settings::run(&options),
        }
    });
    // Whatever still runs was given its time.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("devmetrics: {error:#}");
    ExitCode::FAILURE
}

/// Does something with the database, beside a running server or without one.
async fn on_ground(
    data: &DataOptions,
    mut vars: Vars,
    work: impl AsyncFnOnce(&Ground) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    data.apply(&mut vars);
    // What a command says is its answer; only what is wrong is worth a line beside it.
    if vars.get("RUST_LOG").is_none() {
        vars.set("RUST_LOG", "warn");
    }
    let settings = prepare(&vars)?;
    let ground = Ground::start(settings, Clock::system(), DataAccess::Beside).await?;
    let outcome = work(&ground).await;
    ground.stop().await;
    outcome
}

/// An error of a service for the person at the terminal, who may read everything.
fn in_words(error: AppError) -> anyhow::Error {
    match error {
        AppError::Internal(error) => error,
        AppError::Refused { message, .. } => anyhow::anyhow!("{message}"),
        AppError::Invalid(errors) => {
            let texts: Vec<String> = errors
                .into_iter()
                .map(|error| format!("{}: {}", error.field, error.message))
                .collect();
            anyhow::anyhow!("{}", texts.join("; "))
        }
    }
}

/// The settings, and logging as they say.
fn prepare(vars: &Vars) -> anyhow::Result<Settings> {
    let settings = Settings::read(vars)?;
    telemetry::start_logs(&settings.telemetry)?;
    Ok(settings)
}
