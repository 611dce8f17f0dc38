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
use super::super::model::{IdentityProvider, PATIENCE, SignInRefusal, SignInWish};
use super::super::providers::Providers;
use super::super::service::{self, Answer, Sessions};
use super::{cookies, no_store, with_cookies};
use crate::access::RequestInfo;
use crate::error::Result;
use crate::http::refusal;
use crate::workflows;

/// The page of the client that tells why nobody signed in.
const SIGN_IN: &str = "/sign-in";

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
    /// What `linkIdentity` gave: the account is for who is signed in.
    link: Option<String>,
}

/// Sends the person to the provider.
pub(super) async fn login(
    State((sessions, providers)): State<(Sessions, Providers)>,
    Extension(info): Extension<RequestInfo>,
    Path(provider): Path<String>,
    Query(query): Query<LoginQuery>,
    headers: HeaderMap,
) -> Response {
    let Some(provider) = IdentityProvider::from_path(&provider) else {
        return refusal(IdentityError::NoSuchProvider.into(), &info);
    };
    let (link, next) = match &query.link {
        None => (None, query.next),
        Some(pass) => {
            let token = cookies::find(&headers, cookies::ACCESS);
            match service::read_pass(&sessions, provider, pass, token, info.clone()).await {
                Some((wish, next)) => (Some(wish), next),
                None => {
                    return refused(&sessions, provider, (SignInRefusal::State, SIGN_IN), &info)
                        .await;
                }
            }
        }
    };
    let wish = SignInWish {
        next,
        time_zone: query.time_zone,
        is_remembered: query.remember_me,
        link,
    };
    match service::begin(sessions.platform(), &providers, provider, wish).await {
        Ok(Ok(begun)) => {
            let settings = sessions.settings();
            let cookie = cookies::sign_in(&begun.state, &begun.browser, PATIENCE, settings);
            no_store(with_cookies(redirect(&begun.address), &[cookie]))
        }
        Ok(Err(why)) => refused(&sessions, provider, (why, SIGN_IN), &info).await,
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
    let token = cookies::find(&headers, cookies::ACCESS);
    let response = match arrive(&sessions, &providers, answer, token, &info).await {
        Ok(response) => response,
        Err(error) => refusal(error, &info),
    };
    let spent =
        state.map(|state| cookies::sign_in(state, "", TimeDelta::zero(), sessions.settings()));
    no_store(with_cookies(response, spent.as_slice()))
}

/// Signs in who came back, or links the account that they proved to whoever asked for it.
async fn arrive(
    sessions: &Sessions,
    providers: &Providers,
    answer: Answer<'_>,
    access_token: Option<&str>,
    info: &RequestInfo,
) -> Result<Response> {
    let provider = answer.provider;
    let attempt = match service::take_attempt(sessions.platform(), answer).await? {
        Ok(attempt) => attempt,
        Err(why) => return Ok(refused(sessions, provider, (why, SIGN_IN), info).await),
    };
    let link = attempt.link;
    let page = if link.is_some() {
        attempt.next.clone()
    } else {
        SIGN_IN.to_owned()
    };
    let why = match (service::identify(providers, answer, &attempt).await, link) {
        (Err(why), _) => why,
        (Ok(person), Some(wish)) => {
            let linked =
                service::link_proven_account(sessions, wish, &person, access_token, info.clone());
            match linked.await? {
                Ok(()) => return Ok(redirect(&with_query(&page, "linked=1"))),
                Err(why) => why,
            }
        }
        (Ok(person), None) => {
            let next = attempt.next.clone();
            let arrived = (attempt, person);
            match workflows::provider_sign_in(sessions, providers, arrived, info.clone()).await? {
                Ok(issued) => {
                    let cookies = cookies::of(&issued, sessions.settings());
                    return Ok(with_cookies(redirect(&next), &cookies));
                }
                Err(why) => why,
            }
        }
    };
    Ok(refused(sessions, provider, (why, &page), info).await)
}

fn with_query(path: &str, query: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{path}{mark}{query}")
}

/// Leads to a page that says what happened.
async fn refused(
    sessions: &Sessions,
    provider: IdentityProvider,
    (why, page): (SignInRefusal, &str),
    info: &RequestInfo,
) -> Response {
    match service::note_refusal(sessions.platform(), provider, why, info.clone()).await {
        Ok(()) => redirect(&with_query(page, &format!("refused={}", why.page_code()))),
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
