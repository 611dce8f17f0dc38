//! The server under load, with a data folder that goes away at the end.

use std::{
    fs::{self, File},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::{Value, json};

use crate::http::{Connection, Request};

const START_TIMEOUT: Duration = Duration::from_secs(300);

/// A server with demo data.
pub struct Server {
    program: PathBuf,
    folder: PathBuf,
    address: String,
    child: Option<Child>,
}

/// Who the load generator is.
pub struct Session {
    pub token: String,
    pub organization: String,
}

impl Server {
    /// Prepares an empty data folder and picks a port.
    pub fn new(program: PathBuf) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("devmetrics-bench-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        Ok(Self {
            program,
            folder,
            address: format!("127.0.0.1:{port}"),
            child: None,
        })
    }

    /// Starts it and waits until it is ready.
    pub async fn start(&mut self, settings: &[(&str, &str)]) -> Result<()> {
        let log = File::create(self.folder.join("server.log"))?;
        let child = Command::new(&self.program)
            .args(["serve", "--demo", "--bind", &self.address, "--data-dir"])
            .arg(self.folder.join("data"))
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("could not start {}", self.program.display()))?;
        let child = self.child.insert(child);
        let deadline = Instant::now() + START_TIMEOUT;
        let ready = Request::get("/readyz");
        loop {
            if let Some(status) = child.try_wait()? {
                bail!("the server ended with {status}:\n{}", self.log());
            }
            if let Ok(mut connection) = Connection::open(&self.address).await
                && connection
                    .send(&ready)
                    .await
                    .is_ok_and(|answer| answer.status == 200)
            {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("the server did not become ready:\n{}", self.log());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Stops it as an operator would, and waits.
    pub fn stop(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else {
            return Ok(());
        };
        let pid = Pid::from_raw(child.id().try_into().context("a process id")?);
        kill(pid, Signal::SIGTERM).context("could not ask the server to stop")?;
        let status = child.wait()?;
        if !status.success() {
            bail!("the server stopped with {status}:\n{}", self.log());
        }
        Ok(())
    }

    /// Host and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Where its PostgreSQL listens.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("data/postgres/socket")
    }

    /// A place for files of the benchmarks.
    pub fn scratch(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Signs in as a demo account.
    pub async fn sign_in(&self, email: &str) -> Result<Session> {
        let body = json!({ "email": email }).to_string();
        let request = Request::post("/auth/demo", &[], body.as_bytes());
        let answer: Value = self.ask(&request).await?;
        let text = |name: &str| -> Result<String> {
            Ok(answer[name]
                .as_str()
                .with_context(|| format!("no {name} in {answer}"))?
                .to_owned())
        };
        Ok(Session {
            token: text("accessToken")?,
            organization: text("organizationId")?,
        })
    }

    /// Runs a GraphQL document and returns its data.
    pub async fn graphql(&self, session: &Session, query: &str) -> Result<Value> {
        let mut answer: Value = self.ask(&session.request(query)).await?;
        if !answer["errors"].is_null() {
            bail!("GraphQL answered {}", answer["errors"]);
        }
        Ok(answer["data"].take())
    }

    async fn ask(&self, request: &Request) -> Result<Value> {
        let mut connection = Connection::open(&self.address).await?;
        let answer = connection.send(request).await?;
        let body = connection.body();
        if answer.status != 200 {
            bail!(
                "the server answered {}: {}",
                answer.status,
                String::from_utf8_lossy(body)
            );
        }
        serde_json::from_slice(body).context("the server's answer is not JSON")
    }

    fn log(&self) -> String {
        let log = fs::read(self.folder.join("server.log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Session {
    /// A GraphQL request of this person in this organization.
    pub fn request(&self, query: &str) -> Request {
        let authorization = format!("Bearer {}", self.token);
        let headers = [
            ("Authorization", authorization.as_str()),
            ("X-Organization-Id", self.organization.as_str()),
        ];
        let body = json!({ "query": query }).to_string();
        Request::post("/graphql", &headers, body.as_bytes())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            println!("{error:#}");
        }
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            println!("could not remove {}: {error}", self.folder.display());
        }
    }
}
