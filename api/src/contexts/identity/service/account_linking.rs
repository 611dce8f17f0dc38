//! Signing in by a further account: asked for by who is signed in, and proven at the provider.
//!
//! Whoever may link accounts may come back as the person for ever, so the wish is bound to one session twice: when the
//! browser leaves for the provider and when it returns. A wish that somebody else made leads nowhere.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::super::error::IdentityError;
use super::super::model::{ExternalPerson, IdentityProvider, LinkWish, SignInRefusal};
use super::super::providers::Providers;
use super::forgetting::require_fresh;
use super::provider_accounts::{
    find_sign_in_user, link_sign_in_account, lock_sign_in, note_provider_sign_in,
};
use super::sessions::Sessions;
use crate::access::{Actor, RequestInfo};
use crate::contexts::audit::Origin;
use crate::error::Result;
use crate::platform::Platform;

/// What wishes are sealed for.
const PURPOSE: &str = "account to link";
/// How long a person may take until the browser leaves for the provider.
const PATIENCE: TimeDelta = TimeDelta::minutes(2);

/// A wish on its way through the browser.
#[derive(Serialize, Deserialize)]
struct Pass {
    wish: LinkWish,
    provider: String,
    next: Option<String>,
    expires_at: DateTime<Utc>,
}

/// Where the browser of whoever asks goes to link an account at a provider: an address of this server, good for one session
/// and two minutes.
///
/// # Errors
/// Where no person is signed in, the session is not fresh, or the provider is not set up.
pub(in super::super) async fn ask_for_link(
    platform: &Platform,
    providers: &Providers,
    actor: &Actor,
    (provider, next): (IdentityProvider, Option<String>),
) -> Result<String> {
    let (user_id, session_id) = actor.signed_in()?;
    if !providers.is_set_up(provider) {
        return Err(IdentityError::NoSuchProvider.into());
    }
    let expires_at = platform
        .db
        .transaction(async |tx| {
            require_fresh(tx, session_id).await?;
            Ok(tx.now() + PATIENCE)
        })
        .await?;
    let pass = Pass {
        wish: LinkWish {
            user_id,
            session_id,
        },
        provider: provider.as_str().to_owned(),
        next,
        expires_at,
    };
    let body = serde_json::to_vec(&pass).map_err(anyhow::Error::from)?;
    let pass = URL_SAFE_NO_PAD.encode(platform.crypto.seal(PURPOSE, &body)?);
    Ok(format!("/auth/{}/login?link={pass}", provider.as_path()))
}

/// The wish in an address, and where to go on; none where it is not whole, too old, for another provider, or not of this
/// browser's session.
pub(in super::super) async fn read_pass(
    sessions: &Sessions,
    provider: IdentityProvider,
    pass: &str,
    access_token: Option<&str>,
    request: RequestInfo,
) -> Option<(LinkWish, Option<String>)> {
    let platform = sessions.platform();
    let sealed = URL_SAFE_NO_PAD.decode(pass).ok()?;
    let body = platform.crypto.open(PURPOSE, &sealed).ok()?;
    let pass: Pass = serde_json::from_slice(&body).ok()?;
    let is_good = pass.provider == provider.as_str() && platform.clock.now() < pass.expires_at;
    if is_good && is_of_session(sessions, pass.wish, access_token, request).await {
        Some((pass.wish, pass.next))
    } else {
        None
    }
}

/// Whether the browser is in the session of a wish, and the session is alive.
async fn is_of_session(
    sessions: &Sessions,
    wish: LinkWish,
    access_token: Option<&str>,
    request: RequestInfo,
) -> bool {
    let Some(token) = access_token else {
        return false;
    };
    let actor = sessions.authenticate_cookie(token, None, request).await;
    let signed_in = actor.and_then(|actor| actor.signed_in());
    signed_in.is_ok_and(|it| it == (wish.user_id, wish.session_id))
}

/// Lets the person sign in by the account that they have proven to be theirs. An account that is theirs already stays so.
///
/// # Errors
/// When the database does not answer. The inner error: the browser is in the session no more, or the account is another
/// person's.
pub(in super::super) async fn link_proven_account(
    sessions: &Sessions,
    wish: LinkWish,
    person: &ExternalPerson,
    access_token: Option<&str>,
    request: RequestInfo,
) -> Result<std::result::Result<(), SignInRefusal>> {
    if !is_of_session(sessions, wish, access_token, request.clone()).await {
        return Ok(Err(SignInRefusal::State));
    }
    let platform = sessions.platform();
    platform
        .db
        .transaction(async |tx| {
            lock_sign_in(tx, person).await?;
            match find_sign_in_user(tx, person).await? {
                Some(owner) if owner.id != wish.user_id => return Ok(Err(SignInRefusal::Taken)),
                Some(_) => {}
                None => {
                    let origin = Origin::person(wish.user_id, request.clone());
                    link_sign_in_account(tx, wish.user_id, person, origin).await?;
                }
            }
            note_provider_sign_in(platform, tx, person).await?;
            Ok(Ok(()))
        })
        .await
}
