//! Signing in and out, sessions, one-time links, accounts at providers.

mod accounts;
mod arrange;
mod cleaning;
mod csrf;
mod joining;
mod linking;
mod matching;
mod merging;
mod other_providers;
mod profile;
mod provider_sign_in;
mod rotation;
mod setup_link;
mod sign_in;
mod sign_out;
