//! `devmetrics token`: an access token for scripts on the server's own machine.

use clap::Args;

use super::{DataOptions, in_words, on_ground};
use crate::app::sessions;
use crate::config::Vars;
use crate::contexts::identity;

/// Options of the command.
#[derive(Args, Debug)]
pub(super) struct Options {
    /// Address of the person whom the token speaks for.
    #[arg(long)]
    email: String,
    #[command(flatten)]
    data: DataOptions,
}

/// Prints an access token, and nothing else on the standard output.
pub(super) async fn run(options: &Options, vars: Vars) -> anyhow::Result<()> {
    on_ground(&options.data, vars, async |ground| {
        let sessions = sessions(ground);
        let token = identity::issue_command_token(&sessions, &options.email)
            .await
            .map_err(in_words)?;
        println!("{token}");
        Ok(())
    })
    .await
}
