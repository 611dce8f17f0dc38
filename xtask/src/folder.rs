//! Folders that are either complete or absent, and locks between runs.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// Holds a lock in the cache; a second run waits for the first and says so.
///
/// The system lets go of it when the process ends, however it ends.
pub fn lock(cache: &Path, name: &str) -> Result<File> {
    fs::create_dir_all(cache)
        .with_context(|| format!("could not create the cache {}", cache.display()))?;
    let path = cache.join(format!("{name}.lock"));
    let file = File::create(&path).with_context(|| format!("could not open {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            println!("==> Waiting for another run that holds {}", path.display());
            file.lock().context("could not wait for the other run")?;
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("could not lock {}", path.display()));
        }
    }
    Ok(file)
}

/// A folder being filled; it takes its place only when it is complete.
#[derive(Debug)]
pub struct Staging {
    temporary: PathBuf,
    place: PathBuf,
}

impl Staging {
    /// Starts an empty folder beside its later place, clearing what a killed run left there.
    pub fn begin(place: &Path) -> Result<Self> {
        let parent = place.parent().context("a folder to install into")?;
        let name = place
            .file_name()
            .context("a folder to install")?
            .to_string_lossy();
        let temporary = parent.join(format!(".{name}.partial"));
        remove(&temporary)?;
        fs::create_dir_all(&temporary)
            .with_context(|| format!("could not create {}", temporary.display()))?;
        Ok(Self {
            temporary,
            place: place.to_path_buf(),
        })
    }

    /// The folder to fill.
    pub fn path(&self) -> &Path {
        &self.temporary
    }

    /// Puts the complete folder in its place, over what was there.
    pub fn finish(self) -> Result<()> {
        remove(&self.place)?;
        fs::rename(&self.temporary, &self.place)
            .with_context(|| format!("could not move {} into place", self.place.display()))
    }
}

/// Removes a folder that may not be there.
pub fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("could not remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}
