//! Tells trouble of the database from trouble of one event: the first is waited out, the second counts as an attempt.

use diesel::result::{DatabaseErrorKind, Error as DatabaseError};

use crate::error::{AppError, ErrorCode};

/// What the database says that has nothing to do with the row at hand: deadlocks, restarts, broken connections.
const TRANSIENT_MESSAGES: [&str; 6] = [
    "deadlock detected",
    "terminating connection",
    "the database system is",
    "server closed the connection",
    "connection closed",
    "too many clients already",
];

/// Whether the same work may well succeed when it is simply done again.
pub(super) fn is_transient(error: &AppError) -> bool {
    match error {
        AppError::Refused { code, .. } => *code == ErrorCode::UpstreamUnavailable,
        AppError::Invalid(_) => false,
        AppError::Internal(cause) => cause.chain().any(|cause| {
            cause
                .downcast_ref::<DatabaseError>()
                .is_some_and(is_transient_in_database)
        }),
    }
}

fn is_transient_in_database(error: &DatabaseError) -> bool {
    match error {
        DatabaseError::BrokenTransactionManager => true,
        DatabaseError::RollbackErrorOnCommit {
            rollback_error,
            commit_error,
        } => is_transient_in_database(rollback_error) || is_transient_in_database(commit_error),
        DatabaseError::DatabaseError(kind, information) => match kind {
            DatabaseErrorKind::SerializationFailure
            | DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::ReadOnlyTransaction => true,
            _ => {
                let message = information.message();
                TRANSIENT_MESSAGES
                    .iter()
                    .any(|known| message.contains(known))
            }
        },
        _ => false,
    }
}

/// Whether an event's month has no partition yet.
pub(super) fn is_missing_partition(error: &AppError) -> bool {
    let AppError::Internal(cause) = error else {
        return false;
    };
    cause.chain().any(|cause| {
        matches!(
            cause.downcast_ref::<DatabaseError>(),
            Some(DatabaseError::DatabaseError(DatabaseErrorKind::CheckViolation, information))
                if information.message().starts_with("no partition of relation")
        )
    })
}

/// An error in words for the administrator who looks at a dead letter.
pub(super) fn in_words(error: &AppError) -> String {
    const MAX: usize = 500;
    let text = match error {
        AppError::Invalid(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|field| format!("{} {}", field.field, field.message))
                .collect();
            fields.join("; ")
        }
        AppError::Refused { message, .. } => message.to_string(),
        AppError::Internal(cause) => format!("{cause:#}"),
    };
    text.chars().filter(|c| !c.is_control()).take(MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(kind: DatabaseErrorKind, message: &str) -> AppError {
        AppError::from(DatabaseError::DatabaseError(
            kind,
            Box::new(message.to_owned()),
        ))
    }

    #[test]
    fn trouble_of_the_database_is_told_from_trouble_of_the_event() {
        let restart = "terminating connection due to administrator command";
        assert!(is_transient(&database(
            DatabaseErrorKind::ClosedConnection,
            ""
        )));
        assert!(is_transient(&database(
            DatabaseErrorKind::NotNullViolation,
            restart
        )));
        assert!(!is_transient(&database(
            DatabaseErrorKind::NotNullViolation,
            "null value"
        )));
        assert!(!is_transient(&AppError::Internal(anyhow::anyhow!(
            "no `ref`"
        ))));
        assert!(!is_transient(&AppError::not_found("event")));
    }

    #[test]
    fn a_missing_month_is_noticed() {
        let message = "no partition of relation \"events\" found for row";
        assert!(is_missing_partition(&database(
            DatabaseErrorKind::CheckViolation,
            message
        )));
        assert!(!is_missing_partition(&database(
            DatabaseErrorKind::CheckViolation,
            "violates check"
        )));
    }
}
