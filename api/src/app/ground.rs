//! What a server or a command stands on: settings, database, platform.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;

use crate::config::database::Mode;
use crate::config::{Secret, Settings};
use crate::platform::bus::Bus;
use crate::platform::clock::Clock;
use crate::platform::db::Db;
use crate::platform::embedded::{Attached, EmbeddedOptions, Server as EmbeddedServer};
use crate::platform::ids::Ids;
use crate::platform::redis::Redis;
use crate::platform::secrets::Secrets;
use crate::platform::tasks::Tasks;
use crate::platform::telemetry::Metrics;
use crate::platform::{Platform, migrations};

/// How long background tasks may take to end.
const DRAIN_PATIENCE: Duration = Duration::from_secs(20);

/// How the data directory is to be had where PostgreSQL is embedded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataAccess {
    /// Alone: a server.
    Alone,
    /// Beside a server where one runs: a command.
    Beside,
}

/// What a server or a command stands on: a database with this program's schema, and the platform over it.
pub struct Ground {
    /// The settings it was started with.
    pub settings: Arc<Settings>,
    /// What services receive.
    pub platform: Platform,
    /// Signs access tokens.
    pub jwt_secret: Secret,
    /// Where the database answers.
    database_url: Secret,
    embedded: Option<Attached>,
}

impl Ground {
    /// Reaches or starts the database, brings it to this program's schema, and builds the platform over it.
    ///
    /// # Errors
    /// When something it needs cannot be had; says what.
    pub async fn start(
        settings: Settings,
        clock: Clock,
        access: DataAccess,
    ) -> anyhow::Result<Self> {
        let settings = Arc::new(settings);
        let (database_url, embedded) = database(&settings, access).await?;
        let secrets = Secrets::resolve(&settings.auth, &settings.database.data_dir)?;
        let steps = migrations::run_pending(database_url.expose()).await?;
        if !steps.is_empty() {
            tracing::info!(
                "the database took {} steps to this program's schema",
                steps.len()
            );
        }
        let tasks = Tasks::default();
        let redis = match &settings.redis.url {
            Some(url) => Some(Redis::connect(url.expose(), &settings.redis.prefix).await?),
            None => None,
        };
        let bus = match &redis {
            Some(redis) => Bus::between_nodes(redis.clone(), &tasks),
            None => Bus::default(),
        };
        let ids = Ids::new(clock.clone());
        let pool_size = usize::try_from(settings.database.pool_size).context("POOL_SIZE")?;
        let platform = Platform {
            db: Db::connect(database_url.expose(), pool_size, bus.clone(), ids.clone())?,
            clock,
            ids,
            bus,
            crypto: Arc::new(secrets.crypto),
            redis,
            tasks,
            public_url: settings.http.link("").into(),
            metrics: Metrics::default(),
        };
        platform.metrics.watch_pool(platform.db.clone());
        Ok(Self {
            settings,
            platform,
            jwt_secret: secrets.jwt,
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

    /// Ends at once.
    pub(super) fn abandon(&self) {
        if let Some(embedded) = &self.embedded {
            embedded.abandon();
        }
    }
}

/// The database that the settings name, which is started where it is embedded.
///
/// # Errors
/// When an embedded one can be neither joined nor started.
pub async fn database(
    settings: &Settings,
    access: DataAccess,
) -> anyhow::Result<(Secret, Option<Attached>)> {
    if let Mode::Url(url) = &settings.database.mode {
        return Ok((url.clone(), None));
    }
    let options = EmbeddedOptions::from_settings(&settings.database);
    let attached = match access {
        DataAccess::Alone => EmbeddedServer::start(options)
            .await
            .map(|server| Attached::Own(Box::new(server))),
        DataAccess::Beside => Attached::join_or_start(options).await,
    }
    .context("the embedded PostgreSQL")?;
    Ok((Secret::new(attached.url()), Some(attached)))
}
