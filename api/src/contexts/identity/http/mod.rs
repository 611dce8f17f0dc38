//! Signing in and out over plain HTTP.
//!
//! Browsers keep a session in cookies that scripts cannot read, and send the CSRF token of the readable one along; programs
//! get their tokens in the answer and send the access token as `Authorization: Bearer`.
//!
//! | Route | Body | Answer |
//! | --- | --- | --- |
//! | `POST /auth/demo` | `email`, `rememberMe` | cookies, `accessToken`, `expiresAt`, `organizationId` |
//! | `POST /auth/link` | `token`, `name`, `organizationName`, `timeZone`, `rememberMe` | the same |
//! | `GET /auth/{provider}/login` | `next`, `timeZone`, `rememberMe` in the query; `link` as `linkIdentity` gives it | a redirect to the provider |
//! | `GET /auth/{provider}/callback` | what the provider adds | cookies, and a redirect to `next` or to the sign-in page |
//! | `POST /auth/refresh` | nothing with cookies, else `refreshToken` | the same |
//! | `POST /auth/logout` | nothing | `signedOutSessions` |
//!
//! With `"withRefreshToken": true`, signing in answers `refreshToken` too and sets no cookies: that is for programs.

mod body;
mod cookies;
mod provider;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use cookies::expired_cookies;

use super::error::IdentityError;
use super::model::IssuedSession;
use super::providers::Providers;
use super::service::{self, CsrfPair, Sessions};
use crate::access::{Actor, RequestInfo};
use crate::contexts::orgs;
use crate::error::{AppError, ErrorCode, Result};
use crate::http::refusal;
use crate::workflows::{self, FirstSignIn};

/// Largest body that any of these routes takes.
const BODY_MAX: usize = 16 * 1024;

