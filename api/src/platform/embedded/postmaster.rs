//! Starting PostgreSQL's first process and talking to it.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::process::{Child, Command};
use tokio::time::Instant;
use tokio_postgres::{NoTls, SimpleQueryMessage};

use super::account::Account;
use super::cluster::ROLE;

/// A log longer than this starts anew with the next start.
const LOG_LIMIT: u64 = 8 << 20;
/// How often a start is tried while leftovers of a killed server are still ending.
const ATTEMPTS: u32 = 20;
/// How long recovery after a crash may take.
const READY_PATIENCE: Duration = Duration::from_secs(600);

/// Everything that is needed to start PostgreSQL, and to start it again.
#[derive(Clone, Debug)]
pub(super) struct Launch {
    pub(super) program: PathBuf,
    pub(super) cluster: PathBuf,
    pub(super) socket_dir: PathBuf,
    pub(super) log_file: PathBuf,
    pub(super) account: Account,
    pub(super) settings: Vec<(String, String)>,
}

/// Gives a command PostgreSQL's account, a directory it may enter and a clean environment.
pub(super) fn prepare(command: &mut Command, dir: &Path, account: &Account) {
    command
        .current_dir(dir)
        .stdin(Stdio::null())
        .env("LC_ALL", "C")
        .env("LANG", "C");
    for name in [
        "PGDATA",
        "PGHOST",
        "PGPORT",
        "PGUSER",
        "PGDATABASE",
        "PGOPTIONS",
    ] {
        command.env_remove(name);
    }
    if account.is_handed_over {
        command.uid(account.uid.as_raw()).gid(account.gid.as_raw());
    }
}

impl Launch {
    /// Starts PostgreSQL and waits until it answers.
    pub(super) async fn start(&self) -> anyhow::Result<Child> {
        let mut attempt = 1;
        loop {
            let log_from = fs::metadata(&self.log_file).map_or(0, |metadata| metadata.len());
            let mut child = self.spawn()?;
            match self.wait_until_ready(&mut child).await {
                Ok(()) => return Ok(child),
                Err(error) => {
                    let log = self.log_since(log_from);
                    // Processes of a killed server end by themselves, within moments; until then their memory is in use.
                    let is_still_in_use = log.contains("pre-existing shared memory block")
                        || log.contains("is still in use");
                    if is_still_in_use && attempt < ATTEMPTS {
                        attempt += 1;
                        tokio::time::sleep(Duration::from_millis(500)).await;
                        continue;
                    }
                    return Err(error.context(format!("PostgreSQL says: {}", log.trim())));
                }
            }
        }
    }

    fn spawn(&self) -> anyhow::Result<Child> {
        let is_long = fs::metadata(&self.log_file).is_ok_and(|metadata| metadata.len() > LOG_LIMIT);
        let log = File::options()
            .create(true)
            .append(!is_long)
            .write(true)
            .truncate(is_long)
            .open(&self.log_file)
            .with_context(|| format!("open {}", self.log_file.display()))?;
        let mut command = Command::new(&self.program);
        command
            .arg("-D")
            .arg(&self.cluster)
            .arg("-k")
            .arg(&self.socket_dir);
        for (name, value) in &self.settings {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        prepare(&mut command, &self.cluster, &self.account);
        command
            .stdout(log.try_clone().context("share the log file")?)
            .stderr(log)
            // Ctrl-C in a terminal is for the server, which stops PostgreSQL when nothing needs it any more.
            .process_group(0)
            // Whoever loses track of it leaves nothing behind; what it acknowledged is on disk.
            .kill_on_drop(true);
        command
            .spawn()
            .with_context(|| format!("start {}", self.program.display()))
    }

    async fn wait_until_ready(&self, child: &mut Child) -> anyhow::Result<()> {
        let started = Instant::now();
        let mut said_at = started;
        loop {
            if let Some(status) = child.try_wait().context("look after PostgreSQL")? {
                bail!("PostgreSQL ended at once ({status})");
            }
            match ask(&self.socket_dir, "postgres", "SELECT 1").await {
                Ok(_) => return Ok(()),
                Err(error) if started.elapsed() > READY_PATIENCE => {
                    return Err(error).context("PostgreSQL does not answer");
                }
                Err(_) => {}
            }
            if said_at.elapsed() > Duration::from_secs(3) {
                said_at = Instant::now();
                tracing::info!(
                    "waiting for PostgreSQL to recover its data, {} s so far",
                    started.elapsed().as_secs()
                );
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// Creates the database where it is missing.
    pub(super) async fn create_database(&self) -> anyhow::Result<()> {
        let is_there = format!("SELECT 1 FROM pg_database WHERE datname = '{ROLE}'");
        let answer = ask(&self.socket_dir, "postgres", &is_there).await?;
        if !answer
            .iter()
            .any(|message| matches!(message, SimpleQueryMessage::Row(_)))
        {
            ask(
                &self.socket_dir,
                "postgres",
                &format!("CREATE DATABASE {ROLE}"),
            )
            .await
            .context("create the database")?;
        }
        Ok(())
    }

    /// The end of what PostgreSQL wrote since a place in its log.
    fn log_since(&self, from: u64) -> String {
        let bytes = fs::read(&self.log_file).unwrap_or_default();
        let from = usize::try_from(from).unwrap_or(0);
        let news = bytes.get(from..).unwrap_or(&bytes);
        let news = &news[news.len().saturating_sub(2000)..];
        String::from_utf8_lossy(news).into_owned()
    }
}

/// Asks a question over a connection of its own.
pub(super) async fn ask(
    socket_dir: &Path,
    database: &str,
    sql: &str,
) -> Result<Vec<SimpleQueryMessage>, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::Config::new()
        .host_path(socket_dir)
        .user(ROLE)
        .dbname(database)
        .connect_timeout(Duration::from_secs(10))
        .connect(NoTls)
        .await?;
    // The connection ends when its client is dropped, which the question does.
    let question = async move { client.simple_query(sql).await };
    let (answer, _) = tokio::join!(question, connection);
    answer
}

/// The URL of the database behind a socket.
pub(super) fn url(socket_dir: &Path) -> String {
    let mut host = String::new();
    for byte in socket_dir.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            host.push(char::from(*byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(host, "%{byte:02X}");
        }
    }
    format!("postgres://{ROLE}@{host}/{ROLE}")
}
