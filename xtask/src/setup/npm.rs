//! npm packages, each list in a folder of the cache that carries the fingerprint of its lock.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    fingerprint::Fingerprint,
    folder::Staging,
    layout::{Host, Layout},
    process,
};

/// An installed list of npm packages.
#[derive(Debug, Clone)]
pub struct NodeTools {
    /// The `node_modules` folder.
    pub modules: PathBuf,
}

/// Brings the packages that `list` (a folder with `package.json` and its lock) names.
///
/// `node_modules` beside the list points to them, so that scripts there find their imports.
pub fn ensure(host: &Host, layout: &Layout, name: &str, list: &str) -> Result<NodeTools> {
    let list = layout.root.join(list);
    let mut fingerprint = Fingerprint::new();
    for file in ["package.json", "package-lock.json"] {
        fingerprint.file(&list.join(file))?;
    }
    let place = layout
        .cache
        .join("node")
        .join(format!("{name}-{fingerprint}"));
    let modules = place.join("node_modules");
    if !modules.is_dir() {
        process::announce(
            &format!("Installing the npm packages of {name} (under a minute)"),
            &description(&list)?,
        );
        let staging = Staging::begin(&place)?;
        for file in ["package.json", "package-lock.json", ".npmrc"] {
            fs::copy(list.join(file), staging.path().join(file))
                .with_context(|| format!("could not copy {file} of {name}"))?;
        }
        process::run(
            &format!("npm packages of {name}"),
            npm(host).arg("ci").current_dir(staging.path()),
        )?;
        staging.finish()?;
    }
    link(&list.join("node_modules"), &modules)?;
    Ok(NodeTools { modules })
}

fn npm(host: &Host) -> std::process::Command {
    let mut command = host.command("npm");
    command.env("npm_config_update_notifier", "false");
    command
}

/// The list's own description says why it is installed.
fn description(list: &Path) -> Result<String> {
    let text = fs::read_to_string(list.join("package.json"))?;
    Ok(text
        .lines()
        .find_map(|line| line.trim().strip_prefix("\"description\": \""))
        .map(|rest| rest.trim_end_matches([',', '"']).to_owned())
        .unwrap_or_default())
}

fn link(place: &Path, modules: &Path) -> Result<()> {
    if fs::read_link(place).is_ok_and(|target| target == modules) {
        return Ok(());
    }
    match fs::symlink_metadata(place) {
        Ok(meta) if meta.is_dir() => fs::remove_dir_all(place)?,
        Ok(_) => fs::remove_file(place)?,
        Err(_) => {}
    }
    symlink(modules, place).with_context(|| format!("could not link {}", place.display()))
}
