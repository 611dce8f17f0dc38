//! PostgreSQL's programs: installed ones, else downloaded ones.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use tokio::process::Command;

use super::layout::Layout;
use super::{EmbeddedOptions, download};

/// The oldest PostgreSQL that is good enough.
const OLDEST_MAJOR: u32 = 14;

/// A directory with `postgres` and `initdb`.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    dir: PathBuf,
    /// As in `15.13`.
    pub(super) version: String,
}

impl Programs {
    /// Finds programs that fit the cluster there is, or any where there is none yet; downloads them where there are none.
    pub(super) async fn find_or_download(
        options: &EmbeddedOptions,
        layout: &Layout,
        existing_major: Option<&str>,
    ) -> anyhow::Result<Self> {
        if let Some(dir) = &options.bin_dir {
            let programs = Self::inspect(dir)
                .await
                .with_context(|| format!("POSTGRES_BIN_DIR is {}", dir.display()))?;
            programs.check_fits(existing_major)?;
            return Ok(programs);
        }
        let mut found = Vec::new();
        for dir in candidates(options, layout) {
            if let Ok(programs) = Self::inspect(&dir).await {
                found.push(programs);
            }
        }
        // The newest that fits; sorting is stable, so that an installed one wins over a downloaded one of its version.
        found.sort_by_key(|programs| std::cmp::Reverse(programs.major()));
        if let Some(programs) = found
            .iter()
            .find(|programs| programs.check_fits(existing_major).is_ok())
        {
            return Ok(programs.clone());
        }
        if let (Some(unfit), Some(_)) = (found.first(), existing_major) {
            // Downloading another version would not help: it is a fixed one.
            unfit.check_fits(existing_major)?;
        }
        let Some(archive) = &options.archive else {
            bail!("no PostgreSQL {OLDEST_MAJOR} or newer is installed");
        };
        tracing::info!(
            "no installed PostgreSQL was found (looked in /usr/lib/postgresql and PATH); downloading one from {}",
            archive.url
        );
        let dir = download::fetch(archive, &layout.downloads(), &layout.programs())
            .await
            .context(
                "download PostgreSQL; install it instead (on Debian: apt-get install postgresql), \
                 or set POSTGRES_BIN_DIR or DATABASE_URL",
            )?;
        let programs = Self::inspect(&dir).await?;
        programs.check_fits(existing_major)?;
        Ok(programs)
    }

    /// The server's program.
    pub(super) fn postgres(&self) -> PathBuf {
        self.dir.join("postgres")
    }

    /// The program that sets up a cluster.
    pub(super) fn initdb(&self) -> PathBuf {
        self.dir.join("initdb")
    }

    async fn inspect(dir: &Path) -> anyhow::Result<Self> {
        let dir = dir
            .canonicalize()
            .with_context(|| format!("look at {}", dir.display()))?;
        for program in ["postgres", "initdb"] {
            ensure!(
                dir.join(program).is_file(),
                "there is no `{program}` in {}",
                dir.display()
            );
        }
        let output = Command::new(dir.join("postgres"))
            .arg("--version")
            .output()
            .await
            .with_context(|| format!("run {}/postgres", dir.display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        ensure!(
            output.status.success(),
            "{}/postgres does not run: {}",
            dir.display(),
            String::from_utf8_lossy(&output.stderr).trim()
        );
        let version = text
            .split_whitespace()
            .nth(2)
            .with_context(|| format!("{}/postgres does not tell its version", dir.display()))?
            .to_owned();
        Ok(Self { dir, version })
    }

    fn major(&self) -> u32 {
        self.version
            .split(|sign: char| !sign.is_ascii_digit())
            .next()
            .and_then(|major| major.parse().ok())
            .unwrap_or(0)
    }

    fn check_fits(&self, existing_major: Option<&str>) -> anyhow::Result<()> {
        ensure!(
            self.major() >= OLDEST_MAJOR,
            "PostgreSQL {} is too old; {OLDEST_MAJOR} or newer is needed",
            self.version
        );
        match existing_major {
            Some(major) if major.parse() != Ok(self.major()) => bail!(
                "the data was written by PostgreSQL {major}, and only {} was found; install version {major}, or move \
                 the data with pg_upgrade",
                self.version
            ),
            _ => Ok(()),
        }
    }
}

/// Where PostgreSQL may be, installed ones first.
fn candidates(options: &EmbeddedOptions, layout: &Layout) -> Vec<PathBuf> {
    let mut dirs = options.search_dirs.clone();
    dirs.extend(subdirectories(&layout.programs()).filter_map(|dir| download::find_programs(&dir)));
    dirs.retain(|dir| dir.join("postgres").is_file() && dir.join("initdb").is_file());
    dirs
}

/// Where packages put PostgreSQL, and the directories of a `PATH`.
pub(super) fn usual_dirs(search_path: Option<&str>) -> Vec<PathBuf> {
    let mut dirs: Vec<PathBuf> = subdirectories(Path::new("/usr/lib/postgresql"))
        .map(|dir| dir.join("bin"))
        .collect();
    dirs.extend(search_path.into_iter().flat_map(std::env::split_paths));
    dirs
}

fn subdirectories(dir: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    std::fs::read_dir(dir)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
}
