//! What this context knows of a person, and how it forgets them.

use chrono::TimeDelta;
use shared::ids::{SessionId, UserId};

use super::super::error::IdentityError;
use super::super::model::User;
use super::super::{SessionEnded, store};
use crate::error::Result;
use crate::platform::db::Transaction;

/// How long a session is fresh.
const FRESH: TimeDelta = TimeDelta::minutes(10);

/// A person, locked until the end of the transaction.
///
/// # Errors
/// When the person is gone.
pub async fn lock_user(tx: &mut Transaction, user: UserId) -> Result<User> {
    store::lock_user(tx, user)
        .await?
        .ok_or_else(|| IdentityError::NoSuchUser.into())
}

/// Refuses a session that began too long ago: whoever finds an open browser is not the person.
///
/// # Errors
/// Forbidden, with what to do; not found where the session is over.
pub async fn require_fresh(tx: &mut Transaction, session: SessionId) -> Result<()> {
    let found = store::find_session(tx, session).await?;
    let began_at = found.ok_or(IdentityError::NoSuchSession)?.created_at;
    if began_at + FRESH < tx.now() {
        return Err(IdentityError::NotFresh.into());
    }
    Ok(())
}

/// The addresses, and the names and logins, by which a person is known here and at providers.
///
/// # Errors
/// When the database does not answer.
pub async fn words_of(tx: &mut Transaction, user: UserId) -> Result<(Vec<String>, Vec<String>)> {
    let mut words = store::words_of(tx, user).await?;
    words.sort();
    words.dedup();
    Ok(words.into_iter().partition(|word| word.contains('@')))
}

/// Forgets who a person was: the row stays, for what they did refers to it.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_person(tx: &mut Transaction, user: UserId) -> Result<()> {
    let now = tx.now();
    for session_id in store::delete_sessions_of(tx, user).await? {
        tx.after_commit(SessionEnded {
            session_id,
            user_id: user,
        });
    }
    store::delete_sign_ins_of(tx, user).await?;
    store::anonymize_accounts_of(tx, user).await?;
    store::anonymize_user(tx, user, now).await?;
    Ok(())
}
