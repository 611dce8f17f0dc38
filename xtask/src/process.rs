//! Running other programs so that a person can see what goes on.

use std::{
    process::{Command, ExitStatus, Output, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// How long a program may be silent before a line says that it still works.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// Says what is about to happen and why.
pub fn announce(what: &str, why: &str) {
    println!("==> {what}\n    {why}");
}

/// Runs a program with its output shown, and a line of progress whenever time passes.
pub fn run(label: &str, command: &mut Command) -> Result<()> {
    let status = run_status(label, command)?;
    if !status.success() {
        bail!("{label} failed ({status})");
    }
    Ok(())
}

/// Runs a program like [`run`], and leaves it to the caller what its exit status means.
pub fn run_status(label: &str, command: &mut Command) -> Result<ExitStatus> {
    let mut child = command
        .stdin(Stdio::null())
        .spawn()
        .with_context(|| format!("could not start {}", command.get_program().display()))?;
    let _heartbeat = Heartbeat::start(label);
    child
        .wait()
        .with_context(|| format!("lost track of {label}"))
}

/// Runs a program and returns what it printed; fails when it does.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = output(command)?;
    if !output.status.success() {
        bail!(
            "{} failed ({}): {}",
            command.get_program().display(),
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn output(command: &mut Command) -> Result<Output> {
    command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("could not start {}", command.get_program().display()))
}

/// Prints the elapsed time in regular steps until it is dropped.
pub struct Heartbeat {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Heartbeat {
    /// Starts to count.
    pub fn start(label: &str) -> Self {
        let (stop, stopped) = mpsc::channel::<()>();
        let label = label.to_owned();
        let started = Instant::now();
        let thread = thread::spawn(move || {
            while stopped.recv_timeout(HEARTBEAT) == Err(mpsc::RecvTimeoutError::Timeout) {
                println!(
                    "    … {label}: still working, {} s",
                    started.elapsed().as_secs()
                );
            }
        });
        Self {
            stop: Some(stop),
            thread: Some(thread),
        }
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // The thread only prints; that it ended is all there is to know.
            let _ = thread.join();
        }
    }
}
