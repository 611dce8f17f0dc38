//! One-time links: 256 random bits, stored as their hash, good once and for a while.

use chrono::TimeDelta;
use shared::validation::sign_in;

use super::super::error::IdentityError;
use super::super::store;
use crate::contexts::audit::{self, Action, Entry, Origin};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::crypto::{random_token, sha256};
use crate::platform::db::Transaction;

/// How long a link is good.
const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// Makes a link for an address and returns its token, which is shown once.
///
/// # Errors
/// When the address cannot be one.
pub async fn create(platform: &Platform, email: &str) -> Result<String> {
    let email = sign_in::email(email)?;
    let token = random_token()?;
    let hash = sha256(token.as_bytes());
    platform
        .db
        .transaction(async |tx| {
            let now = tx.now();
            store::insert_link(tx, &hash, &email, now, now + LIFETIME).await?;
            audit::record_from(tx, Origin::default(), Entry::new(Action::SetupLinkCreated)).await
        })
        .await?;
    Ok(token)
}

/// Spends a link and returns its address, which is proven by that: whoever has the link was given it by the server itself.
///
/// # Errors
/// Unauthenticated where the link is unknown, spent or too old.
pub async fn redeem(tx: &mut Transaction, token: &str) -> Result<String> {
    let now = tx.now();
    let hash = sha256(token.trim().as_bytes());
    store::spend_link(tx, &hash, now)
        .await?
        .ok_or_else(|| IdentityError::LinkSpent.into())
}
