//! Redis for the tests: one for the process, and others that a test stops and starts.

use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::process::free_port;

/// How long a start may take on a busy machine.
const START_DEADLINE: Duration = Duration::from_secs(30);

/// Serves until the pipe on standard input closes, however its holder ended, and leaves nothing behind.
const SUPERVISOR: &str = r#"
redis-server --port "$1" --bind 127.0.0.1 --save '' --appendonly no --dir "$2" >/dev/null 2>&1 &
server=$!
read -r _
kill -KILL "$server"
wait "$server"
rm -rf "$2"
"#;

/// The process's Redis, started on first use. Each test has a prefix of its own.
pub fn server() -> &'static Redis {
    static SERVER: OnceLock<Redis> = OnceLock::new();
    SERVER.get_or_init(Redis::start)
}

/// A prefix that no other test has.
pub fn prefix() -> String {
    static LAST: AtomicU32 = AtomicU32::new(0);
    format!("test-{}", LAST.fetch_add(1, Ordering::Relaxed))
}

/// A running Redis.
pub struct Redis {
    port: u16,
    url: String,
    supervisor: Option<Child>,
}

impl Redis {
    /// Starts one that nobody else uses.
    pub fn start() -> Self {
        let port = free_port();
        let mut redis = Self {
            port,
            url: format!("redis://127.0.0.1:{port}/0"),
            supervisor: None,
        };
        redis.start_again();
        redis
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Kills it.
    pub fn stop(&mut self) {
        if let Some(mut supervisor) = self.supervisor.take() {
            drop(supervisor.stdin.take());
            let _ = supervisor.wait();
        }
    }

    /// Starts it where it was.
    pub fn start_again(&mut self) {
        let directory = directory(self.port);
        std::fs::create_dir_all(&directory).expect("the temporary directory can be written");
        let mut supervisor = Command::new("/bin/sh")
            .args(["-c", SUPERVISOR, "supervisor", &self.port.to_string()])
            .arg(&directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C in the terminal reaches the tests; the pipe then stops the server.
            .process_group(0)
            .spawn()
            .expect("there is a shell");
        let deadline = Instant::now() + START_DEADLINE;
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = supervisor.try_wait().expect("a child can be asked");
            assert!(
                ended.is_none() && Instant::now() < deadline,
                "redis-server does not start; `cargo xtask test` brings it"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        self.supervisor = Some(supervisor);
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
    }
}

fn directory(port: u16) -> PathBuf {
    std::env::temp_dir().join(format!("devmetrics-redis-{}-{port}", std::process::id()))
}
