//! A short name for the content of files, so that unchanged work is not done again.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// Collects content; displays as 16 hexadecimal digits.
///
/// FNV-1a: it has to tell one honest state from the next, not to withstand forgery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// Of nothing yet.
    pub fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Adds bytes, marked off from what follows.
    pub fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().chain(&(bytes.len() as u64).to_le_bytes()) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// Adds a file's content.
    pub fn file(&mut self, path: &Path) -> Result<()> {
        let content =
            fs::read(path).with_context(|| format!("could not read {}", path.display()))?;
        self.bytes(&content);
        Ok(())
    }

    /// Adds a folder: the names and contents below it, in order, without the skipped names.
    pub fn folder(&mut self, folder: &Path, skipped: &[&str]) -> Result<()> {
        let mut entries: Vec<PathBuf> = fs::read_dir(folder)
            .with_context(|| format!("could not read {}", folder.display()))?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        entries.sort();
        for path in entries {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if skipped.contains(&&*name) {
                continue;
            }
            self.bytes(name.as_bytes());
            if path.is_dir() {
                self.folder(&path, skipped)?;
            } else {
                self.file(&path)?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}
