//! Whose key a secret is, asked on every request and answered from memory.

use std::sync::Arc;

use shared::ids::ApiKeyId;

use super::super::model::SECRET_PREFIX;
use super::super::{ApiKeyEnded, store};
use super::usage::{self, Usage};
use crate::access::{Actor, KeyHolder, Principal, RequestInfo};
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::platform::crypto::sha256;
use crate::platform::remembered::Remembered;

/// The keys of a server: which are good, and how often they were used. Cheap to clone.
#[derive(Clone)]
pub struct Keys {
    inner: Arc<Inner>,
}

struct Inner {
    platform: Platform,
    known: Remembered<[u8; 32], Arc<KeyHolder>, ApiKeyEnded>,
    usage: Usage,
}

impl Keys {
    /// The keys of a server; their uses are written in the background until it stops.
    pub fn start(platform: &Platform) -> Self {
        let known = Remembered::new(platform.bus.subscribe(), |known, hint: &ApiKeyEnded| {
            // A key may be known by two secrets while they overlap.
            known.retain(|_, holder| {
                let holder: &Arc<KeyHolder> = &holder.value;
                holder.id != hint.api_key_id
            });
        });
        let keys = Self {
            inner: Arc::new(Inner {
                platform: platform.clone(),
                known,
                usage: Usage::default(),
            }),
        };
        let writer = keys.clone();
        platform.tasks.start(
            "uses of API keys",
            async move { usage::write(writer).await },
        );
        keys
    }

    /// Whether a bearer token is meant as the secret of a key.
    pub fn is_secret(token: &str) -> bool {
        token.starts_with(SECRET_PREFIX)
    }

    /// Who acts by a secret.
    ///
    /// # Errors
    /// Unauthenticated where there is no such secret, or its key was revoked or has expired: all read the same.
    pub async fn authenticate(&self, secret: &str, request: RequestInfo) -> Result<Actor> {
        let now = self.inner.platform.clock.now();
        let hash = sha256(secret.as_bytes());
        let holder = match self.inner.known.find(&hash, now) {
            Ok(holder) => holder,
            Err(asked) => {
                let mut conn = self.inner.platform.db.primary().await?;
                let holder = store::find_holder(&mut conn, &hash).await?;
                let holder = Arc::new(holder.ok_or_else(AppError::unauthenticated)?);
                let known = &self.inner.known;
                known.remember(hash, Arc::clone(&holder), now, asked);
                holder
            }
        };
        if holder.expires_at.is_some_and(|at| at <= now) {
            return Err(AppError::unauthenticated());
        }
        Ok(Actor {
            principal: Principal::ApiKey(holder),
            request,
        })
    }

    /// Counts a request where a key makes it.
    pub fn note_use(&self, actor: Option<&Actor>) {
        if let Some(key) = actor.and_then(Actor::api_key) {
            self.inner
                .usage
                .note(key.id, self.inner.platform.clock.now());
        }
    }

    /// Writes the uses that were counted since the last time, unless that is less than a minute ago; how many keys were used.
    /// The last writing before the end waits for nothing.
    ///
    /// # Errors
    /// When the database does not answer; nothing is lost then.
    pub async fn write_uses(&self, is_last: bool) -> Result<usize> {
        self.inner
            .usage
            .write_to(&self.inner.platform, is_last)
            .await
    }

    pub(super) fn platform(&self) -> &Platform {
        &self.inner.platform
    }

    /// Uses that are counted and not written yet.
    pub(in super::super) fn unwritten(&self, key: ApiKeyId) -> Option<usage::Uses> {
        self.inner.usage.of(key)
    }
}
