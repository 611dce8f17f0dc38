//! What receiving knows of the sources, kept in memory: looking it up is the hot path of every delivery.
//!
//! Kept for [`LIFETIME`], and dropped at once by the hint that a change of the source sends after its commit. Reading the
//! truth again while a hint comes in is noticed, so that an old secret is never kept by a race.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use shared::ids::{OrganizationId, WebhookSourceId};
use shared::vocabulary::Provider;
use tokio::sync::broadcast::error::TryRecvError;

use crate::contexts::ingest::SourceChanged;
use crate::contexts::ingest::service::purpose;
use crate::contexts::ingest::store;
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::bus::Receiver;
use crate::platform::crypto::Crypto;

/// How long a change that another process made may go unnoticed.
const LIFETIME: Duration = Duration::from_secs(15);

/// A source that takes deliveries, with its secrets open.
pub(super) struct ReceivingSource {
    pub(super) organization_id: OrganizationId,
    pub(super) provider: Provider,
    pub(super) secret: Vec<u8>,
    pub(super) signing_key: Option<Vec<u8>>,
}

pub(super) struct Sources {
    platform: Platform,
    state: Mutex<State>,
}

struct State {
    known: HashMap<WebhookSourceId, (Arc<ReceivingSource>, Instant)>,
    changes: Receiver<SourceChanged>,
    /// Counts the changes heard of.
    generation: u64,
}

impl Sources {
    pub(super) fn new(platform: &Platform) -> Self {
        Self {
            platform: platform.clone(),
            state: Mutex::new(State {
                known: HashMap::new(),
                changes: platform.bus.subscribe(),
                generation: 0,
            }),
        }
    }

    /// A source that takes deliveries; none where there is none, or it is disabled or deleted.
    pub(super) async fn find(&self, id: WebhookSourceId) -> Result<Option<Arc<ReceivingSource>>> {
        let generation = {
            let mut state = self.lock();
            state.hear_changes();
            if let Some((source, since)) = state.known.get(&id)
                && since.elapsed() < LIFETIME
            {
                return Ok(Some(Arc::clone(source)));
            }
            state.generation
        };
        let mut conn = self.platform.db.primary().await?;
        let sealed = store::sources::find_receiving(&mut conn, id).await?;
        drop(conn);
        let source = sealed
            .map(|sealed| open(&self.platform.crypto, id, &sealed))
            .transpose()?
            .map(Arc::new);
        let mut state = self.lock();
        state.hear_changes();
        match &source {
            Some(source) if state.generation == generation => {
                state.known.insert(id, (Arc::clone(source), Instant::now()));
            }
            Some(_) => {}
            None => {
                state.known.remove(&id);
            }
        }
        Ok(source)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn hear_changes(&mut self) {
        loop {
            match self.changes.try_recv() {
                Ok(change) => {
                    self.known.remove(&change.source_id);
                }
                Err(TryRecvError::Lagged(_)) => self.known.clear(),
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
            self.generation += 1;
        }
    }
}

fn open(
    crypto: &Crypto,
    id: WebhookSourceId,
    sealed: &store::sources::SealedSource,
) -> Result<ReceivingSource> {
    let signing_key = sealed.signing_token_sealed.as_ref();
    Ok(ReceivingSource {
        organization_id: sealed.organization_id,
        provider: sealed.provider,
        secret: crypto.open(&purpose::secret(id), &sealed.secret_sealed)?,
        signing_key: signing_key
            .map(|sealed| crypto.open(&purpose::signing_key(id), sealed))
            .transpose()?,
    })
}
