//! Where things are: the project, the cache of tools, and the machine around them.

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

/// The folders that the commands work in.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The top of the repository.
    pub root: PathBuf,
    /// What survives a clean checkout: tools, npm packages, cargo's target folder.
    pub cache: PathBuf,
    /// Cargo's target folder for everything that the commands build.
    pub target: PathBuf,
}

impl Layout {
    /// Reads the folders from the environment.
    pub fn current() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("the xtask crate lies in the repository")?
            .to_path_buf();
        let cache = match variable("DEVMETRICS_CACHE") {
            Some(cache) => PathBuf::from(cache),
            None => PathBuf::from(variable("HOME").context("HOME is not set")?)
                .join(".cache/devmetrics"),
        };
        let target =
            variable("CARGO_TARGET_DIR").map_or_else(|| cache.join("target"), PathBuf::from);
        Ok(Self {
            target: root.join(target),
            root,
            cache,
        })
    }

    /// The folder of one installed tool; the version in its name makes an upgrade a new install.
    pub fn tool(&self, name: &str, version: &str) -> PathBuf {
        self.cache.join("tools").join(format!("{name}-{version}"))
    }

    /// Where Trunk puts the client.
    pub fn dist(&self) -> PathBuf {
        self.root.join("web/dist")
    }
}

/// The machine as the commands see it; tests put a stand-in in its place.
#[derive(Debug, Clone)]
pub struct Host {
    /// Folders that programs are searched in, in order.
    pub path: Vec<PathBuf>,
    /// Whether packages may be installed.
    pub is_root: bool,
    /// Where the distribution installs Rust: `/usr` outside of tests.
    pub prefix: PathBuf,
}

impl Host {
    /// This machine.
    pub fn current() -> Result<Self> {
        let path = variable("PATH").context("PATH is not set")?;
        Ok(Self {
            path: std::env::split_paths(&path).collect(),
            is_root: nix::unistd::geteuid().is_root(),
            prefix: PathBuf::from("/usr"),
        })
    }

    /// Finds a program.
    pub fn find(&self, program: &str) -> Option<PathBuf> {
        self.path
            .iter()
            .map(|folder| folder.join(program))
            .find(|candidate| is_executable(candidate))
    }

    /// A command that finds programs where this host has them.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let program = program.as_ref();
        let found = program.to_str().and_then(|name| self.find(name));
        let mut command = Command::new(found.as_deref().map_or(program, Path::as_os_str));
        if let Ok(path) = std::env::join_paths(&self.path) {
            command.env("PATH", path);
        }
        command
    }

    /// The same host with folders that are searched first.
    pub fn with_path(&self, first: impl IntoIterator<Item = PathBuf>) -> Self {
        let mut host = self.clone();
        host.path = first.into_iter().chain(host.path).collect();
        host
    }
}

/// Whether there is a program at this path.
pub fn is_executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Reads an environment variable; an empty one counts as not set.
pub fn variable(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
