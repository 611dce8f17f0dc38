//! One private PostgreSQL for the whole test process.
//!
//! It listens on a unix socket only and gives up durability for speed. A shell holds the reading end of a pipe from this
//! process: however this process ends, the pipe closes, the shell stops the server and removes its files.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use nix::unistd::{Uid, User};

/// How long a cold start may take on a busy machine.
const START_DEADLINE: Duration = Duration::from_secs(90);

/// Makes the cluster, serves it until the pipe on standard input closes, and leaves nothing behind.
const SUPERVISOR: &str = r#"
bin=$1; dir=$2
"$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1 || exit 1
"$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 \
    -c max_connections=400 -c shared_buffers=64MB -c autovacuum=off -c jit=off >"$dir/server.log" 2>&1 &
server=$!
read -r _
kill -QUIT "$server"
wait "$server"
rm -rf "$dir"
"#;

/// The process's PostgreSQL, started on first use.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::start)
}

/// A running PostgreSQL.
pub struct Server {
    directory: PathBuf,
    /// Its standard input is the pipe that keeps the server alive.
    _supervisor: std::process::Child,
}

impl Server {
    fn start() -> Self {
        let directory =
            std::env::temp_dir().join(format!("devmetrics-tests-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("the temporary directory can be written");
        let mut supervisor = Command::new("/bin/sh");
        supervisor
            .args(["-c", SUPERVISOR, "supervisor"])
            .arg(binaries())
            .arg(&directory)
            .current_dir(&directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C in the terminal reaches the tests; the pipe then stops the server in order.
            .process_group(0);
        // PostgreSQL refuses to run as root.
        if Uid::effective().is_root() {
            let user = unprivileged_user();
            chown(&directory, Some(user.uid.as_raw()), Some(user.gid.as_raw()))
                .expect("root may give directories away");
            supervisor.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        let mut supervisor = supervisor.spawn().expect("there is a shell");
        let deadline = Instant::now() + START_DEADLINE;
        while !is_ready(&directory) {
            let ended = supervisor.try_wait().expect("a child can be asked");
            assert!(
                ended.is_none() && Instant::now() < deadline,
                "PostgreSQL did not start; see {}",
                directory.display()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        Self {
            directory,
            _supervisor: supervisor,
        }
    }

    /// The URL of one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgresql:///{database}?host={}&user=postgres",
            self.directory.display()
        )
    }
}

fn is_ready(directory: &Path) -> bool {
    // The eighth line of the lock file says "ready" once connections are taken.
    std::fs::read_to_string(directory.join("data/postmaster.pid"))
        .is_ok_and(|text| text.lines().nth(7).is_some_and(|s| s.trim() == "ready"))
}

fn unprivileged_user() -> User {
    ["postgres", "nobody"]
        .into_iter()
        .find_map(|name| User::from_name(name).ok().flatten())
        .expect("there is an unprivileged user")
}

/// The directory of the installed server's programs, newest first.
fn binaries() -> PathBuf {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .collect();
    versions.sort();
    versions
        .pop()
        .map(|(_, bin)| bin)
        .expect("PostgreSQL's server programs are installed; `cargo xtask test` brings them")
}
