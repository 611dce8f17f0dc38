//! `devmetrics settings`: every setting there is.

use std::fmt::Write as _;
use std::io::Write as _;

use anyhow::Context as _;
use clap::Args;

use crate::config::catalogue;

/// Options of the command.
#[derive(Args, Debug)]
pub(super) struct Options {
    /// As a table for a Markdown page.
    #[arg(long)]
    markdown: bool,
}

/// Lists the settings.
pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let text = if options.markdown {
        markdown()?
    } else {
        plain()?
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(error).context("print the settings")
        }
        _ => Ok(()),
    }
}

fn plain() -> anyhow::Result<String> {
    let mut text = String::new();
    for setting in catalogue() {
        writeln!(text, "{}", setting.name)?;
        writeln!(text, "    {}", setting.meaning)?;
        writeln!(text, "    default: {}", setting.default)?;
        if setting.is_secret {
            writeln!(text, "    or from a file, by {}_FILE", setting.name)?;
        }
    }
    Ok(text)
}

fn markdown() -> anyhow::Result<String> {
    let mut text = String::from("| Setting | Default | Meaning |\n| --- | --- | --- |\n");
    for setting in catalogue() {
        let secret = if setting.is_secret { " (secret)" } else { "" };
        let (default, meaning) = (escape(setting.default), escape(setting.meaning));
        writeln!(
            text,
            "| `{}`{secret} | {default} | {meaning} |",
            setting.name
        )?;
    }
    Ok(text)
}

/// A name in angle brackets would be taken for HTML, a bar for the end of a cell.
fn escape(text: &str) -> String {
    text.replace('<', "&lt;").replace('|', "\\|")
}
