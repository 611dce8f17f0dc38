//! The steps of the schema, which the program carries within itself.

use anyhow::{Context as _, anyhow};
use diesel::pg::Pg;
use diesel_async::{
    AsyncConnection as _, AsyncMigrationHarness, AsyncPgConnection, SimpleAsyncConnection as _,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");

/// Key of the advisory lock under which steps run: servers may start together. The letters of `devmetri`.
const LOCK: i64 = 0x6465_766D_6574_7269;

/// A harness over a connection of its own.
type Harness = AsyncMigrationHarness<AsyncPgConnection>;

/// Runs the steps that are missing; answers their names.
///
/// # Errors
/// When the database does not answer or a step fails; steps before it stay.
pub async fn run_pending(url: &str) -> anyhow::Result<Vec<String>> {
    under_lock(url, |harness| {
        let versions = harness
            .run_pending_migrations(MIGRATIONS)
            .map_err(|error| anyhow!("a migration failed: {error}"))?;
        Ok(versions.iter().map(ToString::to_string).collect())
    })
    .await
}

/// Undoes the last step; answers its name.
///
/// # Errors
/// When there is none, or undoing it fails.
pub async fn revert_last(url: &str) -> anyhow::Result<String> {
    under_lock(url, |harness| {
        let version = harness
            .revert_last_migration(MIGRATIONS)
            .map_err(|error| anyhow!("undoing the last migration failed: {error}"))?;
        Ok(version.to_string())
    })
    .await
}

/// Undoes every step, the data with it; answers their names.
///
/// # Errors
/// When undoing one fails.
pub async fn revert_all(url: &str) -> anyhow::Result<Vec<String>> {
    under_lock(url, |harness| {
        let versions = harness
            .revert_all_migrations(MIGRATIONS)
            .map_err(|error| anyhow!("undoing a migration failed: {error}"))?;
        Ok(versions.iter().map(ToString::to_string).collect())
    })
    .await
}

/// The steps that are missing.
///
/// # Errors
/// When the database does not answer.
pub async fn list_pending(url: &str) -> anyhow::Result<Vec<String>> {
    under_lock(url, |harness| {
        let pending = MigrationHarness::<Pg>::pending_migrations(harness, MIGRATIONS)
            .map_err(|error| anyhow!("list the migrations that are missing: {error}"))?;
        Ok(pending
            .iter()
            .map(|migration| migration.name().version().to_string())
            .collect())
    })
    .await
}

async fn under_lock<T: Send + 'static>(
    url: &str,
    work: impl FnOnce(&mut Harness) -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    let mut connection = AsyncPgConnection::establish(url)
        .await
        .context("connect to the database")?;
    // Held by the connection: it is free again when this function is through, however it ends.
    connection
        .batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))
        .await
        .context("wait for other migrations")?;
    // The harness blocks, which a runtime of one thread would not survive on that thread.
    tokio::task::spawn_blocking(move || work(&mut AsyncMigrationHarness::new(connection)))
        .await
        .context("run migrations")?
}
