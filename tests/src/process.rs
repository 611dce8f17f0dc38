//! The real program as a process of its own, for tests that kill it.

use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// How long a start may take, the recovery of PostgreSQL included.
const READY_DEADLINE: Duration = Duration::from_secs(120);

/// Whatever becomes of this process, nothing that it started outlives it by much.
const WATCHDOG: &str = r#"
dir=$1
read -r _
for file in "$dir/server.pid" "$dir/data/postgres/data/postmaster.pid"; do
    [ -f "$file" ] && kill -KILL "$(head -n 1 "$file")"
done
rm -rf "$dir"
"#;

/// A data directory of its own, and the server that runs on it.
pub struct ServerProcess {
    directory: PathBuf,
    arguments: Vec<String>,
    settings: Vec<(String, String)>,
    /// Kept from start to start, as clients know it.
    port: u16,
    child: Option<Child>,
    /// Ends everything when its standard input closes.
    watchdog: Child,
}

impl ServerProcess {
    /// Prepares a data directory; nothing runs yet.
    pub fn prepare(arguments: &[&str]) -> Self {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        let directory =
            std::env::temp_dir().join(format!("devmetrics-run-{}-{number}", std::process::id()));
        fs::create_dir_all(&directory).expect("the temporary directory can be written");
        let watchdog = Command::new("/bin/sh")
            .args(["-c", WATCHDOG, "watchdog"])
            .arg(&directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("there is a shell");
        Self {
            directory,
            arguments: arguments.iter().map(|&a| a.to_owned()).collect(),
            settings: Vec::new(),
            port: free_port(),
            child: None,
            watchdog,
        }
    }

    /// A setting for the starts to come.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// Starts the server, or starts it again, and waits until it can serve.
    pub async fn start(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.directory.join("server.log"))
            .expect("the log can be written");
        let child = Command::new(program())
            .arg("serve")
            .args(&self.arguments)
            .args(["--bind", &format!("127.0.0.1:{}", self.port)])
            .arg("--data-dir")
            .arg(self.data_dir())
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .envs(web_dir().map(|dir| ("WEB_DIR", dir)))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a file can be shared"))
            .stderr(log)
            .process_group(0)
            .spawn()
            .expect("the program can be started");
        fs::write(self.directory.join("server.pid"), child.id().to_string())
            .expect("the process id can be noted");
        self.child = Some(child);
        self.wait_until_ready().await;
    }

    /// Waits until the server can serve; also after its PostgreSQL was killed.
    pub async fn wait_until_ready(&mut self) {
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(5))
            .build()
            .expect("an HTTP client");
        let deadline = Instant::now() + READY_DEADLINE;
        loop {
            let answer = client.get(self.url("/readyz")).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            let ended = self
                .child
                .as_mut()
                .and_then(|child| child.try_wait().expect("a child can be asked"));
            assert!(
                ended.is_none() && Instant::now() < deadline,
                "the server is not ready ({ended:?}):\n{}",
                self.log_tail()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The full address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Where its data is.
    pub fn data_dir(&self) -> PathBuf {
        self.directory.join("data")
    }

    /// Runs another command of the program on the same data; gives what it printed.
    pub fn command(&self, arguments: &[&str]) -> Result<String, String> {
        let output = Command::new(program())
            .args(arguments)
            .arg("--data-dir")
            .arg(self.data_dir())
            .stdin(Stdio::null())
            .output()
            .expect("the program can be started");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() {
            Ok(text(&output.stdout))
        } else {
            Err(text(&output.stdout) + &text(&output.stderr))
        }
    }

    /// Kills the server, without a word of warning.
    pub fn kill_server(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("a child of ours can be killed");
            child.wait().expect("a killed child ends");
        }
    }

    /// Kills the first process of its PostgreSQL, without a word of warning. False where none runs.
    pub fn kill_postgres(&self) -> bool {
        let Some(pid) = self.postgres_pid() else {
            return false;
        };
        kill(pid, Signal::SIGKILL).is_ok()
    }

    /// Asks the server to stop and waits until it has.
    pub fn stop(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        // It may have ended by itself.
        let _ = kill(pid_of(&child), Signal::SIGTERM);
        child.wait().expect("a child ends");
    }

    /// The first process of its PostgreSQL, if that runs.
    pub fn postgres_pid(&self) -> Option<Pid> {
        let file = self.data_dir().join("postgres/data/postmaster.pid");
        let text = fs::read_to_string(file).ok()?;
        let pid = Pid::from_raw(text.lines().next()?.trim().parse().ok()?);
        kill(pid, None).is_ok().then_some(pid)
    }

    /// The last lines that the server printed.
    pub fn log_tail(&self) -> String {
        let log = fs::read(self.directory.join("server.log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        self.kill_server();
        // Its standard input closes with the wait; it ends PostgreSQL and removes the directory.
        let _ = self.watchdog.wait();
    }
}

fn pid_of(child: &Child) -> Pid {
    Pid::from_raw(i32::try_from(child.id()).expect("a process id fits"))
}

/// A port that nothing listens on at this moment.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port is free")
        .port()
}

/// The built client, where the environment names one.
pub fn web_dir() -> Option<PathBuf> {
    std::env::var_os("WEB_DIR")
        .map(PathBuf::from)
        .or_else(|| Some(workspace().join("web/dist")))
        .filter(|dir| dir.join("index.html").is_file())
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package lies in a workspace")
}

/// The program: the one that the environment names, else built now, beside this test.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if let Some(path) = std::env::var_os("DEVMETRICS_BIN") {
            return path.into();
        }
        let test = std::env::current_exe().expect("a process knows its program");
        let profile = test
            .parent()
            .and_then(Path::parent)
            .expect("tests lie in the target directory");
        // The packages that `cargo xtask` names too, so that nothing is compiled twice.
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--workspace", "--exclude", "web"])
            .args(["--bin", "devmetrics"])
            .env("CARGO_TARGET_DIR", profile.parent().unwrap_or(profile))
            .current_dir(workspace())
            .status()
            .expect("cargo can be started");
        assert!(built.success(), "the program does not compile");
        profile.join("devmetrics")
    })
}
