//! PostgreSQL from an archive, where none is installed: stand-ins on the loopback send good, broken and cut ones.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use api::platform::embedded::{Archive, Checksum, EmbeddedOptions, Server};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::embedded::DataDir;

/// How the stand-in answers one request for the archive.
#[derive(Clone, Copy)]
enum Answer {
    /// As it is, and from where it was asked for.
    Good,
    /// The same number of other bytes.
    Broken,
    /// Half of what was asked for, then the connection ends.
    Cut,
}

/// Serves an archive and its checksum; counts the requests, and notes where they began.
struct StandIn {
    url: String,
    requests: Arc<AtomicUsize>,
    offsets: Arc<Mutex<Vec<usize>>>,
}

impl StandIn {
    #[expect(
        clippy::disallowed_methods,
        reason = "the stand-in ends with its test's runtime"
    )]
    async fn start(archive: Vec<u8>, answers: &'static [Answer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!(
            "http://{}/postgresql.tar.gz",
            listener.local_addr().unwrap()
        );
        let stand_in = Self {
            url,
            requests: Arc::default(),
            offsets: Arc::default(),
        };
        let (requests, offsets) = (stand_in.requests.clone(), stand_in.offsets.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                answer(stream, &archive, answers, &requests, &offsets).await;
            }
        });
        stand_in
    }

    fn options(&self, dir: &DataDir) -> EmbeddedOptions {
        EmbeddedOptions {
            data_dir: dir.path().to_owned(),
            bin_dir: None,
            search_dirs: Vec::new(),
            archive: Some(Archive {
                url: self.url.clone(),
                checksum: Checksum::BesideArchive,
            }),
            max_connections: 20,
            extra: vec![("fsync".to_owned(), "off".to_owned())],
            patience: Duration::ZERO,
        }
    }
}

async fn answer(
    mut stream: TcpStream,
    archive: &[u8],
    answers: &[Answer],
    requests: &AtomicUsize,
    offsets: &Mutex<Vec<usize>>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else {
            return;
        };
        head.push(byte);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    if head.starts_with("get /postgresql.tar.gz.sha256 ") {
        let sum = format!(
            "{}  postgresql.tar.gz\n",
            hex::encode(Sha256::digest(archive))
        );
        let reply = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{sum}",
            sum.len()
        );
        let _ = stream.write_all(reply.as_bytes()).await;
        return;
    }
    let from: usize = head
        .lines()
        .find_map(|line| line.strip_prefix("range: bytes="))
        .map_or(0, |range| range.trim_end_matches('-').parse().unwrap());
    offsets.lock().unwrap().push(from);
    let how = answers[requests
        .fetch_add(1, Ordering::SeqCst)
        .min(answers.len() - 1)];
    let rest = &archive[from..];
    let mut reply = if from == 0 {
        "HTTP/1.1 200 OK\r\n".to_owned()
    } else {
        format!(
            "HTTP/1.1 206 Partial Content\r\ncontent-range: bytes {from}-{}/{}\r\n",
            archive.len() - 1,
            archive.len()
        )
    };
    reply.push_str(&format!(
        "content-length: {}\r\nconnection: close\r\n\r\n",
        rest.len()
    ));
    let _ = stream.write_all(reply.as_bytes()).await;
    let body = match how {
        Answer::Good => rest.to_vec(),
        Answer::Broken => vec![0; rest.len()],
        Answer::Cut => rest[..rest.len() / 2].to_vec(),
    };
    let _ = stream.write_all(&body).await;
}

