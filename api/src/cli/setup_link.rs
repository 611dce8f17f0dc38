//! `devmetrics setup-link`: a one-time link that lets the first administrator in.

use clap::Args;

use super::serve::ADDRESS_NOTE;
use super::{DataOptions, in_words, on_ground};
use crate::config::{Settings, Vars};
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
pub(super) async fn run(options: &Options, mut vars: Vars) -> anyhow::Result<()> {
    options.data.apply(&mut vars);
    if vars.get("PUBLIC_URL").is_none() && vars.get("BIND").is_none() {
        go_by_the_note(&mut vars)?;
    }
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

/// A server that was started with options of its own has left a note where it is reached.
fn go_by_the_note(vars: &mut Vars) -> anyhow::Result<()> {
    let settings = Settings::read(vars)?;
    let note = settings.database.data_dir.join(ADDRESS_NOTE);
    if let Ok(address) = std::fs::read_to_string(note) {
        vars.set("PUBLIC_URL", address);
    }
    Ok(())
}
