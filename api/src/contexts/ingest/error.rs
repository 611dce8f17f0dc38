//! Refusals of this context, each with its code.

use std::borrow::Cow;

use crate::error::{AppError, ErrorCode};

/// Why a change to sources or events was refused.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// There is no such source here.
    #[error("webhook source not found")]
    SourceNotFound,
    /// There is no such event here.
    #[error("event not found")]
    EventNotFound,
    /// Another source has this name.
    #[error("another webhook source has this name")]
    NameTaken,
    /// The source takes no deliveries.
    #[error("the webhook source is disabled; enable it first")]
    SourceDisabled,
    /// Its payload is not kept any longer.
    #[error("the payload of an event is not kept any longer, so it cannot be replayed")]
    PayloadGone,
    /// Too many at once.
    #[error("at most {0} events can be replayed at once")]
    TooManyToReplay(usize),
}

impl From<IngestError> for AppError {
    fn from(error: IngestError) -> Self {
        let message: Cow<'static, str> = error.to_string().into();
        match error {
            IngestError::SourceNotFound | IngestError::EventNotFound => {
                Self::refused(ErrorCode::NotFound, message)
            }
            IngestError::NameTaken | IngestError::SourceDisabled | IngestError::PayloadGone => {
                Self::refused(ErrorCode::Conflict, message)
            }
            IngestError::TooManyToReplay(_) => Self::invalid("ids", message),
        }
    }
}
