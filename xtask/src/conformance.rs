//! The protocols as others check them (npm's `graphql-http` audit and `graphql-ws` client), and
//! the README's examples.

use anyhow::{Context as _, Result};

use crate::{
    cargo::{self, Profile},
    server::Server,
    stages::Context,
    tally::{Tally, run_tests},
};

/// Checks in `tests/npm`; each takes the server's address and prints TAP.
const SCRIPTS: [&str; 3] = ["http.mjs", "websocket.mjs", "readme.mjs"];

/// Runs the checks against a server with demo data.
pub fn check(context: &Context) -> Result<Tally> {
    let ready = &context.ready;
    context.client()?;
    let program = cargo::build_server(&ready.host, &context.layout, Profile::Dev)?;
    let server = Server::start(&program, &context.layout.dist(), &["--demo"])
        .context("the checks need a server")?;
    let mut tally = Tally::default();
    for script in SCRIPTS {
        let mut command = ready.host.command("node");
        command
            .arg(context.layout.root.join("tests/npm").join(script))
            .arg(&server.url);
        tally += run_tests(script, &mut command)?;
    }
    if tally.failed > 0 {
        println!("The server's last lines:\n{}", server.log_tail());
    }
    Ok(tally)
}
