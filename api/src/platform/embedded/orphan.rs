//! A PostgreSQL that a killed server left behind.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::time::Instant;

/// How long each kind of asking is given, from polite to final.
const INSISTENCE: [(Signal, Duration); 3] = [
    (Signal::SIGINT, Duration::from_secs(30)),
    (Signal::SIGQUIT, Duration::from_secs(10)),
    (Signal::SIGKILL, Duration::from_secs(5)),
];

/// Stops the PostgreSQL that still runs on a cluster, if one does. Call only while holding the data directory's lock.
///
/// `socket_lock` is the file by which PostgreSQL marks its socket as taken.
pub(super) async fn stop(cluster: &Path, socket_lock: &Path) -> anyhow::Result<()> {
    if let Some(pid) = postmaster_of(cluster) {
        if is_alive(pid) && is_of_cluster(pid, cluster) {
            tracing::info!(
                "stopping the PostgreSQL that an earlier server left behind (process {pid})"
            );
            if !insist(pid).await {
                bail!(
                    "process {pid}, the PostgreSQL that an earlier server left behind, does not end"
                );
            }
        }
        wait_for_leftovers(cluster).await;
        if exists(pid) && postmaster_of(cluster) == Some(pid) {
            // By now the number is a stranger's, or a dead process's that its parent has not noticed: PostgreSQL would
            // take either for a server that still runs.
            remove(&cluster.join("postmaster.pid"))?;
        }
    }
    // It names the process as well, and is misread in the same way. Nobody is left who could hold the socket.
    remove(socket_lock)
}

fn remove(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// Asks a process to end, ever harder. True when it did.
pub(super) async fn insist(pid: Pid) -> bool {
    for (signal, patience) in INSISTENCE {
        // It may have ended since; the wait finds out.
        let _ = kill(pid, signal);
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if !is_alive(pid) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    false
}

/// Waits a moment for processes of a server whose first process was killed; they notice and end by themselves.
pub(super) async fn wait_for_leftovers(cluster: &Path) {
    let deadline = Instant::now() + Duration::from_secs(5);
    while has_leftovers(cluster) && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for pid in processes().filter(|pid| works_in(*pid, cluster)) {
        // Still busy with a statement that does not look up: its transaction is lost either way.
        let _ = kill(pid, Signal::SIGKILL);
    }
}

fn postmaster_of(cluster: &Path) -> Option<Pid> {
    let text = fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
    let pid: i32 = text.lines().next()?.trim().parse().ok()?;
    (pid > 0).then(|| Pid::from_raw(pid))
}

fn has_leftovers(cluster: &Path) -> bool {
    processes().any(|pid| works_in(pid, cluster))
}

/// Whether the number belongs to any process, running or ended.
fn exists(pid: Pid) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}

/// Whether a process runs; one that has ended and waits for its parent to notice does not.
fn is_alive(pid: Pid) -> bool {
    let Ok(text) = fs::read_to_string(format!("/proc/{pid}/stat")) else {
        return false;
    };
    // The state follows the name, which stands in parentheses and may hold any sign.
    let state = text
        .rsplit_once(')')
        .and_then(|(_, rest)| rest.trim_start().chars().next());
    !matches!(state, None | Some('Z' | 'X'))
}

fn is_of_cluster(pid: Pid, cluster: &Path) -> bool {
    if works_in(pid, cluster) {
        return true;
    }
    // Where the process is another user's, its directory may be hidden from us; its command line never is.
    let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    command
        .split(|byte| *byte == 0)
        .any(|argument| argument == cluster.as_os_str().as_encoded_bytes())
}

/// PostgreSQL's processes all work in the directory of their data.
fn works_in(pid: Pid, cluster: &Path) -> bool {
    fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|dir| dir == cluster)
}

fn processes() -> impl Iterator<Item = Pid> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .map(Pid::from_raw)
}
