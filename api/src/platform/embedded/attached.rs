//! Reaching the embedded PostgreSQL from a command, whether or not a server runs it already.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::time::Instant;

use super::account::Account;
use super::layout::Layout;
use super::{EmbeddedOptions, Server, cluster, postmaster};

/// How long the server that has the data directory may take to bring its database up.
const PATIENCE: Duration = Duration::from_secs(60);

/// An embedded PostgreSQL that answers.
pub enum Attached {
    /// Started by us, and ours to stop.
    Own(Box<Server>),
    /// Run by a server that has the data directory.
    Joined {
        /// Where it answers.
        url: String,
    },
}

impl Attached {
    /// Joins the PostgreSQL of the server that has the data directory; where none has, starts one.
    ///
    /// # Errors
    /// When it can be neither joined nor started.
    pub async fn join_or_start(options: EmbeddedOptions) -> anyhow::Result<Self> {
        if is_taken(&options.data_dir)? {
            let account = Account::choose()?;
            let layout = Layout::prepare(&options.data_dir, &account)?;
            return join(layout.socket_dir()).await;
        }
        Ok(Self::Own(Box::new(Server::start(options).await?)))
    }

    /// Where it answers.
    pub fn url(&self) -> &str {
        match self {
            Self::Own(server) => server.url(),
            Self::Joined { url } => url,
        }
    }

    /// Stops it where it is ours.
    pub async fn stop(&self) {
        if let Self::Own(server) = self {
            server.stop().await;
        }
    }

    /// Ends it at once where it is ours; what it acknowledged is on disk.
    pub fn abandon(&self) {
        if let Self::Own(server) = self {
            server.abandon();
        }
    }
}

fn is_taken(data_dir: &Path) -> anyhow::Result<bool> {
    let path = data_dir.join("lock");
    match File::open(&path) {
        Ok(file) => Ok(matches!(
            file.try_lock_shared(),
            Err(std::fs::TryLockError::WouldBlock)
        )),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| format!("open {}", path.display())),
    }
}

async fn join(socket_dir: &Path) -> anyhow::Result<Attached> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match postmaster::ask(socket_dir, cluster::ROLE, "SELECT 1").await {
            Ok(_) => {
                return Ok(Attached::Joined {
                    url: postmaster::url(socket_dir),
                });
            }
            Err(error) if Instant::now() > deadline => {
                bail!(
                    "a server has the data directory, and its PostgreSQL does not answer: {error}"
                );
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}
