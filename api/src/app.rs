//! The composition root: everything a server consists of, built once, in the order in which it depends on each other.
//!
//! Nothing here is global: a process may hold many servers, each with its own database, clock and measurements.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;

use crate::config::database::Mode;
use crate::config::{Secret, Settings};
use crate::platform::bus::Bus;
use crate::platform::clock::Clock;
use crate::platform::db::Db;
use crate::platform::embedded::{EmbeddedOptions, Server as EmbeddedServer};
use crate::platform::ids::Ids;
use crate::platform::secrets::Secrets;
use crate::platform::tasks::Tasks;
use crate::platform::telemetry::Metrics;
use crate::platform::{Platform, migrations};

/// How long background tasks may take to end.
const DRAIN_PATIENCE: Duration = Duration::from_secs(20);

/// What a server is to do beyond what the settings say.
#[derive(Clone, Debug)]
pub struct AppOptions {
    /// Time; tests control it.
    pub clock: Clock,
    /// Whether events are processed in the background; tests process them when they choose.
    pub has_workers: bool,
}

impl Default for AppOptions {
    fn default() -> Self {
        Self {
            clock: Clock::system(),
            has_workers: true,
        }
    }
}

/// A server: its settings, what it stands on and what it runs.
pub struct App {
    /// The settings it was started with.
    pub settings: Arc<Settings>,
    /// What services receive.
    pub platform: Platform,
    /// Where the database answers.
    database_url: Secret,
    embedded: Option<EmbeddedServer>,
}

impl App {
    /// Starts a server: database, schema, services and background tasks; listens to nothing yet.
    ///
    /// # Errors
    /// When something it needs cannot be had; says what.
    pub async fn start(settings: Settings, options: AppOptions) -> anyhow::Result<Self> {
        let settings = Arc::new(settings);
        let (database_url, embedded) = database(&settings).await?;
        let secrets = Secrets::resolve(&settings.auth, &settings.database.data_dir)?;
        let steps = migrations::run_pending(database_url.expose()).await?;
        if !steps.is_empty() {
            tracing::info!("the schema took {} steps", steps.len());
        }
        let bus = Bus::default();
        let ids = Ids::new(options.clock.clone());
        let pool_size = usize::try_from(settings.database.pool_size).context("POOL_SIZE")?;
        let platform = Platform {
            db: Db::connect(database_url.expose(), pool_size, bus.clone(), ids.clone())?,
            clock: options.clock,
            ids,
            bus,
            crypto: Arc::new(secrets.crypto),
            tasks: Tasks::default(),
            metrics: Metrics::default(),
        };
        Ok(Self {
            settings,
            platform,
            database_url,
            embedded,
        })
    }

    /// Where the database answers, for tools that look into it.
    pub fn database_url(&self) -> &str {
        self.database_url.expose()
    }

    /// Stops everything in turn: background tasks end what they have begun, then the embedded PostgreSQL stops.
    pub async fn stop(&self) {
        if !self.platform.tasks.drain(DRAIN_PATIENCE).await {
            tracing::warn!(
                "some background tasks did not end in time; their work is taken up at the next start"
            );
        }
        if let Some(embedded) = &self.embedded {
            embedded.stop().await;
        }
    }
}

async fn database(settings: &Settings) -> anyhow::Result<(Secret, Option<EmbeddedServer>)> {
    match &settings.database.mode {
        Mode::Url(url) => Ok((url.clone(), None)),
        Mode::Embedded => {
            let server = EmbeddedServer::start(EmbeddedOptions::from_settings(&settings.database))
                .await
                .context("start the embedded PostgreSQL")?;
            Ok((Secret::new(server.url()), Some(server)))
        }
    }
}
