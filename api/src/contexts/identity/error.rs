//! Refusals of this context.

use shared::codes::ErrorCode;

use crate::error::AppError;

/// Why signing in, or a change of people and accounts, is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The server runs without a demo.
    #[error("not found")]
    NoDemo,
    /// The server does not offer to sign in there.
    #[error("not found")]
    NoSuchProvider,
    /// Not one of the demo's people.
    #[error("there is no demo account of this address")]
    NoDemoAccount,
    /// The link was never made, is used or is too old.
    #[error("this link was used already, has expired, or is not complete")]
    LinkSpent,
    /// The refresh token is unknown, used, expired, or its session has ended.
    #[error("the session has ended; sign in again")]
    SessionOver,
    /// A cookie came without the token that only the product's own pages know.
    #[error("the X-CSRF-Token header does not match this session")]
    CsrfMismatch,
    /// Somebody has that address.
    #[error("there is already a person of this address")]
    EmailTaken,
    /// The account belongs to somebody else.
    #[error("this account is linked to another member")]
    AccountTaken,
    /// The account is nobody's.
    #[error("this account is linked to nobody")]
    AccountUnlinked,
    /// Nobody could come back.
    #[error("this is the only account that you sign in with")]
    LastWayIn,
    /// No such account in this organization.
    #[error("account not found")]
    NoSuchAccount,
    /// No such person.
    #[error("person not found")]
    NoSuchUser,
    /// The session began too long ago for what cannot be taken back.
    #[error(
        "sign out and in again first: this takes a session that began within the last 10 minutes"
    )]
    NotFresh,
    /// No such session of the caller's.
    #[error("session not found")]
    NoSuchSession,
}

impl From<IdentityError> for AppError {
    fn from(error: IdentityError) -> Self {
        use IdentityError as E;
        let code = match error {
            E::NoDemo | E::NoSuchProvider | E::NoSuchAccount | E::NoSuchUser | E::NoSuchSession => {
                ErrorCode::NotFound
            }
            E::NoDemoAccount => {
                return Self::invalid("email", "is not the address of a demo account");
            }
            E::LinkSpent | E::SessionOver => ErrorCode::Unauthenticated,
            E::CsrfMismatch | E::NotFresh => ErrorCode::Forbidden,
            E::EmailTaken | E::AccountTaken | E::AccountUnlinked | E::LastWayIn => {
                ErrorCode::Conflict
            }
        };
        Self::refused(code, error.to_string())
    }
}
