//! Replacing a person's words in what others keep, batch by batch.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shared::ids::{OrganizationId, UserId};
use tokio::sync::broadcast::error::RecvError;

use super::super::store::{self, ErasureRow, NewErasureRow};
use super::exporting::forget_exports;
use crate::contexts::audit::{self, Action, Entry, Origin, TargetKind};
use crate::contexts::{ingest, invitations, points};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::bus::Hint;
use crate::platform::db::Transaction;
use crate::platform::literals::Literals;
use crate::platform::resealing::SealedColumn;

/// What the words are sealed for.
const PURPOSE: &str = "words of an erased person";
/// Rows looked at in one transaction.
const BATCH: i64 = 500;
/// How long the eraser waits at most before it looks again.
const POLL: Duration = Duration::from_secs(60);

/// What this context keeps sealed.
pub const SEALED: &[SealedColumn] = &[SealedColumn {
    table: "erasures",
    column: "words_sealed",
    purpose: |_| PURPOSE.to_owned(),
}];

/// By what words a person is known, in stored texts too.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PersonWords {
    /// Addresses.
    pub addresses: Vec<String>,
    /// Names and logins.
    pub names: Vec<String>,
}

impl PersonWords {
    /// The words, and a pseudonym in their place that is the person's own.
    fn literals(&self, user: UserId) -> Literals {
        let pseudonym = format!("erased-{}", &user.0.simple().to_string()[20..]);
        let address = format!("{pseudonym}@erased.invalid");
        let addresses = self.addresses.iter().map(|word| (&**word, &*address));
        let names = self.names.iter().map(|word| (&**word, &*pseudonym));
        Literals::new(addresses.chain(names))
    }
}

/// Hint: words of an erased person are to be replaced.
#[derive(Serialize, Deserialize, Clone, Copy, Debug)]
struct ErasureBegun;

impl Hint for ErasureBegun {
    const TOPIC: Option<&'static str> = Some("erasure-begun");
}

/// Begins to replace the words of a person who was just erased, in everything that these organizations keep.
///
/// # Errors
/// When the database does not answer.
pub async fn begin_erasure(
    platform: &Platform,
    tx: &mut Transaction,
    user: UserId,
    words: &PersonWords,
    organizations: &[OrganizationId],
) -> Result<()> {
    let body = serde_json::to_vec(words).map_err(anyhow::Error::from)?;
    let row = NewErasureRow {
        id: tx.new_id(),
        user_id: user,
        organization_ids: organizations,
        words_sealed: &platform.crypto.seal(PURPOSE, &body)?,
        created_at: tx.now(),
    };
    store::insert(tx, &row).await?;
    forget_exports(tx, user, organizations).await?;
    tx.after_commit(ErasureBegun);
    Ok(())
}

/// Replaces words in the background. Cheap to clone.
#[derive(Clone)]
pub struct Eraser {
    platform: Platform,
}

impl Eraser {
    /// An eraser of this server.
    pub fn new(platform: &Platform) -> Self {
        Self {
            platform: platform.clone(),
        }
    }

    /// Works in the background until the server stops.
    pub fn start(&self) {
        let tasks = &self.platform.tasks;
        tasks.start("eraser", self.clone().run());
    }

    async fn run(self) {
        let stopping = self.platform.tasks.stopping();
        let mut begun = self.platform.bus.subscribe::<ErasureBegun>();
        loop {
            tokio::select! {
                () = stopping.cancelled() => return,
                done = self.erase_due() => if let Err(error) = done {
                    tracing::warn!(?error, "an erasure could not go on; it is taken up again");
                }
            }
            tokio::select! {
                () = stopping.cancelled() => return,
                hint = begun.recv() => if matches!(hint, Err(RecvError::Closed)) { return },
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }

    /// Replaces everything that is to be replaced now.
    ///
    /// # Errors
    /// When the database does not answer; what was replaced stays so.
    pub async fn erase_due(&self) -> Result<()> {
        while self.erase_batch().await? {}
        Ok(())
    }

    /// One batch; false where there is nothing to do.
    async fn erase_batch(&self) -> Result<bool> {
        let platform = &self.platform;
        platform
            .db
            .transaction(async |tx| {
                let Some(row) = store::lock_next(tx).await? else {
                    return Ok(false);
                };
                let sealed = row.words_sealed.as_deref().unwrap_or_default();
                let body = platform.crypto.open(PURPOSE, sealed)?;
                let words: PersonWords =
                    serde_json::from_slice(&body).map_err(anyhow::Error::from)?;
                let literals = words.literals(row.user_id);
                replace_next(tx, &row, &literals).await?;
                Ok(true)
            })
            .await
    }
}

/// The next batch of the stage that an erasure has come to; the stage after it where there is none.
async fn replace_next(tx: &mut Transaction, row: &ErasureRow, literals: &Literals) -> Result<()> {
    let places = &*row.organization_ids;
    let (next, following) = match &*row.stage {
        "EVENTS" => {
            let after = row.after_at.zip(row.after_id);
            let next = ingest::scrub_events(tx, places, literals, after, BATCH).await?;
            (next.map(|(at, id)| (Some(at), id)), Some("ENTRIES"))
        }
        "ENTRIES" => {
            let next = points::scrub_entries(tx, places, literals, row.after_id, BATCH).await?;
            (next.map(|id| (None, id)), Some("UNCLAIMED"))
        }
        _ => {
            let next = points::scrub_unclaimed(tx, places, literals, row.after_id, BATCH).await?;
            (next.map(|id| (None, id)), None)
        }
    };
    match (next, following) {
        (Some((at, id)), _) => {
            store::update_progress(tx, row.id, &row.stage, at, Some(id)).await?;
        }
        (None, Some(stage)) => store::update_progress(tx, row.id, stage, None, None).await?,
        (None, None) => {
            invitations::scrub_names(tx, places, literals).await?;
            let now = tx.now();
            store::finish(tx, row.id, now).await?;
            let entry = Entry::new(Action::DataDeleted).on(TargetKind::User, row.user_id);
            audit::record_from(tx, Origin::default(), entry).await?;
        }
    }
    Ok(())
}
