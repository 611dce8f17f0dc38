//! The client as it is served: built by Trunk, with GraphiQL and the typeface, precompressed.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use crate::{
    fingerprint::Fingerprint,
    folder::{self, Staging},
    layout::Layout,
    parts, process,
    setup::{ClientToolchain, Ready},
};

/// What the first visit may cost, in compressed bytes of WASM, JavaScript and CSS.
const FIRST_LOAD_BUDGET: u64 = 300 * 1024;
/// Names the inputs that the files in the folder were built from.
const STAMP: &str = ".inputs";
const PRECOMPRESS: &str = include_str!("precompress.mjs");

/// Files that npm packages bring: package, file in it, place in the client.
const BROUGHT: [(&str, &str, &str); 5] = [
    ("graphiql", "graphiql.min.js", "graphiql/graphiql.min.js"),
    ("graphiql", "graphiql.min.css", "graphiql/graphiql.min.css"),
    (
        "react",
        "umd/react.production.min.js",
        "graphiql/react.production.min.js",
    ),
    (
        "react-dom",
        "umd/react-dom.production.min.js",
        "graphiql/react-dom.production.min.js",
    ),
    (
        "@fontsource-variable/inter",
        "files/inter-latin-wght-normal.woff2",
        "fonts/inter.woff2",
    ),
];

/// Builds the client unless what is there was built from the same inputs.
pub fn build(ready: &Ready, layout: &Layout) -> Result<()> {
    let dist = layout.dist();
    let inputs = inputs(ready, layout)?;
    let built = fs::read_to_string(dist.join(STAMP)).unwrap_or_default();
    if built == inputs && dist.join("index.html").is_file() {
        println!("==> The client is up to date");
        return Ok(());
    }
    process::announce(
        "Building the client",
        "It is compiled for size: some minutes the first time, about one later.",
    );
    let _lock = folder::lock(&layout.cache, "client")?;
    let staging = Staging::begin(&dist)?;
    let mut trunk = ready.host.command("trunk");
    trunk
        .args(["build", "--release", "--cargo-profile", "wasm", "--offline"])
        .args(["--features", "split"])
        .arg("--dist")
        .arg(staging.path())
        .current_dir(&layout.root)
        .env("CARGO_TARGET_DIR", &layout.target)
        // Trunk reads NO_COLOR as a boolean and refuses other values.
        .env_remove("NO_COLOR");
    process::run("building the client", ready.toolchain.apply(&mut trunk))?;
    parts::cut(ready, layout, staging.path())?;
    bring_files(ready, staging.path())?;
    process::run(
        "compressing the client",
        ready
            .host
            .command("node")
            .args(["--input-type=module", "--eval", PRECOMPRESS, "--"])
            .arg(staging.path()),
    )?;
    fs::write(staging.path().join(STAMP), inputs)?;
    staging.finish()
}

/// Everything that the result depends on.
fn inputs(ready: &Ready, layout: &Layout) -> Result<String> {
    let mut fingerprint = Fingerprint::new();
    for folder in ["web", "shared"] {
        fingerprint.folder(
            &layout.root.join(folder),
            &["dist", ".dist.partial", "node_modules"],
        )?;
    }
    for file in ["schema.graphql", "Trunk.toml", "Cargo.toml", "Cargo.lock"] {
        fingerprint.file(&layout.root.join(file))?;
    }
    fingerprint.bytes(PRECOMPRESS.as_bytes());
    fingerprint.bytes(parts::SOURCE.as_bytes());
    for brought in BROUGHT {
        fingerprint.bytes(format!("{brought:?}").as_bytes());
    }
    let toolchain = match &ready.toolchain {
        ClientToolchain::Selected => "selected",
        ClientToolchain::Distribution { .. } => "distribution",
    };
    fingerprint.bytes(toolchain.as_bytes());
    Ok(fingerprint.to_string())
}

fn bring_files(ready: &Ready, dist: &Path) -> Result<()> {
    for (package, file, place) in BROUGHT {
        let from = ready.client_packages.modules.join(package).join(file);
        let to = dist.join(place);
        fs::create_dir_all(to.parent().context("a place in a folder")?)?;
        fs::copy(&from, &to).with_context(|| format!("could not copy {}", from.display()))?;
    }
    Ok(())
}

/// Prints what the first visit costs, and fails when it is over the budget.
pub fn check_first_load(layout: &Layout) -> Result<()> {
    let mut files = Vec::new();
    collect(&layout.dist(), &mut files)?;
    files.sort();
    ensure!(!files.is_empty(), "the client has not been built");
    let (later, first): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|(name, _)| is_loaded_later(name));
    println!("First load, as served (Brotli):");
    let total = list(&first);
    println!(
        "  {:>9}  in all, of {} allowed",
        kilobytes(total),
        kilobytes(FIRST_LOAD_BUDGET)
    );
    println!("Loaded when somebody opens their pages:");
    list(&later);
    ensure!(
        total <= FIRST_LOAD_BUDGET,
        "the first load is over its budget"
    );
    Ok(())
}

/// Whether a file is a part, or what some parts share.
fn is_loaded_later(name: &str) -> bool {
    name.starts_with("split_") || name.starts_with("chunk_")
}

fn list(files: &[(String, u64)]) -> u64 {
    for (name, size) in files {
        println!("  {:>9}  {name}", kilobytes(*size));
    }
    files.iter().map(|(_, size)| size).sum()
}

/// Compressed sizes of what the client's pages load; GraphiQL is a page of its own.
fn collect(folder: &Path, files: &mut Vec<(String, u64)>) -> Result<()> {
    for entry in fs::read_dir(folder).context("the client has not been built")? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            if name != "graphiql" {
                collect(&entry.path(), files)?;
            }
        } else if [".js.br", ".css.br", ".wasm.br"]
            .iter()
            .any(|ending| name.ends_with(ending))
        {
            files.push((name, entry.metadata()?.len()));
        }
    }
    Ok(())
}

fn kilobytes(bytes: u64) -> String {
    format!("{}.{} KB", bytes / 1024, bytes % 1024 * 10 / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_no_first_load() {
        assert!(is_loaded_later("split_people.wasm.br"));
        assert!(is_loaded_later("chunk_5.wasm.br"));
        assert!(!is_loaded_later("web_bg.wasm.br"));
        assert!(!is_loaded_later("parts.js.br"));
    }

    #[test]
    fn sizes_are_shown_in_kilobytes_with_one_decimal() {
        assert_eq!(kilobytes(307_200), "300.0 KB");
        assert_eq!(kilobytes(1_536), "1.5 KB");
    }
}
