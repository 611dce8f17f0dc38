//! Who people are: users, sessions, one-time links, and their accounts at providers.
//!
//! # Sessions
//! A session is a family of refresh tokens with short access tokens (JWT, HS256). Only hashes of refresh tokens are stored.
//! Each use of a refresh token spends it and issues its successor. A spent token that is presented again ends the session:
//! somebody has a copy. One case is no theft: two tabs that refresh at the same moment. Whoever began while the token was
//! still unspent gets a successor too; there is no time window in which a spent token is forgiven. That a session is alive
//! is asked on every request, from memory; what ends one is heard before the next request is answered.
//!
//! # Accounts
//! People at providers are keyed by (provider, instance, id); payloads that name only a username or an address make rows of
//! their own, which take the id when it arrives. Accounts are matched to members by id, then by username, then by verified
//! address. Changes of accounts happen under one lock per organization and instance, taken before any balance is locked.

mod error;
pub mod graphql;
mod hints;
pub mod http;
mod model;
mod providers;
mod service;
mod store;

pub mod setup_link {
    //! One-time links that let the first administrator in.
    pub use super::service::setup_link::{create, redeem};
}

pub use crate::contexts::orgs::StandingChanged;
pub use error::IdentityError;
pub use hints::SessionEnded;
pub use model::{
    AccountRef, Attempt, DEMO_ACCOUNTS, DEMO_DOMAIN, DemoAccount, ExternalPerson, IdentityProvider,
    IssuedSession, NewUser, OpenSession, Profile, ProviderAccount, Session, SessionMethod,
    SessionSettings, SignInMethod, SignInRefusal, User,
};
pub use providers::Providers;
pub use service::{
    Cleaner, CsrfPair, SEALED, Sessions, accounts_to_link_for, create_user, create_users,
    find_own_profile, find_profiles, find_sign_in_user, find_user, find_user_by_email,
    forget_person, is_operator, issue_command_token, link_account, link_sign_in_account,
    list_sessions, list_unmatched_accounts, lock_sign_in, lock_user, make_operator,
    note_provider_sign_in, open_session, part_account, refresh, require_fresh, resolve_account,
    revoke_session, sign_in_demo, sign_out, sign_out_by_refresh_token, sign_out_everywhere,
    verify_email, words_of,
};
