//! The sender: takes what is due from the outbox and hands it to the mail server.
//!
//! The claim is a row lock that lives as long as the sending, so that a crash gives the mail back at once and two servers
//! never send the same.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use shared::people::MailStatus;
use tokio::sync::broadcast::error::RecvError;

use super::error::Failure;
use super::model::{MailQueued, next_attempt};
use super::service;
use super::smtp::{Outgoing, Smtp, Transport};
use super::store::{self, DueRow};
use crate::config::mail::MailSettings;
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// How long the sender waits at most before it looks again.
const POLL: Duration = Duration::from_secs(5);
/// A mail that waited longer, as for a mail server to be set, is no news any more.
const STALE: TimeDelta = TimeDelta::days(1);
/// How long mails are kept.
const KEPT: TimeDelta = TimeDelta::days(30);
/// Longest reason that is kept, in characters.
const REASON_MAX: usize = 500;

/// Sends mail, where a mail server is set. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    platform: Platform,
    transport: Option<Arc<dyn Transport>>,
}

impl Mailer {
    /// A sender by these settings.
    ///
    /// # Errors
    /// When the mail server's name does not do.
    pub fn new(platform: &Platform, settings: &MailSettings) -> anyhow::Result<Self> {
        let smtp = settings.smtp.as_ref().map(Smtp::new).transpose()?;
        Ok(Self {
            platform: platform.clone(),
            transport: smtp.map(|smtp| Arc::new(smtp) as Arc<dyn Transport>),
        })
    }

    /// Whether mail leaves the server; else it stays in the outbox.
    pub fn is_delivering(&self) -> bool {
        self.transport.is_some()
    }

    /// Sends in the background until the server stops.
    pub fn start(&self) {
        let tasks = &self.platform.tasks;
        tasks.start("mail sender", self.clone().run());
    }

    async fn run(self) {
        let stopping = self.platform.tasks.stopping();
        let mut queued = self.platform.bus.subscribe::<MailQueued>();
        loop {
            if let Err(error) = self.deliver_due().await {
                tracing::warn!(?error, "mail could not be sent; it stays in the outbox");
            }
            tokio::select! {
                () = stopping.cancelled() => return,
                hint = queued.recv() => if matches!(hint, Err(RecvError::Closed)) { return },
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }

    /// Sends everything that is due now; answers how many mails were tried. What is past its time is forgotten.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn deliver_due(&self) -> Result<usize> {
        let mut conn = self.platform.db.primary().await?;
        store::delete_before(&mut conn, self.platform.clock.now() - KEPT).await?;
        drop(conn);
        let Some(transport) = &self.transport else {
            return Ok(0);
        };
        let mut tried = 0;
        while self.deliver_next(&**transport).await? {
            tried += 1;
        }
        Ok(tried)
    }

    /// Tries the next mail that is due; false where none is.
    async fn deliver_next(&self, transport: &dyn Transport) -> Result<bool> {
        self.platform
            .db
            .transaction(async |tx| {
                let now = tx.now();
                let Some(row) = store::lock_next(tx, now).await? else {
                    return Ok(false);
                };
                let outcome = self.hand_over(transport, &row, now - STALE).await;
                settle(tx, &row, outcome).await?;
                Ok(true)
            })
            .await
    }

    async fn hand_over(
        &self,
        transport: &dyn Transport,
        row: &DueRow,
        stale: chrono::DateTime<chrono::Utc>,
    ) -> Result<(), Failure> {
        if row.created_at < stale && row.attempts == 0 {
            let reason = "waited longer than a day for a mail server";
            return Err(Failure::Permanent(reason.to_owned()));
        }
        let body = service::open(&self.platform.crypto, row.id, row.body_sealed.as_deref())
            .map_err(|error| Failure::Permanent(format!("{error:#}")))?;
        transport
            .send(Outgoing {
                id: row.id,
                recipient: row.recipient.clone(),
                subject: row.subject.clone(),
                body,
                created_at: row.created_at,
            })
            .await
    }
}

async fn settle(tx: &mut Transaction, row: &DueRow, outcome: Result<(), Failure>) -> Result<()> {
    let (now, attempts) = (tx.now(), row.attempts + 1);
    let (reason, next) = match outcome {
        Ok(()) => {
            store::set_sent(tx, row.id, attempts, now).await?;
            return Ok(());
        }
        Err(Failure::Transient(reason)) => (reason, next_attempt(attempts, now)),
        Err(Failure::Permanent(reason)) => (reason, None),
    };
    // The address stays out of the log.
    tracing::warn!(mail.id = %row.id, attempts, "mail {} was not taken", row.id);
    let reason: String = reason.chars().take(REASON_MAX).collect();
    let status = next.map_or(MailStatus::Dead, |_| MailStatus::Pending);
    store::set_failed(tx, row.id, (status, attempts), &reason, next.unwrap_or(now)).await?;
    Ok(())
}
