//! `devmetrics schema`: the API in GraphQL's own language.

use std::io::Write as _;

use anyhow::Context as _;

use crate::graphql;

/// Prints the schema; a reader that leaves early is no error.
pub(super) fn run() -> anyhow::Result<()> {
    match std::io::stdout().write_all(graphql::sdl().as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(error).context("print the schema")
        }
        _ => Ok(()),
    }
}
