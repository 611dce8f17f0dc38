//! The migrations as files, for tests that walk them one by one.

use std::path::{Path, PathBuf};

use tokio_postgres::Client;

/// The folders of all migrations in their order.
pub fn steps() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let mut steps: Vec<PathBuf> = std::fs::read_dir(root)
        .expect("there are migrations")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    steps.sort();
    steps
}

/// Takes one step up.
pub async fn up(client: &Client, step: &Path) {
    apply(client, &step.join("up.sql")).await;
}

/// Takes one step down.
pub async fn down(client: &Client, step: &Path) {
    apply(client, &step.join("down.sql")).await;
}

async fn apply(client: &Client, file: &Path) {
    let sql = std::fs::read_to_string(file).expect("a migration has both files");
    client
        .batch_execute(&sql)
        .await
        .unwrap_or_else(|error| panic!("{}: {error:?}", file.display()));
}
