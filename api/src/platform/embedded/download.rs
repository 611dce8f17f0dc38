//! Downloading an archive of PostgreSQL's programs: checked before it is unpacked, resumed after a cut, whole or not there.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use reqwest::header::{CONTENT_RANGE, RANGE};
use reqwest::{Client, Response, StatusCode};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use crate::platform::outbound;

/// How often a download that was cut is taken up again.
const ATTEMPTS: u32 = 4;
/// How often progress is told.
const PROGRESS_EVERY: Duration = Duration::from_secs(2);

/// An archive and how to know that it is the right one.
#[derive(Clone, Debug)]
pub struct Archive {
    /// Where it is; a `.tar.gz`.
    pub url: String,
    /// What it must hash to.
    pub checksum: Checksum,
}

/// What an archive must hash to.
#[derive(Clone, Debug)]
pub enum Checksum {
    /// This SHA-256, in hexadecimal.
    Sha256(String),
    /// The SHA-256 in the file of the same URL with `.sha256` added.
    BesideArchive,
}

/// Why the bytes on disk are not the archive: they are thrown away, and it is fetched anew once.
#[derive(Debug, thiserror::Error)]
#[error("the archive has SHA-256 {found}, and should have {expected}")]
struct WrongChecksum {
    found: String,
    expected: String,
}

/// Fetches and unpacks an archive; answers the directory with the programs. One that is there already is not fetched.
pub(super) async fn fetch(
    archive: &Archive,
    downloads: &Path,
    programs: &Path,
) -> anyhow::Result<PathBuf> {
    let client = outbound::client_to_operators_choice()?;
    let expected = expected_sha256(&client, archive).await?;
    let unpacked = programs.join(&expected[..16]);
    if let Some(found) = find_programs(&unpacked) {
        return Ok(found);
    }
    fs::create_dir_all(downloads).with_context(|| format!("create {}", downloads.display()))?;
    let part = downloads.join(format!("{}.part", &expected[..16]));
    let mut was_wrong = false;
    loop {
        download(&client, &archive.url, &part).await?;
        match check(&part, &expected).await {
            Ok(()) => break,
            Err(error) => {
                // A resumed download may have been put together from two different files: once, start from nothing.
                fs::remove_file(&part).with_context(|| format!("remove {}", part.display()))?;
                if was_wrong || !error.is::<WrongChecksum>() {
                    return Err(error);
                }
                tracing::warn!("{error:#}; fetching it once more");
                was_wrong = true;
            }
        }
    }
    let unpacked = unpack(&part, programs, &unpacked).await?;
    // Only space is lost if it stays.
    let _ = fs::remove_file(&part);
    Ok(unpacked)
}

/// The directory with the programs under an unpacked archive, which may have one directory around everything.
pub(super) fn find_programs(unpacked: &Path) -> Option<PathBuf> {
    let inner = fs::read_dir(unpacked)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()));
    std::iter::once(unpacked.to_owned())
        .chain(inner)
        .map(|dir| dir.join("bin"))
        .find(|dir| dir.join("postgres").is_file())
}

async fn expected_sha256(client: &Client, archive: &Archive) -> anyhow::Result<String> {
    let text = match &archive.checksum {
        Checksum::Sha256(sum) => sum.clone(),
        Checksum::BesideArchive => {
            let url = format!("{}.sha256", archive.url);
            client
                .get(&url)
                .send()
                .await
                .and_then(Response::error_for_status)
                .with_context(|| {
                    format!("fetch {url}; POSTGRES_ARCHIVE_SHA256 makes it unnecessary")
                })?
                .text()
                .await
                .with_context(|| format!("read {url}"))?
        }
    };
    // Files made by `sha256sum` name the archive after the sum.
    let sum = text
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    ensure!(
        sum.len() == 64 && hex::decode(&sum).is_ok(),
        "`{sum}` is no SHA-256 of 64 hexadecimal digits"
    );
    Ok(sum)
}

