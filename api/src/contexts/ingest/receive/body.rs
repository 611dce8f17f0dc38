//! Reading of bodies: bounded each, and bounded all together.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{AppError, ErrorCode};

/// Largest body that is taken: what GitHub sends at most, and more than the others do.
pub(super) const BODY_MAX: usize = 25 << 20;
/// Memory is reserved in pieces of this size.
pub(super) const UNIT: usize = 64 << 10;
/// All bodies that are being read or waiting for their commit: 256 MiB.
pub(super) const BUDGET_UNITS: usize = (256 << 20) / UNIT;
/// Of a body that is refused, so much is read so that the answer arrives.
const DRAIN_MAX: usize = 4 * BODY_MAX;
/// And for no longer than this.
const DRAIN_PATIENCE: Duration = Duration::from_secs(15);
/// How long a body may take.
const READ_PATIENCE: Duration = Duration::from_secs(30);

/// A whole body, and the memory reserved for it.
pub(super) struct Received {
    pub(super) bytes: Bytes,
    _reserved: Option<OwnedSemaphorePermit>,
}

/// Why a body was not read.
pub(super) enum BodyError {
    TooLarge,
    Incomplete,
    /// Too many large bodies at once.
    NoRoom,
}

/// Reads a body whole.
pub(super) async fn read(
    budget: &Arc<Semaphore>,
    headers: &HeaderMap,
    mut body: Body,
) -> Result<Received, BodyError> {
    if announced_length(headers).is_some_and(|length| length > BODY_MAX) {
        drain(headers, body).await;
        return Err(BodyError::TooLarge);
    }
    let read = tokio::time::timeout(READ_PATIENCE, read_bounded(budget, &mut body)).await;
    match read {
        Ok(Err(BodyError::TooLarge)) => {
            drain_started(&mut body).await;
            Err(BodyError::TooLarge)
        }
        Ok(result) => result,
        Err(_) => Err(BodyError::Incomplete),
    }
}

async fn read_bounded(budget: &Arc<Semaphore>, body: &mut Body) -> Result<Received, BodyError> {
    let mut bytes = BytesMut::new();
    let mut reserved: Option<OwnedSemaphorePermit> = None;
    let mut room = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| BodyError::Incomplete)?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if bytes.len() + data.len() > BODY_MAX {
            return Err(BodyError::TooLarge);
        }
        while room < bytes.len() + data.len() {
            // Never waited for: bodies that wait for each other's memory would wait for ever.
            let permit = Arc::clone(budget).try_acquire_owned();
            let permit = permit.map_err(|_| BodyError::NoRoom)?;
            match &mut reserved {
                Some(reserved) => reserved.merge(permit),
                None => reserved = Some(permit),
            }
            room += UNIT;
        }
        bytes.extend_from_slice(&data);
    }
    Ok(Received {
        bytes: bytes.freeze(),
        _reserved: reserved,
    })
}

/// Reads what a refused sender is still sending, unless it waits to be asked for it.
pub(super) async fn drain(headers: &HeaderMap, mut body: Body) {
    let waits_to_be_asked = headers
        .get(header::EXPECT)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"));
    if !waits_to_be_asked {
        drain_started(&mut body).await;
    }
}

async fn drain_started(body: &mut Body) {
    let reading = async {
        let mut left = DRAIN_MAX;
        while let Some(Ok(frame)) = body.frame().await {
            let length = frame.data_ref().map_or(0, Bytes::len);
            match left.checked_sub(length) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    };
    // Out of patience is no trouble: the answer is sent, and whoever goes on sending may miss it.
    drop(tokio::time::timeout(DRAIN_PATIENCE, reading).await);
}

/// The refusal of a body for which there is no memory now.
pub(super) fn no_room() -> AppError {
    AppError::Refused {
        code: ErrorCode::UpstreamUnavailable,
        message: "too many large deliveries at once".into(),
        retry_after: Some(Duration::from_secs(2)),
    }
}

fn announced_length(headers: &HeaderMap) -> Option<usize> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}
