//! A server of our own for checks that need one running.

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::{folder, process::Heartbeat};

const START_TIMEOUT: Duration = Duration::from_secs(300);
const STOP_TIMEOUT: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(100);

/// A running server with a data folder that goes away with it.
pub struct Server {
    child: Child,
    folder: PathBuf,
    /// Where it answers, without a slash at the end.
    pub url: String,
}

impl Server {
    /// Starts `devmetrics serve` with a new data folder, and waits until it is ready.
    pub fn start(program: &Path, web: &Path, arguments: &[&str]) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("devmetrics-{}", std::process::id()));
        folder::remove(&folder)?;
        fs::create_dir_all(&folder)?;
        let log = File::create(folder.join("server.log"))?;
        let port = free_port()?;
        let child = Command::new(program)
            .arg("serve")
            .args(arguments)
            .args(["--bind", &format!("127.0.0.1:{port}")])
            .arg("--data-dir")
            .arg(folder.join("data"))
            .env("WEB_DIR", web)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("could not start {}", program.display()))?;
        let mut server = Self {
            child,
            folder,
            url: format!("http://127.0.0.1:{port}"),
        };
        println!("==> Starting a server at {} for the checks", server.url);
        server.wait_until_ready(port)?;
        Ok(server)
    }

    fn wait_until_ready(&mut self, port: u16) -> Result<()> {
        let _heartbeat = Heartbeat::start("starting the server");
        let deadline = Instant::now() + START_TIMEOUT;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended with {status}:\n{}", self.log_tail());
            }
            if is_ready(port) {
                return Ok(());
            }
            thread::sleep(PAUSE);
        }
        bail!(
            "the server was not ready after {} s:\n{}",
            START_TIMEOUT.as_secs(),
            self.log_tail()
        );
    }

    /// The last lines that the server printed.
    pub fn log_tail(&self) -> String {
        let log = fs::read(self.folder.join("server.log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    fn stop(&mut self) -> Result<()> {
        let pid = Pid::from_raw(self.child.id().try_into().context("a process id")?);
        kill(pid, Signal::SIGTERM).context("could not ask the server to stop")?;
        let deadline = Instant::now() + STOP_TIMEOUT;
        while Instant::now() < deadline {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            thread::sleep(PAUSE);
        }
        self.child.kill()?;
        self.child.wait()?;
        bail!("it did not stop within {} s", STOP_TIMEOUT.as_secs())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            println!("    the server did not stop by itself: {error:#}");
        }
        if let Err(error) = folder::remove(&self.folder) {
            println!("    {error:#}");
        }
    }
}

/// A port that nothing listens on at this moment.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no free port")?;
    Ok(listener.local_addr()?.port())
}

/// Whether the server says that it can serve.
fn is_ready(port: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.split(' ').nth(1) == Some("200"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_does_not_listen_is_ready() {
        let port = free_port().expect("a port");
        assert!(!is_ready(port));
    }

    #[test]
    fn only_status_200_counts_as_ready() {
        for (status, expected) in [("200 OK", true), ("503 Service Unavailable", false)] {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            let port = listener.local_addr().expect("an address").port();
            let answering = thread::spawn(move || {
                let (mut stream, _) = listener.accept().expect("a connection");
                let mut request = [0; 256];
                let _ = stream.read(&mut request).expect("a request");
                let answer = format!("HTTP/1.0 {status}\r\n\r\n");
                stream.write_all(answer.as_bytes()).expect("an answer");
            });
            assert_eq!(is_ready(port), expected);
            answering.join().expect("the stand-in");
        }
    }
}
