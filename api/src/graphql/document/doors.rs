//! What a key needs for an operation, told before anything is executed.

use async_graphql::ServerError;
use shared::field_access::{FieldAccess, access_of};

use super::{Operation, error_of};
use crate::access::KeyHolder;
use crate::error::ErrorCode;

/// A field that not every key may ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Door {
    /// Type and field, as errors name it.
    field: String,
    access: FieldAccess,
}

impl Door {
    /// The door that a field is; none where it is open to every key.
    pub(super) fn of(parent: &str, field: &str) -> Option<Self> {
        let access = access_of(parent, field);
        (access != FieldAccess::Free).then(|| Self {
            field: format!("{parent}.{field}"),
            access,
        })
    }

    fn refusal(&self) -> ServerError {
        let field = &self.field;
        let message = match self.access {
            FieldAccess::SignedIn => {
                format!("{field} takes a person who is signed in: no API key may ask it")
            }
            FieldAccess::Scopes([scope]) => {
                format!("{field} takes an API key with the scope {}", scope.code())
            }
            _ => format!("{field} takes an API key with the scope admin:org"),
        };
        error_of(ErrorCode::Forbidden, message)
    }
}

impl Operation {
    /// Whether a key may ask all that the operation asks.
    ///
    /// # Errors
    /// `FORBIDDEN`, naming the first field that it may not, and the scope that it lacks.
    pub(in crate::graphql) fn check_key(&self, key: &KeyHolder) -> Result<(), ServerError> {
        let closed = |door: &&Door| !key.opens(door.access);
        self.doors
            .iter()
            .find(closed)
            .map_or(Ok(()), |door| Err(door.refusal()))
    }
}
