//! A private PostgreSQL of the server's own: found or downloaded, set up once, supervised, stopped with the server.
//!
//! It listens on a unix socket in a directory that only its own user enters, and lets in only the account that the
//! server runs under. One server at a time has a data directory. A PostgreSQL that a killed server left behind is
//! stopped before a new one starts; one that is killed while the server lives is started again.
//! Linux only: processes are looked up in `/proc`.

mod account;
mod attached;
mod cluster;
mod download;
mod layout;
mod orphan;
mod postmaster;
mod programs;
mod supervisor;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};

pub use attached::Attached;
pub use download::{Archive, Checksum};

use account::Account;
use layout::Layout;
use postmaster::Launch;
use programs::Programs;
use supervisor::Supervisor;

use crate::config::database::DatabaseSettings;

/// What a server usually has: long enough for another one to drain and stop its PostgreSQL.
const LOCK_PATIENCE: Duration = Duration::from_secs(45);

/// What an embedded PostgreSQL is to be like.
#[derive(Clone, Debug)]
pub struct EmbeddedOptions {
    /// Directory that holds everything of it.
    pub data_dir: PathBuf,
    /// Where its programs are; none looks for an installed PostgreSQL.
    pub bin_dir: Option<PathBuf>,
    /// Where to look for an installed one.
    pub search_dirs: Vec<PathBuf>,
    /// What to download where none is installed; none refuses to.
    pub archive: Option<Archive>,
    /// Connections at most.
    pub max_connections: u32,
    /// PostgreSQL settings beyond the usual ones, such as `("fsync", "off")` in tests.
    pub extra: Vec<(String, String)>,
    /// How long to wait for another server that is just leaving the same data directory.
    pub patience: Duration,
}

impl EmbeddedOptions {
    /// As the settings say.
    pub fn from_settings(settings: &DatabaseSettings) -> Self {
        Self {
            data_dir: settings.data_dir.clone(),
            bin_dir: settings.postgres_bin_dir.clone(),
            search_dirs: programs::usual_dirs(settings.search_path.as_deref()),
            archive: Some(Archive {
                url: settings.postgres_archive_url.clone(),
                checksum: match &settings.postgres_archive_sha256 {
                    Some(sum) => Checksum::Sha256(sum.clone()),
                    None => Checksum::BesideArchive,
                },
            }),
            // The pool, and room for `psql`, backups, load tests and the pool of a command.
            max_connections: settings.pool_size * 2 + 60,
            extra: Vec::new(),
            patience: LOCK_PATIENCE,
        }
    }
}

/// A running embedded PostgreSQL. Dropping it without [`Server::stop`] asks it to stop and does not wait.
pub struct Server {
    url: String,
    supervisor: Supervisor,
    /// Held while this server has the data directory.
    _lock: File,
}

impl Server {
    /// Finds or downloads PostgreSQL, sets it up where that was not done yet, and starts it.
    ///
    /// # Errors
    /// When another server has the data directory, or PostgreSQL cannot be found, set up or started; says why.
    pub async fn start(options: EmbeddedOptions) -> anyhow::Result<Self> {
        let account = Account::choose()?;
        let layout = Layout::prepare(&options.data_dir, &account)?;
        let lock = lock(&layout.lock_file(), options.patience).await?;
        let existing = cluster::major_version(&layout.cluster())?;
        let programs = Programs::find_or_download(&options, &layout, existing.as_deref()).await?;
        orphan::stop(&layout.cluster(), &layout.socket_lock_file()).await?;
        if existing.is_none() {
            cluster::create(&programs, &layout, &account).await?;
        }
        cluster::write_access_rules(&layout, &account)?;
        let launch = Launch {
            program: programs.postgres(),
            socket_dir: layout.socket_dir().to_owned(),
            cluster: layout.cluster(),
            log_file: layout.log_file(),
            account,
            settings: cluster::settings(&options),
        };
        let postmaster = launch.start().await?;
        launch.create_database().await?;
        tracing::info!(
            version = programs.version,
            "embedded PostgreSQL {} runs on {}",
            programs.version,
            launch.cluster.display()
        );
        Ok(Self {
            url: postmaster::url(&launch.socket_dir),
            supervisor: Supervisor::watch(launch, postmaster),
            _lock: lock,
        })
    }

    /// Where it answers: a URL that `DATABASE_URL`, `psql` and `pgbench` understand.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The process id of its first process; it changes when PostgreSQL was started again.
    pub fn process_id(&self) -> u32 {
        self.supervisor.process_id()
    }

    /// Stops it: waits for its own clean shutdown, then insists.
    pub async fn stop(&self) {
        self.supervisor.stop().await;
    }

    /// Ends it at once, without a clean shutdown; the next start recovers what was acknowledged.
    pub fn abandon(&self) {
        self.supervisor.abandon();
    }
}

/// Takes the data directory, or says that another server has it.
async fn lock(path: &Path, patience: Duration) -> anyhow::Result<File> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .with_context(|| format!("open {}", path.display()))?;
    let deadline = tokio::time::Instant::now() + patience;
    let mut has_said_so = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("lock {}", path.display()));
            }
            Err(TryLockError::WouldBlock) if tokio::time::Instant::now() < deadline => {
                if !has_said_so {
                    tracing::info!("waiting for another server to leave {}", path.display());
                    has_said_so = true;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(TryLockError::WouldBlock) => bail!(
                "another DevMetrics server uses the data directory {}; stop it, or choose another with --data-dir",
                path.parent().unwrap_or(path).display()
            ),
        }
    }
}
