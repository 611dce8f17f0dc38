//! Sending a person to a provider, and taking the answer.

use super::super::error::IdentityError;
use super::super::model::{
    Attempt, ExternalPerson, IdentityProvider, PATIENCE, SignInRefusal, SignInWish,
};
use super::super::providers::{Arrival, Departure, Providers};
use super::super::store::{self, NewAttemptRow};
use crate::access::RequestInfo;
use crate::contexts::audit::{self, Action, Entry, Origin};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::crypto::{random_token, sha256};
use shared::audit::AuditOutcome;
use shared::validation::sign_in::is_local_path;

/// What attempts are sealed for.
const PURPOSE: &str = "sign-in attempt";
/// Longest path that is remembered.
const NEXT_MAX: usize = 2000;

/// A sign-in that has begun.
pub(in super::super) struct Begun {
    /// Where the person is sent.
    pub address: String,
    /// Names the attempt.
    pub state: String,
    /// What the browser has to bring back.
    pub browser: String,
}

/// What came back from a provider.
#[derive(Clone, Copy)]
pub(in super::super) struct Answer<'a> {
    pub provider: IdentityProvider,
    /// Names the attempt.
    pub state: Option<&'a str>,
    /// What the browser that began it holds.
    pub browser: Option<&'a str>,
    /// To be exchanged; none where the provider said no.
    pub code: Option<&'a str>,
}

/// Begins a sign-in.
///
/// # Errors
/// Not found where the provider is not set up. The inner error: the provider does not say where to go.
pub(in super::super) async fn begin(
    platform: &Platform,
    providers: &Providers,
    provider: IdentityProvider,
    wish: SignInWish,
) -> Result<Result<Begun, SignInRefusal>> {
    if !providers.is_set_up(provider) {
        return Err(IdentityError::NoSuchProvider.into());
    }
    let next = wish
        .next
        .filter(|next| next.len() <= NEXT_MAX && is_local_path(next));
    let attempt = Attempt {
        nonce: random_token()?,
        verifier: random_token()?,
        next: next.unwrap_or_else(|| "/".to_owned()),
        time_zone: wish.time_zone,
        is_remembered: wish.is_remembered,
        link: wish.link,
    };
    let (state, browser) = (random_token()?, random_token()?);
    let departure = Departure {
        state: &state,
        nonce: &attempt.nonce,
        verifier: &attempt.verifier,
    };
    let address = match providers.address(provider, &departure).await {
        Ok(address) => address.ok_or(IdentityError::NoSuchProvider)?,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let body = serde_json::to_vec(&attempt).map_err(anyhow::Error::from)?;
    let sealed = platform.crypto.seal(PURPOSE, &body)?;
    let hashes = (sha256(state.as_bytes()), sha256(browser.as_bytes()));
    platform
        .db
        .transaction(async |tx| {
            let now = tx.now();
            let row = NewAttemptRow {
                state_hash: &hashes.0,
                browser_hash: &hashes.1,
                method: provider.as_str(),
                sealed: &sealed,
                created_at: now,
                expires_at: now + PATIENCE,
            };
            Ok(store::insert_attempt(tx, &row).await?)
        })
        .await?;
    Ok(Ok(Begun {
        address,
        state,
        browser,
    }))
}

/// Takes what came back: spends the attempt that it belongs to.
///
/// # Errors
/// When the database does not answer. The inner error: it belongs to none.
pub(in super::super) async fn take_attempt(
    platform: &Platform,
    answer: Answer<'_>,
) -> Result<Result<Attempt, SignInRefusal>> {
    let (Some(state), Some(browser)) = (answer.state, answer.browser) else {
        return Ok(Err(SignInRefusal::State));
    };
    let hashes = (sha256(state.as_bytes()), sha256(browser.as_bytes()));
    let sealed = platform
        .db
        .transaction(async |tx| {
            let now = tx.now();
            Ok(store::spend_attempt(tx, &hashes.0, &hashes.1, answer.provider, now).await?)
        })
        .await?;
    let Some(sealed) = sealed else {
        return Ok(Err(SignInRefusal::State));
    };
    let body = platform.crypto.open(PURPOSE, &sealed)?;
    let attempt = serde_json::from_slice(&body).map_err(anyhow::Error::from)?;
    Ok(Ok(attempt))
}

/// Asks the provider who came back.
///
/// # Errors
/// Where nobody is proven to have signed in there.
pub(in super::super) async fn identify(
    providers: &Providers,
    answer: Answer<'_>,
    attempt: &Attempt,
) -> std::result::Result<ExternalPerson, SignInRefusal> {
    let arrival = Arrival {
        code: answer.code.ok_or(SignInRefusal::Denied)?,
        nonce: &attempt.nonce,
        verifier: &attempt.verifier,
    };
    let person = providers.person(answer.provider, &arrival).await?;
    person.ok_or(SignInRefusal::State)
}

/// Records that a sign-in came to nothing.
///
/// # Errors
/// When the database does not answer.
pub(in super::super) async fn note_refusal(
    platform: &Platform,
    provider: IdentityProvider,
    refusal: SignInRefusal,
    request: RequestInfo,
) -> Result<()> {
    let entry = Entry::new(Action::SignInRefused)
        .ended(AuditOutcome::Denied)
        .with(serde_json::json!({ "method": provider.as_str(), "reason": refusal.to_string() }));
    let origin = Origin {
        request,
        ..Origin::default()
    };
    platform
        .db
        .transaction(async |tx| audit::record_from(tx, origin, entry).await)
        .await
}
