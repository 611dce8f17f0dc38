//! Payloads into the neutral vocabulary: one pure function a provider, which never fails on what it does not know.

mod gitlab;
mod json;

use shared::vocabulary::{EventType, Provider};

use super::model::ReceivedEvent;
use crate::contexts::activity::{Activity, ActivityKind};

/// What a delivery that only tests the connection is called, whichever provider the source is of.
pub(super) const TEST_EVENT: &str = "DevMetrics Test";
/// The installation of a payload that names none.
const UNKNOWN_INSTANCE: &str = "unknown";

/// A payload in the neutral vocabulary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Normalized {
    /// Host of the provider's installation: its people and ids are its own.
    pub instance: String,
    /// What happened.
    pub activity: Activity,
}

/// Why a payload cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NormalizeError {
    /// It is no JSON that can be built.
    #[error("the payload cannot be read: {0}")]
    Unreadable(String),
    /// Something is missing without which the event says nothing.
    #[error("the payload has no `{0}`")]
    Missing(&'static str),
}

/// Reads an event's payload.
///
/// # Errors
/// When the payload says it is of a known kind and lacks what that kind needs.
pub fn normalize(event: &ReceivedEvent) -> Result<Normalized, NormalizeError> {
    if event.provider_event.as_deref() == Some(TEST_EVENT) {
        return Ok(test_delivery(event));
    }
    let payload = serde_json::from_slice(&event.payload)
        .map_err(|error| NormalizeError::Unreadable(error.to_string()))?;
    match event.provider {
        Provider::Gitlab => gitlab::normalize(
            event.provider_event.as_deref(),
            event.instance.as_deref(),
            &payload,
        ),
        Provider::Github | Provider::Openproject | Provider::Sonarqube => Ok(kept(event)),
    }
}

fn test_delivery(event: &ReceivedEvent) -> Normalized {
    Normalized {
        activity: Activity {
            kind: ActivityKind::Known(EventType::Test),
            title: "Test delivery received".to_owned(),
            ..plain(event)
        },
        instance: instance_of(event),
    }
}

/// An event of a provider whose payloads are not read.
fn kept(event: &ReceivedEvent) -> Normalized {
    let label = event.provider.label();
    Normalized {
        activity: Activity {
            ignored_because: Some(format!("events of {label} are not read").into()),
            ..plain(event)
        },
        instance: instance_of(event),
    }
}

fn plain(event: &ReceivedEvent) -> Activity {
    let name = event.provider_event.clone();
    let name = name.unwrap_or_else(|| event.provider.as_str().to_owned());
    Activity {
        title: name.clone(),
        kind: ActivityKind::Other(name),
        url: None,
        repository_name: None,
        actor: None,
        occurred_at: None,
        facts: Vec::new(),
        ignored_because: None,
    }
}

fn instance_of(event: &ReceivedEvent) -> String {
    event
        .instance
        .clone()
        .unwrap_or_else(|| UNKNOWN_INSTANCE.to_owned())
}
