//! `devmetrics setup-link`: a one-time link that lets the first administrator in.

use clap::Args;

use super::{DataOptions, in_words, on_ground};
use crate::config::Vars;
use crate::contexts::identity;

/// Options of the command.
#[derive(Args, Debug)]
pub(super) struct Options {
    /// Address of the administrator; it counts as proven, and the person becomes an operator of this server.
    #[arg(long)]
    email: String,
    #[command(flatten)]
    data: DataOptions,
}

/// Prints the link on the standard output.
pub(super) async fn run(options: &Options, vars: Vars) -> anyhow::Result<()> {
    on_ground(&options.data, vars, async |ground| {
        let token = identity::setup_link::create(&ground.platform, &options.email)
            .await
            .map_err(in_words)?;
        println!("{}", ground.settings.http.link(&format!("/setup?token={token}")));
        eprintln!("It works once, within 24 hours, in a browser that reaches the server. Treat it like a password.");
        Ok(())
    })
    .await
}
