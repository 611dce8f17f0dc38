//! What clients see of an error: its code, and nothing that is not meant for them.

use std::collections::HashSet;
use std::sync::Arc;

use async_graphql::{ErrorExtensionValues, ServerError};

use crate::access::RequestInfo;
use crate::error::{AppError, ErrorCode};

/// Resolvers return [`AppError`]; it travels inside the GraphQL error until [`finish`] gives it a client's form.
impl From<AppError> for async_graphql::Error {
    fn from(error: AppError) -> Self {
        Self {
            // Replaced by `finish`: nothing of an error is text before it was looked at.
            message: error.code().as_str().to_owned(),
            source: Some(Arc::new(error)),
            extensions: None,
        }
    }
}

/// Gives errors the form that clients see: one error a wrong field, a code on each, and no inside of the server.
///
/// An internal error is logged here, once a response however many fields it broke.
pub fn finish(errors: Vec<ServerError>, info: &RequestInfo) -> Vec<ServerError> {
    let mut logged = HashSet::new();
    let mut finished = Vec::with_capacity(errors.len());
    for error in errors {
        match error.source.clone().map(Arc::downcast::<AppError>) {
            Some(Ok(source)) => expand(error, &source, info, &mut logged, &mut finished),
            Some(Err(_)) => {
                let text = error.message.clone();
                finished.push(internal(error, &text, info, &mut logged));
            }
            None => finished.push(without_source(error, info, &mut logged)),
        }
    }
    finished
}

fn expand(
    mut error: ServerError,
    source: &AppError,
    info: &RequestInfo,
    logged: &mut HashSet<String>,
    finished: &mut Vec<ServerError>,
) {
    match source {
        AppError::Invalid(fields) => finished.extend(fields.iter().map(|field| {
            let mut one = error.clone();
            one.source = None;
            one.message = format!("{} {}", field.field, field.message);
            let extensions = coded(&mut one, ErrorCode::BadUserInput);
            extensions.set("field", field.field);
            one
        })),
        AppError::Refused {
            code: ErrorCode::Internal,
            message,
            ..
        } => finished.push(internal(error, message, info, logged)),
        AppError::Refused {
            code,
            message,
            retry_after,
        } => {
            error.source = None;
            error.message = message.clone().into_owned();
            let extensions = coded(&mut error, *code);
            if let Some(after) = retry_after {
                // Whole seconds, never too early.
                extensions.set("retryAfter", after.as_millis().div_ceil(1000) as u64);
            }
            finished.push(error);
        }
        AppError::Internal(cause) => {
            finished.push(internal(error, &format!("{cause:#}"), info, logged));
        }
    }
}

/// Errors that async-graphql makes itself.
fn without_source(
    mut error: ServerError,
    info: &RequestInfo,
    logged: &mut HashSet<String>,
) -> ServerError {
    let has_code = |error: &ServerError| {
        error
            .extensions
            .as_ref()
            .is_some_and(|extensions| extensions.get("code").is_some())
    };
    if has_code(&error) {
        return error;
    }
    if is_limit(&error.message) {
        coded(&mut error, ErrorCode::QueryTooComplex);
        return error;
    }
    // Without a path it is about the document: it did not parse, or asks for what is not in the schema. With one it is about
    // an argument, whose value only its resolver could judge. Both say no more than the caller wrote.
    if error.path.is_empty() || is_argument(&error.message) {
        coded(&mut error, ErrorCode::BadUserInput);
        return error;
    }
    let text = error.message.clone();
    internal(error, &text, info, logged)
}

fn is_limit(message: &str) -> bool {
    matches!(
        message,
        "Query is too complex." | "Query is nested too deep."
    ) || message.starts_with("The recursion depth of the query")
        || message.starts_with("The number of directives on the field")
        || message == "Recursion limit exceeded"
}

fn is_argument(message: &str) -> bool {
    message.starts_with("Failed to parse ") || message.starts_with("Expected input type ")
}

fn internal(
    mut error: ServerError,
    cause: &str,
    info: &RequestInfo,
    logged: &mut HashSet<String>,
) -> ServerError {
    let request_id = &*info.request_id;
    if logged.insert(cause.to_owned()) {
        tracing::error!(request.id = request_id, error = cause, "a request failed");
    }
    error.source = None;
    error.message = "something went wrong on our side".to_owned();
    error.extensions = None;
    coded(&mut error, ErrorCode::Internal).set("requestId", request_id);
    error
}

fn coded(error: &mut ServerError, code: ErrorCode) -> &mut ErrorExtensionValues {
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", code.as_str());
    extensions
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use async_graphql::{PathSegment, Pos, Value};
    use shared::validation::FieldError;

    use super::*;

    fn info() -> RequestInfo {
        RequestInfo {
            request_id: "request-1".into(),
            ..RequestInfo::default()
        }
    }

    fn server_error(error: AppError) -> ServerError {
        async_graphql::Error::from(error)
            .into_server_error(Pos::default())
            .with_path(vec![PathSegment::Field("field".to_owned())])
    }

    fn extension(error: &ServerError, name: &str) -> Option<Value> {
        error.extensions.as_ref()?.get(name).cloned()
    }

    #[test]
    fn every_wrong_field_is_an_error_of_its_own() {
        let error = AppError::Invalid(vec![
            FieldError::new("name", "must not be empty"),
            FieldError::new("email", "is taken"),
        ]);
        let finished = finish(vec![server_error(error)], &info());
        let fields: Vec<_> = finished
            .iter()
            .map(|error| extension(error, "field"))
            .collect();
        assert_eq!(
            fields,
            [Some(Value::from("name")), Some(Value::from("email"))]
        );
        assert_eq!(finished[0].message, "name must not be empty");
    }

    #[test]
    fn an_internal_error_says_nothing_but_the_request() {
        let cause = anyhow::anyhow!("password of the database is swordfish");
        let finished = finish(vec![server_error(AppError::Internal(cause))], &info());
        let text = serde_json::to_string(&finished).unwrap();
        assert!(!text.contains("swordfish"), "{text}");
        assert_eq!(
            extension(&finished[0], "requestId"),
            Some(Value::from("request-1"))
        );
        assert_eq!(
            extension(&finished[0], "code"),
            Some(Value::from("INTERNAL"))
        );
    }

    #[test]
    fn an_error_of_another_type_is_internal() {
        let error = async_graphql::Error::new_with_source(std::io::Error::other("/etc/secret"))
            .into_server_error(Pos::default());
        let finished = finish(vec![error], &info());
        assert!(!finished[0].message.contains("secret"));
        assert_eq!(
            extension(&finished[0], "code"),
            Some(Value::from("INTERNAL"))
        );
    }

    #[test]
    fn a_refusal_says_when_to_come_again_in_whole_seconds() {
        let error = AppError::Refused {
            code: ErrorCode::RateLimited,
            message: "too fast".into(),
            retry_after: Some(Duration::from_millis(1500)),
        };
        let finished = finish(vec![server_error(error)], &info());
        assert_eq!(
            extension(&finished[0], "retryAfter"),
            Some(Value::from(2u64))
        );
    }
}
