//! `devmetrics migrate`: the database's schema, forward and back.

use clap::{Args, Subcommand};

use super::{DataOptions, prepare};
use crate::app::{self, DataAccess};
use crate::config::Vars;
use crate::platform::migrations;

/// Options of the command.
#[derive(Args, Debug)]
pub(super) struct Options {
    #[command(subcommand)]
    step: Option<Step>,
    #[command(flatten)]
    data: DataOptions,
}

#[derive(Debug, Subcommand)]
enum Step {
    /// Take every step that is missing; what happens without a word too.
    Up,
    /// Undo the last step, and lose the data that it brought.
    Down {
        /// Undo every step: all data is lost.
        #[arg(long)]
        all: bool,
    },
    /// Undo the last step and take it again.
    Redo,
    /// List the steps that are missing.
    Status,
}

/// Changes the schema.
pub(super) async fn run(options: &Options, mut vars: Vars) -> anyhow::Result<()> {
    options.data.apply(&mut vars);
    let settings = prepare(&vars)?;
    let (url, embedded) = app::database(&settings, DataAccess::Beside).await?;
    let url = url.expose();
    let outcome = match options.step.as_ref().unwrap_or(&Step::Up) {
        Step::Up => migrations::run_pending(url)
            .await
            .map(|steps| report("taken", &steps)),
        Step::Down { all: true } => migrations::revert_all(url)
            .await
            .map(|steps| report("undone", &steps)),
        Step::Down { all: false } => migrations::revert_last(url)
            .await
            .map(|step| report("undone", &[step])),
        Step::Redo => redo(url).await,
        Step::Status => migrations::list_pending(url)
            .await
            .map(|steps| report("missing", &steps)),
    };
    if let Some(server) = embedded {
        server.stop().await;
    }
    outcome
}

async fn redo(url: &str) -> anyhow::Result<()> {
    let undone = migrations::revert_last(url).await?;
    report("undone", &[undone]);
    report("taken", &migrations::run_pending(url).await?);
    Ok(())
}

fn report(what: &str, steps: &[String]) {
    if steps.is_empty() {
        println!("no step {what}");
    }
    for step in steps {
        println!("{what}: {step}");
    }
}
