//! `devmetrics verify-ledger`: proves the ledger, and everything that is kept beside it, from its own entries.

use anyhow::bail;
use clap::Args;

use super::{DataOptions, in_words, on_ground};
use crate::config::Vars;
use crate::contexts::points;

/// Options of the command.
#[derive(Args, Debug)]
pub(super) struct Options {
    #[command(flatten)]
    data: DataOptions,
}

/// Verifies; fails where something is not as it should be.
pub(super) async fn run(options: &Options, vars: Vars) -> anyhow::Result<()> {
    on_ground(&options.data, vars, async |ground| {
        let verification = points::verify_ledger(&ground.platform)
            .await
            .map_err(in_words)?;
        println!(
            "{} ledger entries, {} balances, {} totals",
            verification.entries, verification.balances, verification.totals
        );
        if verification.is_clean() {
            println!("everything follows from the ledger");
            return Ok(());
        }
        for discrepancy in &verification.discrepancies {
            println!("wrong: {discrepancy:?}");
        }
        bail!("{} things are wrong", verification.discrepancies.len())
    })
    .await
}
