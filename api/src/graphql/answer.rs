//! Answers: serialized once, in the order of the document, and sent as they are.

use async_graphql::parser::types::OperationType;
use async_graphql::{Response, ServerError, Value};
use bytes::Bytes;
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::document::{Operation, Shaped, complete};
use super::error;
use crate::access::RequestInfo;
use crate::error::ErrorCode;

/// What a request, or one message of a subscription, is answered with.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The response as JSON.
    pub body: Bytes,
    /// The list of errors alone, as JSON, where the request was refused before anything was executed.
    pub refusal: Option<Refusal>,
    /// Whether there is any error.
    pub has_errors: bool,
}

/// Why a request was refused as a whole.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The list of errors, as JSON.
    pub errors: Bytes,
    /// The first error's code.
    pub code: ErrorCode,
}

impl Answer {
    /// The answer of an execution, or of one message of a subscription.
    pub(super) fn of(response: Response, operation: &Operation, info: &RequestInfo) -> Self {
        let Response {
            mut data, errors, ..
        } = response;
        let shape = &operation.shape;
        // A stream that could not begin, or ends in an error, has no data of its own: the subscription itself is refused.
        let is_end = operation.kind == OperationType::Subscription
            && data == Value::Null
            && errors.iter().all(|error| error.path.len() == 1);
        if is_end && !errors.is_empty() {
            return Self::refused(errors, info);
        }
        // Errors of fields have a path; without one, nothing was executed.
        if errors.iter().any(|error| error.path.is_empty()) {
            return Self::refused(errors, info);
        }
        if !errors.is_empty() {
            complete(&mut data, shape, &errors);
        }
        let errors = error::finish(errors, info);
        let body = Body {
            errors: &errors,
            data: Some(Shaped {
                value: &data,
                shape,
            }),
        };
        Self {
            body: to_bytes(&body),
            refusal: None,
            has_errors: !errors.is_empty(),
        }
    }

    /// An answer that was given before, without errors.
    pub(super) fn whole(body: Bytes) -> Self {
        Self {
            body,
            refusal: None,
            has_errors: false,
        }
    }

    /// The answer where nothing was executed.
    pub fn refused(errors: Vec<ServerError>, info: &RequestInfo) -> Self {
        let errors = error::finish(errors, info);
        let code = errors.first().and_then(code_of);
        Self {
            body: to_bytes(&Body {
                errors: &errors,
                data: None,
            }),
            refusal: Some(Refusal {
                errors: to_bytes(&errors),
                code: code.unwrap_or(ErrorCode::Internal),
            }),
            has_errors: true,
        }
    }
}

fn code_of(error: &ServerError) -> Option<ErrorCode> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => code.parse().ok(),
        _ => None,
    }
}

struct Body<'a> {
    errors: &'a [ServerError],
    data: Option<Shaped<'a>>,
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if !self.errors.is_empty() {
            map.serialize_entry("errors", self.errors)?;
        }
        if let Some(data) = &self.data {
            map.serialize_entry("data", data)?;
        }
        map.end()
    }
}

fn to_bytes(value: &impl Serialize) -> Bytes {
    serde_json::to_vec(value)
        .expect("names are text and numbers are finite, which always serialize")
        .into()
}