/// Fetches the file, taking it up where it was cut.
async fn download(client: &Client, url: &str, part: &Path) -> anyhow::Result<()> {
    let mut attempt = 1;
    let mut pause = Duration::from_millis(500);
    loop {
        let had = length(part);
        match download_rest(client, url, part).await {
            Ok(()) => return Ok(()),
            // Progress is reason enough to go on; without any, it gives up after some attempts.
            Err(error) if attempt < ATTEMPTS => {
                tracing::warn!("the download was cut: {error:#}; taking it up again");
                attempt = if length(part) > had { 1 } else { attempt + 1 };
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(8));
            }
            Err(error) => return Err(error.context(format!("download {url}"))),
        }
    }
}

async fn download_rest(client: &Client, url: &str, part: &Path) -> anyhow::Result<()> {
    let mut have = length(part);
    let mut request = client.get(url);
    if have > 0 {
        request = request.header(RANGE, format!("bytes={have}-"));
    }
    let mut response = request.send().await?;
    match response.status() {
        // Nothing is missing.
        StatusCode::RANGE_NOT_SATISFIABLE if have > 0 => return Ok(()),
        StatusCode::PARTIAL_CONTENT if starts_at(&response, have) => {}
        StatusCode::OK => have = 0,
        StatusCode::PARTIAL_CONTENT => bail!("the server sent another part than was asked for"),
        status => bail!("the server answers {status}"),
    }
    let total = response.content_length().map(|rest| have + rest);
    let mut file = File::options()
        .create(true)
        .append(have > 0)
        .write(true)
        .truncate(have == 0)
        .open(part)
        .with_context(|| format!("open {}", part.display()))?;
    let mut said_at = Instant::now();
    while let Some(chunk) = response.chunk().await? {
        file.write_all(&chunk)
            .with_context(|| format!("write {}", part.display()))?;
        have += chunk.len() as u64;
        if said_at.elapsed() > PROGRESS_EVERY {
            said_at = Instant::now();
            let of = total.map(|total| format!(" of {}", megabytes(total)));
            tracing::info!(
                "downloaded {}{} MB",
                megabytes(have),
                of.unwrap_or_default()
            );
        }
    }
    if let Some(total) = total {
        ensure!(have == total, "{have} of {total} bytes came");
    }
    file.sync_all()
        .with_context(|| format!("write {}", part.display()))
}

fn starts_at(response: &Response, offset: u64) -> bool {
    response
        .headers()
        .get(CONTENT_RANGE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|range| range.starts_with(&format!("bytes {offset}-")))
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

fn megabytes(bytes: u64) -> u64 {
    bytes / 1_000_000
}

async fn check(part: &Path, expected: &str) -> anyhow::Result<()> {
    let path = part.to_owned();
    let found = tokio::task::spawn_blocking(move || sha256_of(&path))
        .await
        .context("hash the archive")??;
    if found != expected {
        return Err(WrongChecksum {
            found,
            expected: expected.to_owned(),
        }
        .into());
    }
    Ok(())
}

fn sha256_of(path: &Path) -> anyhow::Result<String> {
    let failed = || format!("read {}", path.display());
    let mut file = File::open(path).with_context(failed)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer).with_context(failed)? {
            0 => return Ok(hex::encode(hash.finalize())),
            count => hash.update(&buffer[..count]),
        }
    }
}

/// Unpacks beside the place where it is to be, then renames: a directory that is there is whole.
async fn unpack(archive: &Path, programs: &Path, to: &Path) -> anyhow::Result<PathBuf> {
    let unfinished = to.with_extension("unfinished");
    let (archive, programs, to) = (archive.to_owned(), programs.to_owned(), to.to_owned());
    tokio::task::spawn_blocking(move || {
        fs::create_dir_all(&programs).with_context(|| format!("create {}", programs.display()))?;
        for leftover in [&unfinished, &to] {
            if leftover.exists() {
                fs::remove_dir_all(leftover)
                    .with_context(|| format!("remove {}", leftover.display()))?;
            }
        }
        let file = File::open(&archive).with_context(|| format!("open {}", archive.display()))?;
        tar::Archive::new(flate2::read::GzDecoder::new(file))
            .unpack(&unfinished)
            .context("unpack the archive")?;
        ensure!(
            find_programs(&unfinished).is_some(),
            "the archive holds no bin/postgres"
        );
        fs::rename(&unfinished, &to).with_context(|| format!("move to {}", to.display()))?;
        find_programs(&to).context("the unpacked programs are gone")
    })
    .await
    .context("unpack the archive")?
}
