//! Use cases of people, sessions, links and accounts.

mod access_token;
mod account_linking;
mod accounts;
mod cleaning;
mod demo;
mod forgetting;
mod matching;
mod preferences;
mod profile;
mod provider_accounts;
mod provider_sign_in;
mod rotation;
mod sessions;
pub(super) mod setup_link;
mod sign_out;
mod users;

pub(super) use account_linking::{ask_for_link, link_proven_account, read_pass};
pub use accounts::{
    accounts_to_link_for, link_account, list_unmatched_accounts, part_account, resolve_account,
};
pub(super) use accounts::{count_matches, get_match, list_matches};
pub use cleaning::Cleaner;
pub use demo::sign_in_demo;
pub use forgetting::{forget_person, lock_user, require_fresh, words_of};
pub(super) use preferences::{is_private, set_privacy_mode};
pub use profile::{list_sign_in_accounts, unlink_sign_in_account, update_profile};
pub use provider_accounts::{
    SEALED, find_sign_in_user, link_sign_in_account, lock_sign_in, note_provider_sign_in,
};
pub(super) use provider_sign_in::{Answer, begin, identify, note_refusal, take_attempt};
pub use rotation::refresh;
pub use sessions::{CsrfPair, Sessions, issue_command_token, list_sessions, open_session};
pub use sign_out::{revoke_session, sign_out, sign_out_by_refresh_token, sign_out_everywhere};
pub use users::{
    create_user, create_users, find_own_profile, find_profiles, find_user, find_user_by_email,
    is_operator, make_operator, verify_email,
};