/// An archive in the form of a release: one directory, `bin` in it. Its programs call the installed ones.
fn archive(dir: &Path) -> Vec<u8> {
    let bin = dir.join("release/postgresql-17/bin");
    std::fs::create_dir_all(&bin).unwrap();
    for program in ["postgres", "initdb"] {
        let script = format!(
            "#!/bin/sh\nexec {}/{program} \"$@\"\n",
            installed().display()
        );
        std::fs::write(bin.join(program), script).unwrap();
        make_executable(&bin.join(program));
    }
    let file = dir.join("release.tar.gz");
    let status = Command::new("tar")
        .arg("-C")
        .arg(dir.join("release"))
        .arg("-czf")
        .arg(&file)
        .arg("postgresql-17")
        .status()
        .unwrap();
    assert!(status.success());
    std::fs::read(file).unwrap()
}

fn installed() -> PathBuf {
    std::fs::read_dir("/usr/lib/postgresql")
        .unwrap()
        .map(|entry| entry.unwrap().path().join("bin"))
        .find(|bin| bin.join("initdb").is_file())
        .unwrap()
}

fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;

    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn dirs() -> (DataDir, DataDir) {
    let (release, data) = (DataDir::new(), DataDir::new());
    std::fs::create_dir_all(release.path()).unwrap();
    (release, data)
}

#[tokio::test]
async fn a_good_archive_is_fetched_once_and_run() {
    let (release, data) = dirs();
    let stand_in = StandIn::start(archive(release.path()), &[Answer::Good]).await;

    let server = Server::start(stand_in.options(&data)).await.unwrap();
    server.stop().await;
    drop(server);
    let again = Server::start(stand_in.options(&data)).await.unwrap();
    again.stop().await;

    assert_eq!(stand_in.requests.load(Ordering::SeqCst), 1);
    let left: Vec<_> = std::fs::read_dir(data.path().join("postgres/downloads"))
        .unwrap()
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn a_cut_download_is_taken_up_where_it_ended() {
    let (release, data) = dirs();
    let archive = archive(release.path());
    let half = archive.len() / 2;
    let stand_in = StandIn::start(archive, &[Answer::Cut, Answer::Good]).await;

    let server = Server::start(stand_in.options(&data)).await.unwrap();
    server.stop().await;

    assert_eq!(*stand_in.offsets.lock().unwrap(), [0, half]);
}

#[tokio::test]
async fn a_broken_archive_is_thrown_away_and_fetched_once_more() {
    let (release, data) = dirs();
    let stand_in = StandIn::start(archive(release.path()), &[Answer::Broken, Answer::Good]).await;

    let server = Server::start(stand_in.options(&data)).await.unwrap();
    server.stop().await;

    assert_eq!(*stand_in.offsets.lock().unwrap(), [0, 0]);
}

#[tokio::test]
async fn an_archive_that_stays_broken_is_never_unpacked() {
    let (release, data) = dirs();
    let stand_in = StandIn::start(archive(release.path()), &[Answer::Broken]).await;

    let refusal = Server::start(stand_in.options(&data))
        .await
        .err()
        .expect("it is broken");

    let text = format!("{refusal:#}");
    assert!(
        text.contains("SHA-256") && text.contains("apt-get install postgresql"),
        "{text}"
    );
    assert_eq!(stand_in.requests.load(Ordering::SeqCst), 2);
    assert!(!data.path().join("postgres/programs").exists());
    assert!(!data.path().join("postgres/data").exists());
}

#[tokio::test]
async fn where_nothing_can_be_reached_it_says_what_to_do() {
    let (_, data) = dirs();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let options = EmbeddedOptions {
        data_dir: data.path().to_owned(),
        bin_dir: None,
        search_dirs: Vec::new(),
        archive: Some(Archive {
            url: format!("http://{address}/postgresql.tar.gz"),
            checksum: Checksum::Sha256("0".repeat(64)),
        }),
        max_connections: 20,
        extra: Vec::new(),
        patience: Duration::ZERO,
    };
    let refusal = Server::start(options).await.err().expect("nothing answers");
    let text = format!("{refusal:#}");
    assert!(
        text.contains("POSTGRES_BIN_DIR") && text.contains("DATABASE_URL"),
        "{text}"
    );
}
