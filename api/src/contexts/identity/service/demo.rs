//! Signing in as one of the demo's people, without a secret.

use super::super::error::IdentityError;
use super::super::model::{DEMO_DOMAIN, IssuedSession, OpenSession, SessionMethod};
use super::super::store;
use super::sessions::{Sessions, open_session};
use crate::access::RequestInfo;
use crate::error::Result;

/// Begins a session as one of the demo's people.
///
/// # Errors
/// Not found where the server runs without a demo; invalid where the address is not one of the demo's.
pub async fn sign_in_demo(
    sessions: &Sessions,
    email: &str,
    is_remembered: bool,
    request: RequestInfo,
) -> Result<IssuedSession> {
    if !sessions.settings().is_demo {
        return Err(IdentityError::NoDemo.into());
    }
    // Also on a server that was switched to demo by mistake, nobody becomes a real person this way.
    let is_of_demo = email
        .rsplit_once('@')
        .is_some_and(|(_, domain)| domain.eq_ignore_ascii_case(DEMO_DOMAIN));
    if !is_of_demo {
        return Err(IdentityError::NoDemoAccount.into());
    }
    sessions
        .platform()
        .db
        .transaction(async |tx| {
            let user = store::find_user_by_email(tx, email)
                .await?
                .ok_or(IdentityError::NoDemoAccount)?;
            let open = OpenSession {
                user_id: user.id,
                method: SessionMethod::Demo,
                is_remembered,
                request,
            };
            open_session(tx, sessions, open).await
        })
        .await
}