/// Routes below `/auth`. Every request carries a [`RequestInfo`] as an extension.
pub fn routes(sessions: Sessions, providers: Providers) -> Router {
    let at_providers = Router::new()
        .route("/auth/{provider}/login", get(provider::login))
        .route("/auth/{provider}/callback", get(provider::callback))
        .with_state((sessions.clone(), providers));
    Router::new()
        .route("/auth/demo", post(demo))
        .route("/auth/link", post(link))
        .route("/auth/refresh", post(refresh))
        .route("/auth/logout", post(logout))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .with_state(sessions)
        .merge(at_providers)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DemoBody {
    email: String,
    #[serde(default)]
    remember_me: bool,
    #[serde(default)]
    with_refresh_token: bool,
}

async fn demo(
    State(sessions): State<Sessions>,
    Extension(info): Extension<RequestInfo>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !sessions.settings().is_demo {
        return refusal(IdentityError::NoDemo.into(), &info);
    }
    let input: DemoBody = match body::read(&headers, &body, &info) {
        Ok(input) => input,
        Err(refused) => return refused,
    };
    let email = input.email.trim();
    let issued = service::sign_in_demo(&sessions, email, input.remember_me, info.clone()).await;
    answer(&sessions, issued, input.with_refresh_token, &info).await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LinkBody {
    token: String,
    name: Option<String>,
    organization_name: Option<String>,
    time_zone: Option<String>,
    #[serde(default)]
    remember_me: bool,
    #[serde(default)]
    with_refresh_token: bool,
}

async fn link(
    State(sessions): State<Sessions>,
    Extension(info): Extension<RequestInfo>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let input: LinkBody = match body::read(&headers, &body, &info) {
        Ok(input) => input,
        Err(refused) => return refused,
    };
    let first = FirstSignIn {
        token: input.token,
        name: input.name,
        organization_name: input.organization_name,
        time_zone: input.time_zone,
        is_remembered: input.remember_me,
    };
    let issued = workflows::first_sign_in(&sessions, first, info.clone()).await;
    answer(&sessions, issued, input.with_refresh_token, &info).await
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct RefreshBody {
    refresh_token: Option<String>,
}

async fn refresh(
    State(sessions): State<Sessions>,
    Extension(info): Extension<RequestInfo>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let input: RefreshBody = match body::read_optional(&headers, &body, &info) {
        Ok(input) => input,
        Err(refused) => return refused,
    };
    if let Some(token) = input.refresh_token {
        let issued = service::refresh(&sessions, &token, None, info.clone()).await;
        return answer(&sessions, issued, true, &info).await;
    }
    let Some(token) = cookies::find(&headers, cookies::REFRESH) else {
        return refusal(AppError::unauthenticated(), &info);
    };
    let csrf = Some(csrf_pair(&headers));
    match service::refresh(&sessions, token, csrf, info.clone()).await {
        Err(error) if error.code() == ErrorCode::Unauthenticated => {
            // Cookies of a session that is over would only be refused again and again.
            with_cookies(refusal(error, &info), &expired_cookies(sessions.settings()))
        }
        issued => answer(&sessions, issued, false, &info).await,
    }
}

async fn logout(
    State(sessions): State<Sessions>,
    Extension(info): Extension<RequestInfo>,
    headers: HeaderMap,
) -> Response {
    match end_session(&sessions, &headers, &info).await {
        Ok(ended) => with_cookies(
            Json(json!({ "signedOutSessions": ended })).into_response(),
            &expired_cookies(sessions.settings()),
        ),
        Err(error) => refusal(error, &info),
    }
}

/// Ends the session of whatever the request brings; none where that is over already.
async fn end_session(sessions: &Sessions, headers: &HeaderMap, info: &RequestInfo) -> Result<u32> {
    let platform = sessions.platform();
    if let Some(actor) = actor_of(sessions, headers, info).await? {
        return service::sign_out(platform, &actor).await;
    }
    match cookies::find(headers, cookies::REFRESH) {
        // The access token may have run out before the session did.
        Some(token) => {
            service::sign_out_by_refresh_token(sessions, token, csrf_pair(headers), info.clone())
                .await
        }
        None => Ok(0),
    }
}

async fn actor_of(
    sessions: &Sessions,
    headers: &HeaderMap,
    info: &RequestInfo,
) -> Result<Option<Actor>> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    if let Some((_, token)) = bearer {
        return sessions
            .authenticate_bearer(token.trim(), info.clone())
            .await
            .map(Some);
    }
    let Some(token) = cookies::find(headers, cookies::ACCESS) else {
        return Ok(None);
    };
    match sessions
        .authenticate_cookie(token, Some(csrf_pair(headers)), info.clone())
        .await
    {
        Ok(actor) => Ok(Some(actor)),
        Err(error) if error.code() == ErrorCode::Unauthenticated => Ok(None),
        Err(error) => Err(error),
    }
}

fn csrf_pair(headers: &HeaderMap) -> CsrfPair<'_> {
    CsrfPair {
        cookie: cookies::find(headers, cookies::CSRF),
        header: headers
            .get("x-csrf-token")
            .and_then(|value| value.to_str().ok()),
    }
}

/// Hands out a session: in cookies, or, for programs, in the answer itself.
async fn answer(
    sessions: &Sessions,
    issued: Result<IssuedSession>,
    for_program: bool,
    info: &RequestInfo,
) -> Response {
    let described = match issued {
        Ok(issued) => describe(sessions, &issued, for_program)
            .await
            .map(|body| (issued, body)),
        Err(error) => Err(error),
    };
    match described {
        Ok((_, body)) if for_program => no_store(Json(body).into_response()),
        Ok((issued, body)) => no_store(with_cookies(
            Json(body).into_response(),
            &cookies::of(&issued, sessions.settings()),
        )),
        Err(error) => refusal(error, info),
    }
}

async fn describe(sessions: &Sessions, issued: &IssuedSession, for_program: bool) -> Result<Value> {
    let mut conn = sessions.platform().db.primary().await?;
    let organization_id = orgs::default_organization(&mut conn, issued.user_id).await?;
    let mut body = json!({
        "accessToken": issued.access_token,
        "expiresAt": issued.access_expires_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        "organizationId": organization_id.map(|id| id.0),
    });
    if for_program {
        body["refreshToken"] = issued.refresh_token.clone().into();
    }
    Ok(body)
}

fn with_cookies(mut response: Response, cookies: &[HeaderValue]) -> Response {
    for cookie in cookies {
        response
            .headers_mut()
            .append(header::SET_COOKIE, cookie.clone());
    }
    response
}

fn no_store(mut response: Response) -> Response {
    let value = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, value);
    response
}
