//! The past, told: made-up deliveries go through the real acceptor and the real workers, on a platform whose clock is set back.

use anyhow::Context as _;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use shared::ids::{OrganizationId, WebhookSourceId};
use shared::vocabulary::Provider;
use tokio::task::JoinSet;

use super::cast::Company;
use super::plan::{Happening, happenings};
use super::store;
use crate::contexts::ingest::{self, Acceptor, Delivery, Workers};
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::platform::bus::Bus;
use crate::platform::clock::Clock;
use crate::platform::db::Db;
use crate::platform::ids::Ids;
use crate::platform::tasks::Tasks;
use crate::platform::telemetry::Metrics;
use crate::workflows::process_event;

/// Workers on a day's events: enough to keep the database busy.
const WORKERS: usize = 4;
/// Connections that these and the acceptor take.
const CONNECTIONS: usize = 10;
/// A step of telling: what comes between two marks is told again after a crash, and changes nothing then.
const STEP: TimeDelta = TimeDelta::days(1);
/// How long after a failure everything that waits for another attempt is due.
const RETRIES: [TimeDelta; 2] = [TimeDelta::seconds(3), TimeDelta::seconds(5)];

/// A platform in the past, over the same database.
pub(super) struct Past {
    pub(super) platform: Platform,
}

/// Whose past is told.
pub(super) struct Subject {
    pub(super) company: &'static Company,
    pub(super) organization_id: OrganizationId,
    pub(super) source_id: WebhookSourceId,
    pub(super) seed: u64,
}

impl Past {
    /// Goes back to an instant.
    ///
    /// # Errors
    /// When no pool can be built over the database.
    pub(super) fn at(
        present: &Platform,
        database_url: &str,
        at: DateTime<Utc>,
    ) -> anyhow::Result<Self> {
        let clock = Clock::fixed_at(at);
        let ids = Ids::new(clock.clone());
        // Hints of the past would be news to nobody.
        let bus = Bus::default();
        // A commit need not reach the disk by itself: the mark of a step is written after what it marks, so what a crash
        // takes away it takes from the end, and the next start tells it again.
        let separator = if database_url.contains('?') { '&' } else { '?' };
        let url = format!("{database_url}{separator}options=-csynchronous_commit%3Doff");
        let platform = Platform {
            db: Db::connect(&url, CONNECTIONS, bus.clone(), ids.clone())?,
            clock,
            ids,
            bus,
            crypto: present.crypto.clone(),
            redis: None,
            tasks: Tasks::default(),
            public_url: present.public_url.clone(),
            metrics: Metrics::default(),
        };
        Ok(Self { platform })
    }

    /// Tells everything from one instant until another, a day at a time.
    ///
    /// # Errors
    /// When the database does not answer; the next call goes on from the last mark.
    pub(super) async fn tell(
        &self,
        subject: &Subject,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<()> {
        ingest::ensure_partitions(&self.platform, from).await?;
        let acceptor = Acceptor::start(&self.platform);
        let workers = process_event::workers(&self.platform);
        let mut all = happenings(subject.seed, subject.company, from, until).into_iter();
        let mut rest = all.next();
        let mut step_from = from;
        while step_from < until {
            let step_until = until.min(step_from + STEP);
            let mut step = Vec::new();
            while let Some(happening) = rest.take_if(|one| one.at < step_until) {
                step.push(happening);
                rest = all.next();
            }
            self.deliver(&acceptor, subject, step).await?;
            self.process(&workers, step_until).await?;
            let mut conn = self.platform.db.primary().await?;
            store::update_told_until(&mut conn, subject.company.row_key(), step_until).await?;
            step_from = step_until;
        }
        Ok(())
    }

    /// Ends what the acceptor keeps running.
    pub(super) async fn leave(self) {
        self.platform
            .tasks
            .drain(std::time::Duration::from_secs(5))
            .await;
    }

    async fn deliver(
        &self,
        acceptor: &Acceptor,
        subject: &Subject,
        step: Vec<Happening>,
    ) -> Result<()> {
        let mut accepting = Vec::with_capacity(step.len());
        for happening in step {
            self.platform.clock.set(happening.at);
            let mut accepted = Box::pin(acceptor.accept(subject.delivery(happening)?));
            // A first look makes it take its id and time from the clock as it stands now.
            match accepted.as_mut().now_or_never() {
                Some(done) => drop(done?),
                None => accepting.push(accepted),
            }
        }
        for accepted in join_all(accepting).await {
            accepted?;
        }
        Ok(())
    }

    async fn process(&self, workers: &Workers, at: DateTime<Utc>) -> Result<()> {
        // The end of the day, and a little later for what has to be tried again.
        let mut at = at - RETRIES.iter().sum::<TimeDelta>() - TimeDelta::seconds(1);
        self.platform.clock.set(at);
        // Tasks of their own spread over the processors; all have ended when this step has.
        let mut running = JoinSet::new();
        for _ in 0..WORKERS {
            let workers = workers.clone();
            running.spawn(async move { workers.process_due().await });
        }
        while let Some(ended) = running.join_next().await {
            ended.context("a worker of the past")??;
        }
        for pause in RETRIES {
            at += pause;
            self.platform.clock.set(at);
            workers.process_due().await?;
        }
        Ok(())
    }
}

impl Subject {
    fn delivery(&self, happening: Happening) -> Result<Delivery> {
        let body = serde_json::to_vec(&happening.post.body)
            .context("write a body")
            .map_err(AppError::Internal)?;
        Ok(Delivery {
            organization_id: self.organization_id,
            source_id: self.source_id,
            provider: Provider::Gitlab,
            key: format!("delivery:{}", happening.key),
            provider_event: Some(happening.post.event.to_owned()),
            instance: Some(self.company.gitlab_host().to_owned()),
            payload: Bytes::from(body),
        })
    }
}
