//! PostgreSQL's data directory: set up once, and what its server is told at each start.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use tokio::process::Command;

use super::EmbeddedOptions;
use super::account::Account;
use super::layout::Layout;
use super::postmaster;
use super::programs::Programs;

/// The role that owns everything; also the name of the database.
pub(super) const ROLE: &str = "devmetrics";

/// The major version that wrote the cluster; none where there is no cluster.
pub(super) fn major_version(cluster: &Path) -> anyhow::Result<Option<String>> {
    let path = cluster.join("PG_VERSION");
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if cluster.exists() {
                bail!(
                    "{} is there, and is no PostgreSQL data directory",
                    cluster.display()
                );
            }
            Ok(None)
        }
        Err(error) => Err(error).with_context(|| format!("read {}", path.display())),
    }
}

/// Sets up a cluster. One that was left half done is thrown away: it never held data.
pub(super) async fn create(
    programs: &Programs,
    layout: &Layout,
    account: &Account,
) -> anyhow::Result<()> {
    let cluster = layout.cluster();
    let unfinished = layout.unfinished_cluster();
    tracing::info!("setting up PostgreSQL in {}", cluster.display());
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)
            .with_context(|| format!("remove {}", unfinished.display()))?;
    }
    fs::create_dir(&unfinished).with_context(|| format!("create {}", unfinished.display()))?;
    account.own(&unfinished)?;
    // Systems without the locale C.UTF-8 still have C; names then sort by their bytes either way.
    let mut output = initdb(programs, layout, account, "C.UTF-8").await?;
    if !output.status.success() && String::from_utf8_lossy(&output.stderr).contains("locale") {
        output = initdb(programs, layout, account, "C").await?;
    }
    if !output.status.success() {
        bail!(
            "initdb failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    fs::rename(&unfinished, &cluster)
        .with_context(|| format!("move the new cluster to {}", cluster.display()))
}

async fn initdb(
    programs: &Programs,
    layout: &Layout,
    account: &Account,
    locale: &str,
) -> anyhow::Result<std::process::Output> {
    let mut command = Command::new(programs.initdb());
    command
        .arg("--pgdata")
        .arg(layout.unfinished_cluster())
        .args(["--username", ROLE, "--encoding", "UTF8", "--locale", locale])
        .args(["--auth-local", "peer", "--auth-host", "reject"]);
    postmaster::prepare(&mut command, layout.postgres_dir(), account);
    command.output().await.context("run initdb")
}

/// Lets in the server's own account, by the kernel's word on who is at the other end of the socket, and nobody else.
pub(super) fn write_access_rules(layout: &Layout, account: &Account) -> anyhow::Result<()> {
    let mut names = vec![&account.own_name];
    if account.is_handed_over {
        names.push(&account.name);
    }
    let map: String = names
        .iter()
        .map(|name| format!("devmetrics \"{name}\" {ROLE}\n"))
        .collect();
    for (file, text) in [
        ("pg_hba.conf", "local all all peer map=devmetrics\n"),
        ("pg_ident.conf", map.as_str()),
    ] {
        let path = layout.cluster().join(file);
        fs::write(&path, text)
            .and_then(|()| fs::set_permissions(&path, fs::Permissions::from_mode(0o600)))
            .with_context(|| format!("write {}", path.display()))?;
        account.own(&path)?;
    }
    Ok(())
}

/// What the server is told on its command line: modest in memory, whole in durability.
pub(super) fn settings(options: &EmbeddedOptions) -> Vec<(String, String)> {
    let mut settings: Vec<(String, String)> = [
        ("listen_addresses", ""),
        ("unix_socket_permissions", "0700"),
        ("shared_buffers", "128MB"),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        // No replica hangs on it: the log says only what a crash needs.
        ("wal_level", "minimal"),
        ("max_wal_senders", "0"),
        ("max_wal_size", "1GB"),
        ("checkpoint_timeout", "15min"),
        ("random_page_cost", "1.1"),
        ("jit", "off"),
        ("timezone", "UTC"),
        ("log_timezone", "UTC"),
        ("log_min_messages", "warning"),
        ("log_line_prefix", "%m [%p] "),
        ("logging_collector", "off"),
        ("log_destination", "stderr"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    settings.push((
        "max_connections".to_owned(),
        options.max_connections.to_string(),
    ));
    settings.extend(options.extra.iter().cloned());
    settings
}
