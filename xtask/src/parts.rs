//! Cutting the client into what the first visit loads, and a file for each part that is loaded
//! when somebody opens it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow, ensure};

use crate::{fingerprint::Fingerprint, folder, layout::Layout, process, setup::Ready};

/// The client's program as cargo names it.
const PROGRAM: &str = "web";
/// Joins the parts to the program; the program imports it by this name.
const LINKS: &str = "./parts.js";
/// This file: how the parts are made is part of what they depend on.
pub const SOURCE: &str = include_str!("parts.rs");
/// What begins the name of the folder that everything is put into; a hash of its content follows.
const FOLDER: &str = "app-";
/// What a browser of the last years understands; without naming it, wasm-opt refuses the input.
const OPTIMIZE: [&str; 7] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Replaces the program in a built client by its parts.
pub fn cut(ready: &Ready, layout: &Layout, dist: &Path) -> Result<()> {
    let compiled = layout
        .target
        .join("wasm32-unknown-unknown/wasm")
        .join(format!("{PROGRAM}.wasm"));
    let work = layout.target.join("client-parts");
    folder::remove(&work)?;
    let out = work.join("out");
    fs::create_dir_all(&out).with_context(|| format!("could not create {}", out.display()))?;

    let main = work.join("main.wasm");
    divide(&compiled, &main, &out)?;
    process::run(
        "connecting the client to the browser",
        ready
            .host
            .command("wasm-bindgen")
            .args(["--target", "web", "--no-typescript", "--keep-lld-exports"])
            .args(["--out-name", PROGRAM, "--out-dir"])
            .arg(&out)
            .arg(&main),
    )?;
    for file in files(&out)? {
        if file.extension().is_some_and(|ending| ending == "wasm") {
            process::run(
                "making the client small",
                ready
                    .host
                    .command("wasm-opt")
                    .args(OPTIMIZE)
                    .arg(&file)
                    .arg("-o")
                    .arg(&file),
            )?;
        }
    }

    let mut content = Fingerprint::new();
    content.folder(&out, &[])?;
    let name = format!("{FOLDER}{content}");
    fs::rename(&out, dist.join(&name)).context("could not move the parts into place")?;
    replace_program(dist, &name)
}

/// Cuts the compiled program at the functions that are marked for it.
fn divide(compiled: &Path, main: &Path, out: &Path) -> Result<()> {
    let program =
        fs::read(compiled).with_context(|| format!("could not read {}", compiled.display()))?;
    let module = format!("./{PROGRAM}.js");
    let mut options = wasm_split_cli_support::Options::new(&program);
    options.output_dir = out;
    options.main_out_path = main;
    options.main_module = &module;
    options.link_name = LINKS;
    let parts = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("could not cut the client into parts: {error:#}"))?;
    ensure!(
        !parts.split_modules.is_empty(),
        "the client has no parts: was it compiled with the feature `split`?"
    );
    Ok(())
}

/// Removes the uncut program, and leads the page to the one in parts.
fn replace_program(dist: &Path, name: &str) -> Result<()> {
    let mut uncut = Vec::new();
    for file in files(dist)? {
        let file_name = file_name(&file);
        if file_name.starts_with(&format!("{PROGRAM}-"))
            && (file_name.ends_with(".js") || file_name.ends_with("_bg.wasm"))
        {
            uncut.push(file);
        }
    }
    let page = dist.join("index.html");
    let mut html = fs::read_to_string(&page).context("could not read index.html")?;
    for file in uncut {
        let old = format!("/{}", file_name(&file));
        let ending = if old.ends_with(".js") {
            ".js"
        } else {
            "_bg.wasm"
        };
        ensure!(html.contains(&old), "index.html does not load {old}");
        html = html.replace(&old, &format!("/{name}/{PROGRAM}{ending}"));
        fs::remove_file(&file).with_context(|| format!("could not remove {}", file.display()))?;
    }
    ensure!(
        html.contains(&format!("/{name}/{PROGRAM}_bg.wasm")),
        "index.html loads no program"
    );
    fs::write(&page, html).context("could not write index.html")
}

/// The files directly in a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))?
    {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
