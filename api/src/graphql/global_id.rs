//! Global ids: opaque to clients, and typed, so that a team's id is never taken for a user's.

use async_graphql::ID;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::error::{AppError, Result};

/// Changes only if the layout of ids changes.
const VERSION: u8 = 1;
const LENGTH: usize = 18;

macro_rules! node_kinds {
    ($( $(#[$meta:meta])* $kind:ident = $code:literal ),+ $(,)?) => {
        /// The types that can be fetched by `node(id:)`, and others that have global ids.
        ///
        /// The number is part of ids that clients keep: it never changes and is never used again.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum NodeKind {
            $( $(#[$meta])* $kind = $code ),+
        }

        impl NodeKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$( Self::$kind ),+];

            fn from_code(code: u8) -> Option<Self> {
                match code {
                    $( $code => Some(Self::$kind), )+
                    _ => None,
                }
            }
        }
    };
}

node_kinds! {
    /// An organization.
    Organization = 1,
    /// A person.
    User = 2,
    /// A person in an organization.
    Membership = 3,
    /// A team.
    Team = 4,
    /// A department.
    Department = 5,
    /// An entry of the points ledger.
    PointsEntry = 6,
    /// A received event.
    Event = 7,
    /// A source of webhooks.
    WebhookSource = 8,
    /// A signed-in session; not fetched by `node`.
    Session = 9,
    /// A key by which a program acts.
    ApiKey = 16,
    /// A mail of the outbox; not fetched by `node`.
    Mail = 20,
    /// An invitation; not fetched by `node`.
    Invitation = 21,
    /// An absence; not fetched by `node`.
    Absence = 22,
    /// An export of data; not fetched by `node`.
    DataExport = 24,
    /// A rule by which people join; not fetched by `node`.
    JoinRule = 23,
    /// A person as a provider knows them; not fetched by `node`.
    ProviderAccount = 25,
    /// An account by which a person signs in; not fetched by `node`.
    SignInAccount = 26,
    /// An entry of the audit log; not fetched by `node`.
    AuditEntry = 30,
}

/// The global id of an object.
pub fn encode(kind: NodeKind, id: impl Into<Uuid>) -> ID {
    let mut bytes = [0; LENGTH];
    bytes[0] = VERSION;
    bytes[1] = kind as u8;
    bytes[2..].copy_from_slice(id.into().as_bytes());
    ID(URL_SAFE_NO_PAD.encode(bytes))
}

/// What a global id names.
///
/// # Errors
/// `BAD_USER_INPUT` for the field `id` where it is no id of ours.
pub fn decode_any(id: &ID) -> Result<(NodeKind, Uuid)> {
    parse(id).ok_or_else(|| AppError::invalid("id", "is not an id of this API"))
}

/// The UUID of an object of this kind, given as the argument or input field `id`.
///
/// # Errors
/// `BAD_USER_INPUT` for the field `id`.
pub fn decode(id: &ID, kind: NodeKind) -> Result<Uuid> {
    decode_argument("id", id, kind)
}

/// The UUID of an object of this kind, given as an argument or input field of this name.
///
/// # Errors
/// `BAD_USER_INPUT` for that field.
pub fn decode_argument(field: &'static str, id: &ID, kind: NodeKind) -> Result<Uuid> {
    match parse(id) {
        Some((found, uuid)) if found == kind => Ok(uuid),
        Some((found, _)) => Err(AppError::invalid(
            field,
            format!("is the id of a {found:?}, not of a {kind:?}"),
        )),
        None => Err(AppError::invalid(field, "is not an id of this API")),
    }
}

fn parse(id: &ID) -> Option<(NodeKind, Uuid)> {
    let bytes = URL_SAFE_NO_PAD.decode(id.as_bytes()).ok()?;
    let bytes: [u8; LENGTH] = bytes.try_into().ok()?;
    let [VERSION, code, uuid @ ..] = bytes else {
        return None;
    };
    Some((NodeKind::from_code(code)?, Uuid::from_bytes(uuid)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_as_what_it_was_made_from() {
        let uuid = Uuid::from_u128(0x0123_4567_89ab_cdef);
        let id = encode(NodeKind::Team, uuid);
        assert_eq!(decode(&id, NodeKind::Team).unwrap(), uuid);
        assert_eq!(decode_any(&id).unwrap(), (NodeKind::Team, uuid));
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let id = encode(NodeKind::Team, Uuid::nil());
        let error = decode_argument("userId", &id, NodeKind::User).unwrap_err();
        let AppError::Invalid(fields) = error else {
            panic!("wrong error");
        };
        assert_eq!(fields[0].field, "userId");
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in ["", "1", "dGVhbToxMjM", "AQQAAAAAAAAAAAAAAAAAAAAA=", "é"] {
            assert!(decode_any(&ID(text.to_owned())).is_err(), "{text}");
        }
    }
}
