//! Why a mail was not taken.

/// What a transport says of a mail that it could not hand over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It may work later.
    #[error("{0}")]
    Transient(String),
    /// It will not work later either.
    #[error("{0}")]
    Permanent(String),
}
