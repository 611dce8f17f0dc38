//! Where the data is: a PostgreSQL of the server's own, or one by URL.

use std::path::PathBuf;

use super::reader::Reader;
use super::{Secret, Setting};

/// The settings of this group.
pub(super) const SETTINGS: &[Setting] = &[
    Setting::secret(
        "DATABASE_URL",
        "an embedded PostgreSQL",
        "PostgreSQL to use, as in postgres://user:password@host/database; where it is not set the server runs one of its own.",
    ),
    Setting::plain("POOL_SIZE", "20", "Database connections at most, 2 to 500."),
    Setting::plain(
        "DATA_DIR",
        "$XDG_DATA_HOME/devmetrics, else ~/.local/share/devmetrics; as root /var/lib/devmetrics",
        "Directory of the embedded PostgreSQL and of the secrets that were generated.",
    ),
    Setting::plain(
        "POSTGRES_BIN_DIR",
        "the newest installed PostgreSQL",
        "Directory with the `postgres` and `initdb` that the embedded PostgreSQL is run from.",
    ),
    Setting::plain(
        "POSTGRES_ARCHIVE_URL",
        "a release of theseus-rs/postgresql-binaries for this machine",
        "Archive (.tar.gz) with PostgreSQL's binaries that is downloaded where none is installed.",
    ),
    Setting::plain(
        "POSTGRES_ARCHIVE_SHA256",
        "what <POSTGRES_ARCHIVE_URL>.sha256 says",
        "SHA-256 that the archive must have, in hexadecimal.",
    ),
];

const ARCHIVE_BASE: &str = "https://github.com/theseus-rs/postgresql-binaries/releases/download";
const ARCHIVE_VERSION: &str = "17.5.0";

/// Where the data is.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// Embedded, or by URL.
    pub mode: Mode,
    /// Connections at most.
    pub pool_size: u32,
    /// Directory of what the server keeps itself.
    pub data_dir: PathBuf,
    /// Where to take PostgreSQL's programs from, if not from where they are found.
    pub postgres_bin_dir: Option<PathBuf>,
    /// The `PATH` that they are also looked for in.
    pub search_path: Option<String>,
    /// What to download where they are not installed.
    pub postgres_archive_url: String,
    /// What the download must hash to; else the file beside it says.
    pub postgres_archive_sha256: Option<String>,
}

/// Embedded, or by URL.
#[derive(Clone, Debug)]
pub enum Mode {
    /// A PostgreSQL that the server starts and stops.
    Embedded,
    /// One that is there.
    Url(Secret),
}

impl DatabaseSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let mode = match reader.secret("DATABASE_URL") {
            None => Mode::Embedded,
            Some(url) => {
                check_url(reader, url.expose());
                Mode::Url(url)
            }
        };
        Self {
            mode,
            pool_size: reader.number("POOL_SIZE", 20, 2..=500),
            data_dir: data_dir(reader),
            postgres_bin_dir: reader.text("POSTGRES_BIN_DIR").map(PathBuf::from),
            search_path: reader.foreign("PATH").map(str::to_owned),
            postgres_archive_url: archive_url(reader),
            postgres_archive_sha256: archive_sha256(reader),
        }
    }
}

fn check_url(reader: &mut Reader<'_>, url: &str) {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        reader.refuse("DATABASE_URL", "does not start with postgres://");
    } else if url.contains("sslmode=require") || url.contains("sslmode=verify") {
        reader.refuse(
            "DATABASE_URL",
            "asks for TLS, which the server does not speak to PostgreSQL; reach it over a network of your own",
        );
    }
}

fn data_dir(reader: &mut Reader<'_>) -> PathBuf {
    let chosen = if let Some(path) = reader.text("DATA_DIR") {
        PathBuf::from(path)
    } else if nix::unistd::geteuid().is_root() {
        // PostgreSQL refuses to run as root, and the user it runs as cannot enter root's home.
        PathBuf::from("/var/lib/devmetrics")
    } else if let Some(base) = reader.foreign("XDG_DATA_HOME") {
        PathBuf::from(base).join("devmetrics")
    } else if let Some(home) = reader.foreign("HOME") {
        PathBuf::from(home).join(".local/share/devmetrics")
    } else {
        reader.refuse(
            "DATA_DIR",
            "is not set, and neither is HOME to derive it from",
        );
        PathBuf::new()
    };
    std::path::absolute(&chosen).unwrap_or(chosen)
}

fn archive_url(reader: &mut Reader<'_>) -> String {
    let Some(url) = reader.text("POSTGRES_ARCHIVE_URL") else {
        let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
        return format!(
            "{ARCHIVE_BASE}/{ARCHIVE_VERSION}/postgresql-{ARCHIVE_VERSION}-{platform}.tar.gz"
        );
    };
    if !url.starts_with("https://") && !url.starts_with("http://") {
        reader.refuse(
            "POSTGRES_ARCHIVE_URL",
            format!("is `{url}`, which is not a http or https URL"),
        );
    }
    url.to_owned()
}

fn archive_sha256(reader: &mut Reader<'_>) -> Option<String> {
    let sum = reader.text("POSTGRES_ARCHIVE_SHA256")?.to_ascii_lowercase();
    if sum.len() != 64 || hex::decode(&sum).is_err() {
        reader.refuse(
            "POSTGRES_ARCHIVE_SHA256",
            "is not a SHA-256 of 64 hexadecimal digits",
        );
    }
    Some(sum)
}
