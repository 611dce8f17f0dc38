//! Which file is where under the data directory.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use super::account::Account;
use crate::platform::crypto;

/// A socket's path is a field of this many bytes, the closing zero included, in Linux' `sockaddr_un`.
const SOCKET_PATH_LIMIT: usize = 107;
/// What PostgreSQL calls its socket within the directory.
pub(super) const SOCKET_FILE: &str = ".s.PGSQL.5432";

/// The directories, which exist and are safe.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    root: PathBuf,
    postgres: PathBuf,
    socket_dir: PathBuf,
}

impl Layout {
    /// Creates what is missing, and checks that PostgreSQL's account can work there.
    pub(super) fn prepare(data_dir: &Path, account: &Account) -> anyhow::Result<Self> {
        // Others may pass through where the account is not ours; they can neither list nor read.
        let mode = if account.is_handed_over { 0o711 } else { 0o700 };
        let failed = || format!("create the data directory {}", data_dir.display());
        DirBuilder::new()
            .recursive(true)
            .mode(mode)
            .create(data_dir)
            .with_context(failed)?;
        let root = data_dir.canonicalize().with_context(failed)?;
        let postgres = root.join("postgres");
        DirBuilder::new()
            .recursive(true)
            .mode(mode)
            .create(&postgres)
            .with_context(failed)?;
        // A umask may have taken the bits away.
        fs::set_permissions(&postgres, Permissions::from_mode(mode)).with_context(failed)?;
        account.check_can_enter(&postgres)?;
        let socket_dir = socket_dir(&postgres, &std::env::temp_dir());
        private_dir(&socket_dir, account)?;
        Ok(Self {
            root,
            postgres,
            socket_dir,
        })
    }

    /// Who holds it has the data directory.
    pub(super) fn lock_file(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// PostgreSQL's data.
    pub(super) fn cluster(&self) -> PathBuf {
        self.postgres.join("data")
    }

    /// A cluster that is being set up; renamed once it is whole.
    pub(super) fn unfinished_cluster(&self) -> PathBuf {
        self.postgres.join("data.unfinished")
    }

    /// What PostgreSQL writes to its standard error.
    pub(super) fn log_file(&self) -> PathBuf {
        self.postgres.join("server.log")
    }

    /// Where initdb and the like are started from: a directory that the account may enter.
    pub(super) fn postgres_dir(&self) -> &Path {
        &self.postgres
    }

    /// Downloads that are not whole yet.
    pub(super) fn downloads(&self) -> PathBuf {
        self.postgres.join("downloads")
    }

    /// Programs that were downloaded.
    pub(super) fn programs(&self) -> PathBuf {
        self.postgres.join("programs")
    }

    /// By which PostgreSQL marks its socket as taken.
    pub(super) fn socket_lock_file(&self) -> PathBuf {
        self.socket_dir.join(format!("{SOCKET_FILE}.lock"))
    }

    /// Where the socket is.
    pub(super) fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }
}

/// Beside the data where its path is short enough, else under the directory for temporary files.
fn socket_dir(postgres: &Path, temporary: &Path) -> PathBuf {
    let beside = postgres.join("socket");
    if beside.join(SOCKET_FILE).as_os_str().len() <= SOCKET_PATH_LIMIT {
        return beside;
    }
    let digest = hex::encode(crypto::sha256(postgres.as_os_str().as_bytes()));
    temporary.join(format!("devmetrics-{}", &digest[..16]))
}

/// A directory of the account's that nobody else enters. One that somebody else made is refused, a link too.
fn private_dir(path: &Path, account: &Account) -> anyhow::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => account.own(path)?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => {
            return Err(error).with_context(|| format!("create {}", path.display()));
        }
    }
    let metadata = path
        .symlink_metadata()
        .with_context(|| format!("look at {}", path.display()))?;
    ensure!(
        metadata.is_dir()
            && (metadata.uid() == account.uid.as_raw()
                || metadata.uid() == nix::unistd::geteuid().as_raw()),
        "{} is there already and belongs to somebody else",
        path.display()
    );
    account.own(path)?;
    fs::set_permissions(path, Permissions::from_mode(0o700))
        .with_context(|| format!("close {} to others", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_moves_the_socket_to_the_temporary_directory() {
        let short = PathBuf::from("/data/postgres");
        assert_eq!(
            socket_dir(&short, Path::new("/tmp")),
            PathBuf::from("/data/postgres/socket")
        );
        let long = PathBuf::from(format!("/{}", "x".repeat(100)));
        let moved = socket_dir(&long, Path::new("/tmp"));
        assert!(moved.starts_with("/tmp"));
        assert!(moved.join(SOCKET_FILE).as_os_str().len() <= SOCKET_PATH_LIMIT);
        assert_eq!(moved, socket_dir(&long, Path::new("/tmp")));
    }
}
