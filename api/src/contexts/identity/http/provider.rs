//! Signing in at a provider: the way there, and the way back.
//!
//! People arrive here by links and redirects, so every answer is one: failures lead to the sign-in page, which has words
//! for the code in its address. No code and no token stays in an address.

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use chrono::TimeDelta;
use serde::Deserialize;

use super::super::error::IdentityError;
use super::super::model::{IdentityProvider, IssuedSession, PATIENCE, SignInRefusal, SignInWish};
use super::super::providers::Providers;
use super::super::service::{self, Answer, Sessions};
use super::{cookies, no_store, with_cookies};
use crate::access::RequestInfo;
use crate::error::Result;
use crate::http::refusal;
use crate::workflows;

/// What a provider is told to go back to; whatever else it adds is of no meaning here.
#[derive(Deserialize)]
pub(super) struct CallbackQuery {
    state: Option<String>,
    code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LoginQuery {
    next: Option<String>,
    time_zone: Option<String>,
    #[serde(default)]
    remember_me: bool,
}

/// Sends the person to the provider.
pub(super) async fn login(
    State((sessions, providers)): State<(Sessions, Providers)>,
    Extension(info): Extension<RequestInfo>,
    Path(provider): Path<String>,
    Query(query): Query<LoginQuery>,
) -> Response {
    let Some(provider) = IdentityProvider::from_path(&provider) else {
        return refusal(IdentityError::NoSuchProvider.into(), &info);
    };
    let wish = SignInWish {
        next: query.next,
        time_zone: query.time_zone,
        is_remembered: query.remember_me,
    };
    match service::begin(sessions.platform(), &providers, provider, wish).await {
        Ok(Ok(begun)) => {
            let settings = sessions.settings();
            let cookie = cookies::sign_in(&begun.state, &begun.browser, PATIENCE, settings);
            no_store(with_cookies(redirect(&begun.address), &[cookie]))
        }
        Ok(Err(why)) => refused(&sessions, provider, why, &info).await,
        Err(error) => refusal(error, &info),
    }
}

/// Takes the person back from the provider.
pub(super) async fn callback(
    State((sessions, providers)): State<(Sessions, Providers)>,
    Extension(info): Extension<RequestInfo>,
    Path(provider): Path<String>,
    Query(query): Query<CallbackQuery>,
    headers: HeaderMap,
) -> Response {
    let Some(provider) = IdentityProvider::from_path(&provider) else {
        return refusal(IdentityError::NoSuchProvider.into(), &info);
    };
    let state = query.state.as_deref().filter(|state| !state.is_empty());
    let cookie = state.map(cookies::sign_in_name);
    let answer = Answer {
        provider,
        state,
        browser: cookie.and_then(|name| cookies::find(&headers, &name)),
        code: query.code.as_deref().filter(|code| !code.is_empty()),
    };
    let response = match sign_in(&sessions, &providers, answer, &info).await {
        Ok(Ok((issued, next))) => {
            with_cookies(redirect(&next), &cookies::of(&issued, sessions.settings()))
        }
        Ok(Err(why)) => refused(&sessions, provider, why, &info).await,
        Err(error) => refusal(error, &info),
    };
    let spent =
        state.map(|state| cookies::sign_in(state, "", TimeDelta::zero(), sessions.settings()));
    no_store(with_cookies(response, spent.as_slice()))
}

async fn sign_in(
    sessions: &Sessions,
    providers: &Providers,
    answer: Answer<'_>,
    info: &RequestInfo,
) -> Result<Result<(IssuedSession, String), SignInRefusal>> {
    let (attempt, person) = match service::arrive(sessions.platform(), providers, answer).await? {
        Ok(arrived) => arrived,
        Err(why) => return Ok(Err(why)),
    };
    let next = attempt.next.clone();
    let issued =
        workflows::provider_sign_in(sessions, providers, (attempt, person), info.clone()).await?;
    Ok(issued.map(|issued| (issued, next)))
}

/// Leads to the sign-in page, which says what happened.
async fn refused(
    sessions: &Sessions,
    provider: IdentityProvider,
    why: SignInRefusal,
    info: &RequestInfo,
) -> Response {
    match service::note_refusal(sessions.platform(), provider, why, info.clone()).await {
        Ok(()) => redirect(&format!("/sign-in?refused={}", why.page_code())),
        Err(error) => refusal(error, info),
    }
}

fn redirect(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(place) => (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response(),
        // A path in letters that no header takes: its start does.
        Err(_) => (StatusCode::SEE_OTHER, [(header::LOCATION, "/")]).into_response(),
    }
}
