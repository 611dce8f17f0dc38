//! `devmetrics reseal`: seals every stored secret with the first key of `TOKEN_ENCRYPTION_KEY`.

use clap::Args;

use super::{DataOptions, in_words, on_ground};
use crate::config::Vars;
use crate::workflows;

/// Options of the command.
#[derive(Args, Debug)]
pub(super) struct Options {
    #[command(flatten)]
    data: DataOptions,
}

/// Seals, and says how many there were.
pub(super) async fn run(options: &Options, vars: Vars) -> anyhow::Result<()> {
    on_ground(&options.data, vars, async |ground| {
        let counts = workflows::reseal_secrets(&ground.platform)
            .await
            .map_err(in_words)?;
        for (table, count) in &counts {
            println!("{table}: {count} sealed anew");
        }
        println!("everything is sealed with the first key; older ones are of no use any more");
        Ok(())
    })
    .await
}
