//! Receiving: which source, within the limits, rightly signed, and JSON; then on to the acceptor.
//!
//! Nothing of a refused delivery is stored. The limits are checked in the order of what they cost: a stranger who knows a
//! source's address can neither use up its rate nor learn anything about its secret.

mod body;
mod sources;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use shared::ids::WebhookSourceId;
use shared::vocabulary::Provider;
use tokio::sync::Semaphore;

use self::body::BodyError;
use self::sources::{ReceivingSource, Sources};
use super::accept::{Accepted, Acceptor};
use super::delivery::{self, Delivery};
use super::normalize::TEST_EVENT;
use super::{WebhookSource, verify};
use crate::error::{AppError, Result};
use crate::platform::Platform;

/// What is not taken as a delivery.
#[derive(Debug)]
pub(super) enum Refusal {
    /// There is no such source, or it takes nothing.
    UnknownSource,
    /// The body is not said to be JSON.
    WrongContentType,
    /// The body is larger than any provider sends.
    TooLarge,
    /// The connection ended before the body did.
    Incomplete,
    /// The signature is missing or wrong.
    WrongSignature,
    /// The source sends more than it may.
    TooFast(Duration),
    /// The body is no JSON object in UTF-8.
    NotJson,
    /// It cannot be stored now.
    Failed(AppError),
}

impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        Self::Failed(error)
    }
}

/// How much is received.
#[derive(Clone, Copy, Debug)]
pub struct ReceiverLimits {
    /// Deliveries a minute and source.
    pub rate_per_minute: NonZeroU32,
}

/// Receives deliveries. Cheap to clone.
#[derive(Clone)]
pub struct Receiver {
    inner: Arc<Inner>,
}

struct Inner {
    platform: Platform,
    acceptor: Acceptor,
    sources: Sources,
    rates: DefaultKeyedRateLimiter<WebhookSourceId>,
    /// Bytes of bodies that are being read or waiting, in units of [`body::UNIT`].
    budget: Arc<Semaphore>,
}

/// The head of a delivery.
pub(super) struct Head<'a> {
    pub(super) provider: Provider,
    pub(super) source_id: WebhookSourceId,
    pub(super) headers: &'a HeaderMap,
}

impl Receiver {
    /// A receiver that hands on to this acceptor.
    pub fn new(platform: &Platform, acceptor: Acceptor, limits: ReceiverLimits) -> Self {
        Self {
            inner: Arc::new(Inner {
                platform: platform.clone(),
                acceptor,
                sources: Sources::new(platform),
                rates: RateLimiter::keyed(Quota::per_minute(limits.rate_per_minute)),
                budget: Arc::new(Semaphore::new(body::BUDGET_UNITS)),
            }),
        }
    }

    /// Takes a delivery off the wire. Where it is refused the body is read to its end all the same, as far as that is
    /// reasonable: a sender that is still sending would see a cut connection instead of the answer.
    pub(super) async fn receive(&self, head: Head<'_>, body: Body) -> Result<Accepted, Refusal> {
        let source = match self.source_of(&head).await {
            Ok(source) => source,
            Err(refusal) => {
                body::drain(head.headers, body).await;
                return Err(refusal);
            }
        };
        let body = body::read(&self.inner.budget, head.headers, body)
            .await
            .map_err(|error| match error {
                BodyError::TooLarge => Refusal::TooLarge,
                BodyError::Incomplete => Refusal::Incomplete,
                BodyError::NoRoom => Refusal::Failed(body::no_room()),
            })?;
        self.take(&head, &source, body.bytes.clone()).await
    }

    /// Sends a delivery that only tests the way, signed with the source's own secret, through the same checks.
    ///
    /// # Errors
    /// When the source takes no deliveries, or the delivery cannot be stored.
    pub async fn receive_test(&self, source: &WebhookSource) -> Result<Accepted> {
        let found = self.inner.sources.find(source.id).await?;
        let found = found.ok_or(super::error::IngestError::SourceDisabled)?;
        let body = serde_json::json!({
            "object_kind": "test",
            "source": { "id": source.id.to_string(), "name": source.name },
            "sent_at": self.inner.platform.clock.now().to_rfc3339(),
        });
        let delivery = Delivery {
            organization_id: found.organization_id,
            source_id: source.id,
            provider: found.provider,
            key: format!("test:{}", self.inner.platform.ids.new_id()),
            provider_event: Some(TEST_EVENT.to_owned()),
            instance: None,
            payload: body.to_string().into(),
        };
        self.inner.acceptor.accept(delivery).await
    }

    /// What can be said before the body is there.
    async fn source_of(&self, head: &Head<'_>) -> Result<Arc<ReceivingSource>, Refusal> {
        let source = self.inner.sources.find(head.source_id).await?;
        let source = source
            .filter(|source| source.provider == head.provider)
            .ok_or(Refusal::UnknownSource)?;
        if !is_json(head.headers) {
            return Err(Refusal::WrongContentType);
        }
        if !verify::gitlab_token_is_right(head.headers, &source.secret) {
            return Err(Refusal::WrongSignature);
        }
        Ok(source)
    }

    async fn take(
        &self,
        head: &Head<'_>,
        source: &ReceivingSource,
        payload: Bytes,
    ) -> Result<Accepted, Refusal> {
        let now = self.inner.platform.clock.now();
        let is_signed = source
            .signing_key
            .as_ref()
            .is_none_or(|key| verify::signature_is_right(head.headers, &payload, key, now));
        if !is_signed {
            return Err(Refusal::WrongSignature);
        }
        // After the signature: only the source itself uses up its rate.
        if let Err(until) = self.inner.rates.check_key(&head.source_id) {
            return Err(Refusal::TooFast(
                until.wait_time_from(DefaultClock::default().now()),
            ));
        }
        if !delivery::is_json_object(&payload) {
            return Err(Refusal::NotJson);
        }
        let instance = head.headers.get("x-gitlab-instance");
        let accepted = self.inner.acceptor.accept(Delivery {
            organization_id: source.organization_id,
            source_id: head.source_id,
            provider: head.provider,
            key: delivery::gitlab_key(head.headers, &payload),
            provider_event: delivery::gitlab_event(head.headers),
            instance: instance
                .and_then(|url| url.to_str().ok())
                .and_then(delivery::host_of),
            payload,
        });
        Ok(accepted.await?)
    }
}

/// Whether the body is said to be JSON, in whichever charset: its bytes are checked to be UTF-8.
fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}
