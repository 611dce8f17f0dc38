//! The private PostgreSQL: started, found again, restarted, stopped, and never two at a time.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use api::config::{Settings, Vars};
use api::platform::embedded::{Attached, EmbeddedOptions, Server};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tests::wait::eventually;
use tokio_postgres::NoTls;

/// A data directory that goes away with this value.
pub(super) struct DataDir {
    path: PathBuf,
}

impl DataDir {
    pub(super) fn new() -> Self {
        Self::below(&std::env::temp_dir())
    }

    fn below(parent: &Path) -> Self {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        Self {
            path: parent.join(format!("dm-{}-{number}", std::process::id())),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn options(&self) -> EmbeddedOptions {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let vars = Vars::from_pairs(&[
            ("DATA_DIR", &self.path.to_string_lossy()),
            ("PATH", &path.to_string_lossy()),
        ]);
        let settings = Settings::read(&vars).unwrap();
        EmbeddedOptions {
            archive: None,
            extra: vec![("fsync".to_owned(), "off".to_owned())],
            ..EmbeddedOptions::from_settings(&settings.database)
        }
    }
}

impl Drop for DataDir {
    fn drop(&mut self) {
        // What a failed test leaves behind is only space.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

async fn ask(url: &str, sql: &str) -> Result<i32, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let question = async move { client.query_one(sql, &[]).await };
    let (row, _) = tokio::join!(question, connection);
    row?.try_get(0)
}

async fn run(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let order = async move { client.batch_execute(sql).await };
    let (done, _) = tokio::join!(order, connection);
    done.unwrap();
}

fn is_alive(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

fn signal(pid: u32, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(pid).unwrap()), signal).unwrap();
}

#[tokio::test]
async fn what_was_stored_is_there_after_the_next_start() {
    let dir = DataDir::new();
    let first = Server::start(dir.options()).await.unwrap();
    run(
        first.url(),
        "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)",
    )
    .await;
    let pid = first.process_id();
    first.stop().await;
    drop(first);
    assert!(!is_alive(pid), "PostgreSQL outlived its server");

    let second = Server::start(dir.options()).await.unwrap();
    assert_eq!(ask(second.url(), "SELECT n FROM kept").await.unwrap(), 7);
    second.stop().await;
}

#[tokio::test]
async fn it_listens_to_no_network_and_keeps_its_data_to_itself() {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = DataDir::new();
    let server = Server::start(dir.options()).await.unwrap();
    let addresses = "SELECT length(current_setting('listen_addresses'))";
    assert_eq!(ask(server.url(), addresses).await.unwrap(), 0);
    for private in ["postgres/data", "postgres/socket"] {
        let mode = std::fs::metadata(dir.path().join(private))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{private}");
    }
    server.stop().await;
}

#[tokio::test]
async fn an_orphan_is_stopped_by_the_next_start() {
    let dir = DataDir::new();
    let killed = Server::start(dir.options()).await.unwrap();
    run(
        killed.url(),
        "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)",
    )
    .await;
    let orphan = orphan_of(&dir, killed).await;

    let next = Server::start(dir.options()).await.unwrap();

    assert!(!is_alive(orphan) || orphan == next.process_id());
    assert_ne!(orphan, next.process_id());
    assert_eq!(ask(next.url(), "SELECT n FROM kept").await.unwrap(), 7);
    next.stop().await;
}

/// Leaves a PostgreSQL running on the directory that no server looks after, as `kill -9` of the server does.
async fn orphan_of(dir: &DataDir, server: Server) -> u32 {
    let command = std::fs::read(format!("/proc/{}/cmdline", server.process_id())).unwrap();
    server.stop().await;
    drop(server);
    let arguments: Vec<String> = command
        .split(|byte| *byte == 0)
        .filter(|part| !part.is_empty())
        .map(|part| String::from_utf8(part.to_vec()).unwrap())
        .collect();
    let mut orphan = std::process::Command::new(&arguments[0]);
    orphan
        .args(&arguments[1..])
        .current_dir(dir.path().join("postgres/data"))
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null());
    hand_over(&mut orphan, &dir.path().join("postgres/data"));
    let child = orphan.spawn().unwrap();
    let pid = child.id();
    let file = dir.path().join("postgres/data/postmaster.pid");
    eventually("the orphan is ready", async || {
        let text = std::fs::read_to_string(&file).ok()?;
        text.contains("ready").then_some(())
    })
    .await;
    // Collected by nobody, as where the parent is dead: the next start must not take a zombie for a process.
    std::mem::forget(child);
    pid
}

fn hand_over(command: &mut std::process::Command, data: &Path) {
    use std::os::unix::fs::MetadataExt as _;
    use std::os::unix::process::CommandExt as _;

    let owner = std::fs::metadata(data).unwrap();
    command.uid(owner.uid()).gid(owner.gid());
}

#[tokio::test]
async fn a_stale_note_of_a_dead_server_is_no_obstacle() {
    let dir = DataDir::new();
    let first = Server::start(dir.options()).await.unwrap();
    let note = dir.path().join("postgres/data/postmaster.pid");
    let text = std::fs::read_to_string(&note).unwrap();
    first.stop().await;
    drop(first);
    // The number of a process that lives and is no PostgreSQL: this test.
    let (_, rest) = text.split_once('\n').unwrap();
    std::fs::write(&note, format!("{}\n{rest}", std::process::id())).unwrap();

    let second = Server::start(dir.options()).await.unwrap();

    assert_eq!(ask(second.url(), "SELECT 1").await.unwrap(), 1);
    second.stop().await;
}

#[tokio::test]
async fn postgresql_killed_alone_is_started_again() {
    let dir = DataDir::new();
    let server = Server::start(dir.options()).await.unwrap();
    run(
        server.url(),
        "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)",
    )
    .await;
    let killed = server.process_id();

    signal(killed, Signal::SIGKILL);

    let n = eventually("PostgreSQL answers again", async || {
        let is_new = server.process_id() != killed && server.process_id() != 0;
        ask(server.url(), "SELECT n FROM kept")
            .await
            .ok()
            .filter(|_| is_new)
    })
    .await;
    assert_eq!(n, 7);
    server.stop().await;
}

#[tokio::test]
async fn a_command_joins_the_postgresql_of_a_running_server() {
    let dir = DataDir::new();
    let server = Server::start(dir.options()).await.unwrap();

    let joined = Attached::join_or_start(dir.options()).await.unwrap();

    assert!(matches!(joined, Attached::Joined { .. }));
    assert_eq!(joined.url(), server.url());
    joined.stop().await;
    assert_eq!(ask(server.url(), "SELECT 1").await.unwrap(), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_second_server_is_told_that_the_directory_is_taken() {
    let dir = DataDir::new();
    let server = Server::start(dir.options()).await.unwrap();
    let options = EmbeddedOptions {
        patience: Duration::ZERO,
        ..dir.options()
    };
    let refusal = Server::start(options).await.err().expect("it is taken");
    assert!(
        format!("{refusal:#}").contains("another DevMetrics server"),
        "{refusal:#}"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_set_up_that_was_broken_off_starts_anew() {
    let dir = DataDir::new();
    let unfinished = dir.path().join("postgres/data.unfinished");
    std::fs::create_dir_all(&unfinished).unwrap();
    std::fs::write(unfinished.join("PG_VERSION"), "15\n").unwrap();
    open_to_others(dir.path());

    let server = Server::start(dir.options()).await.unwrap();

    assert_eq!(ask(server.url(), "SELECT 1").await.unwrap(), 1);
    assert!(!unfinished.exists());
    server.stop().await;
}

#[tokio::test]
async fn a_deep_directory_does_not_break_the_socket() {
    let parent = DataDir::new();
    let deep = parent.path().join("d".repeat(60)).join("e".repeat(60));
    std::fs::create_dir_all(&deep).unwrap();
    let dir = DataDir::below(&deep);

    let server = Server::start(dir.options()).await.unwrap();

    assert_eq!(ask(server.url(), "SELECT 1").await.unwrap(), 1);
    server.stop().await;
}

fn open_to_others(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;

    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test]
async fn a_directory_that_postgresql_may_not_enter_is_named() {
    use std::os::unix::fs::PermissionsExt as _;

    if !nix::unistd::geteuid().is_root() {
        // Only root hands PostgreSQL to another account.
        return;
    }
    let closed = DataDir::new();
    std::fs::create_dir_all(closed.path()).unwrap();
    std::fs::set_permissions(closed.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    let dir = DataDir::below(closed.path());

    let refusal = Server::start(dir.options())
        .await
        .err()
        .expect("it cannot be entered");

    let text = format!("{refusal:#}");
    assert!(
        text.contains(&*closed.path().to_string_lossy()) && text.contains("--data-dir"),
        "{text}"
    );
}
