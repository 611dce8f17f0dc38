//! The server's own PostgreSQL, asked directly: psql for data, pgbench for the machine's limit.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::server::Server;

const ROLE: &str = "devmetrics";

/// A database of the server's PostgreSQL.
pub struct Database {
    programs: PathBuf,
    socket: PathBuf,
    name: &'static str,
}

impl Database {
    /// The database that the server uses.
    pub fn of(server: &Server) -> Result<Self> {
        Ok(Self {
            programs: programs()?,
            socket: server.socket(),
            name: "devmetrics",
        })
    }

    /// An empty database beside it, with the same durability, that has a copy of some tables.
    pub fn beside(&self, name: &'static str, tables: &[&str]) -> Result<Self> {
        self.run(&format!("DROP DATABASE IF EXISTS {name}"))?;
        self.run(&format!("CREATE DATABASE {name}"))?;
        let mut dump = self.command("pg_dump");
        dump.args(["--schema-only", "--no-owner"]);
        for table in tables {
            dump.arg(format!("--table={table}"));
        }
        let schema = output(&mut dump)?;
        let other = Self {
            programs: self.programs.clone(),
            socket: self.socket.clone(),
            name,
        };
        other.run(&schema)?;
        Ok(other)
    }

    /// Runs SQL and returns the rows as text.
    pub fn run(&self, sql: &str) -> Result<String> {
        let mut command = self.command("psql");
        command.args([
            "--no-psqlrc",
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
            "--file=-",
        ]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().context("could not start psql")?;
        let mut input = child.stdin.take().context("psql's input")?;
        std::io::Write::write_all(&mut input, sql.as_bytes())?;
        drop(input);
        let output = child.wait_with_output()?;
        if !output.status.success() {
            bail!("psql: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// Transactions a second of one script, with prepared statements.
    pub fn pgbench(&self, script: &Path, clients: usize, duration: Duration) -> Result<f64> {
        let mut command = self.command("pgbench");
        command
            .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
            .arg(format!("--client={clients}"))
            .arg(format!("--time={}", duration.as_secs()))
            .arg("--file")
            .arg(script);
        let report = output(&mut command)?;
        report
            .lines()
            .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok())
            .with_context(|| format!("pgbench did not say how fast it was:\n{report}"))
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command
            .arg("--host")
            .arg(&self.socket)
            .args(["--username", ROLE]);
        // pgbench alone takes the database as its last argument.
        command.env("PGDATABASE", self.name);
        command
    }
}

/// The newest installed PostgreSQL, as the server takes it.
fn programs() -> Result<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .context("PostgreSQL's programs are needed: apt-get install postgresql")?
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, programs)| programs.join("pgbench").is_file())
        .collect();
    found.sort();
    let (_, programs) = found.pop().context("there is no pgbench")?;
    Ok(programs)
}

fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("could not start {}", command.get_program().display()))?;
    if !output.status.success() {
        bail!(
            "{}: {}",
            command.get_program().display(),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8(output.stdout)?)
}
