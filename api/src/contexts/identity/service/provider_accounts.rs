//! Accounts at identity providers: whose they are, and the tokens that came with them.

use shared::ids::{SignInAccountId, UserId};

use super::super::model::{ExternalPerson, User};
use super::super::store;
use crate::contexts::audit::{self, Action, Entry, Origin, TargetKind};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::db::Transaction;
use crate::platform::resealing::SealedColumn;

/// What the providers' tokens are sealed for.
const PURPOSE: &str = "provider tokens";
/// Longest label that is kept, in characters.
const LABEL_MAX: usize = 254;

/// What this context keeps sealed.
pub const SEALED: &[SealedColumn] = &[SealedColumn {
    table: "sign_in_accounts",
    column: "tokens_sealed",
    purpose: |_| PURPOSE.to_owned(),
}];

/// Lets the sign-ins of one account, and then those of one address, happen one after the other.
///
/// # Errors
/// When the database does not answer.
pub async fn lock_sign_in(tx: &mut Transaction, person: &ExternalPerson) -> Result<()> {
    let subject = format!("{} {}", person.issuer, person.subject);
    store::lock_sign_in(tx, &subject).await?;
    if let Some(email) = &person.email {
        store::lock_sign_in(tx, &email.to_lowercase()).await?;
    }
    Ok(())
}

/// Whose account it is; nobody's where it was never seen.
///
/// # Errors
/// When the database does not answer.
pub async fn find_sign_in_user(
    tx: &mut Transaction,
    person: &ExternalPerson,
) -> Result<Option<User>> {
    match store::find_sign_in_account(tx, &person.issuer, &person.subject).await? {
        Some(account) => Ok(store::find_user(tx, account.user_id).await?),
        None => Ok(None),
    }
}

/// Makes an account, which is nobody's yet, a person's.
///
/// # Errors
/// When the database does not answer.
pub async fn link_sign_in_account(
    tx: &mut Transaction,
    user: UserId,
    person: &ExternalPerson,
    origin: Origin,
) -> Result<()> {
    let now = tx.now();
    let row = store::NewSignInAccountRow {
        id: SignInAccountId(tx.new_id()),
        user_id: user,
        method: person.provider.as_str(),
        issuer: &person.issuer,
        subject: &person.subject,
        created_at: now,
        last_used_at: now,
    };
    store::insert_sign_in_account(tx, &row).await?;
    let entry = Entry::new(Action::SignInLinked)
        .on(TargetKind::User, user)
        .with(serde_json::json!({ "method": person.provider.as_str() }));
    audit::record_from(tx, origin, entry).await
}

/// Keeps what came with a sign-in: the account's name, and the provider's tokens, sealed.
///
/// # Errors
/// When there is no such account, or the database does not answer.
pub async fn note_provider_sign_in(
    platform: &Platform,
    tx: &mut Transaction,
    person: &ExternalPerson,
) -> Result<()> {
    let account = store::find_sign_in_account(tx, &person.issuer, &person.subject)
        .await?
        .ok_or_else(|| anyhow::anyhow!("an account was not there after it was linked"))?;
    let body = serde_json::to_vec(&person.tokens).map_err(anyhow::Error::from)?;
    let sealed = platform.crypto.seal(PURPOSE, &body)?;
    let label = person.login.as_ref().or(person.email.as_ref());
    let label = label.map(|label| label.chars().take(LABEL_MAX).collect::<String>());
    let tokens = (&*sealed, person.tokens.expires_at);
    let now = tx.now();
    store::update_sign_in_account(tx, account.id, label.as_deref(), tokens, now).await?;
    Ok(())
}
