//! People, sessions and accounts, as the rest of the product speaks of them.

mod account;
mod demo;
mod identity_match;
mod session;
mod sign_in;
mod user;

pub use account::{AccountRef, ProviderAccount};
pub use demo::{DEMO_ACCOUNTS, DEMO_DOMAIN, DemoAccount};
pub use session::{
    IssuedSession, OpenSession, Session, SessionMethod, SessionSettings, SignInMethod,
};
pub use sign_in::{
    Attempt, ExternalPerson, IdentityProvider, ProviderTokens, SignInIdentity, SignInRefusal,
    SignInWish,
};
pub use user::{NewUser, Profile, User};

pub(super) use account::LinkedBy;
pub(super) use identity_match::{IdentityMatch, MatchFilter, MatchSlice};
pub(super) use session::RevokedFor;
pub(super) use sign_in::{LinkWish, PATIENCE, SignInAccount};
