//! Keeps PostgreSQL running for as long as the server lives.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::Child;
use tokio_util::sync::CancellationToken;

use super::orphan;
use super::postmaster::Launch;
use crate::platform::tasks::Tasks;

/// The longest pause before PostgreSQL is started once more.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How long a stop may take: as long as each kind of asking is given.
const STOP_PATIENCE: Duration = Duration::from_secs(60);

/// Watches PostgreSQL, starts it again when it was killed, stops it when asked.
pub(super) struct Supervisor {
    /// 0 while none runs.
    pid: Arc<AtomicU32>,
    tasks: Tasks,
}

impl Supervisor {
    /// Takes over a running PostgreSQL.
    pub(super) fn watch(launch: Launch, child: Child) -> Self {
        let tasks = Tasks::default();
        let pid = Arc::new(AtomicU32::new(child.id().unwrap_or(0)));
        let stopping = tasks.stopping();
        tasks.start(
            "embedded PostgreSQL",
            supervise(launch, child, pid.clone(), stopping),
        );
        Self { pid, tasks }
    }

    /// The process id of PostgreSQL's first process, 0 while none runs.
    pub(super) fn process_id(&self) -> u32 {
        self.pid.load(Ordering::SeqCst)
    }

    /// Ends PostgreSQL at once and does not wait.
    pub(super) fn abandon(&self) {
        self.tasks.stopping().cancel();
        if let Some(pid) = as_pid(self.process_id()) {
            let _ = kill(pid, Signal::SIGQUIT);
        }
    }

    /// Stops PostgreSQL and waits until it ended.
    pub(super) async fn stop(&self) {
        if !self.tasks.drain(STOP_PATIENCE).await {
            tracing::error!("PostgreSQL does not end");
        }
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        if let Some(pid) = as_pid(self.process_id()) {
            // Best effort: nobody is left to wait for it, and the next start finds what is left.
            let _ = kill(pid, Signal::SIGINT);
        }
    }
}

fn as_pid(id: u32) -> Option<Pid> {
    i32::try_from(id)
        .ok()
        .filter(|id| *id > 0)
        .map(Pid::from_raw)
}

async fn supervise(
    launch: Launch,
    mut child: Child,
    pid: Arc<AtomicU32>,
    stopping: CancellationToken,
) {
    loop {
        tokio::select! {
            () = stopping.cancelled() => {
                stop(&mut child).await;
                pid.store(0, Ordering::SeqCst);
                return;
            }
            status = child.wait() => {
                pid.store(0, Ordering::SeqCst);
                let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
                tracing::error!(status, "PostgreSQL ended unasked ({status}); starting it again");
            }
        }
        orphan::wait_for_leftovers(&launch.cluster).await;
        match start_again(&launch, &stopping).await {
            Some(started) => child = started,
            None => return,
        }
        pid.store(child.id().unwrap_or(0), Ordering::SeqCst);
        tracing::info!("PostgreSQL runs again");
    }
}

/// Tries until it works; none when the server stops meanwhile.
async fn start_again(launch: &Launch, stopping: &CancellationToken) -> Option<Child> {
    let mut pause = Duration::from_millis(100);
    loop {
        tokio::select! {
            () = stopping.cancelled() => return None,
            started = launch.start() => match started {
                Ok(child) => return Some(child),
                Err(error) => tracing::error!("PostgreSQL cannot be started: {error:#}"),
            }
        }
        tokio::select! {
            () = stopping.cancelled() => return None,
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
        }
    }
}

async fn stop(child: &mut Child) {
    let Some(pid) = child.id().and_then(as_pid) else {
        return;
    };
    // Both wait for the same end: one asks ever harder, the other collects the process.
    let (has_ended, _) = tokio::join!(orphan::insist(pid), child.wait());
    if has_ended {
        tracing::info!("PostgreSQL has stopped");
    }
}
