//! Who a request comes from: a bearer token, or the cookies of the product's own pages.

use axum::http::{HeaderMap, header};
use shared::ids::OrganizationId;
use tokio::time::Instant;
use uuid::Uuid;

use super::edge::Edge;
use super::global_id::{self, NodeKind};
use crate::access::{Actor, RequestInfo, WhichOrganization};
use crate::contexts::identity::CsrfPair;
use crate::contexts::keys::Keys;
use crate::error::{AppError, ErrorCode, Result};

const ACCESS_COOKIE: &str = "dm_access";
const CSRF_COOKIE: &str = "dm_csrf";
const CSRF_HEADER: &str = "x-csrf-token";
/// Names the request's current organization.
pub(super) const ORGANIZATION_HEADER: &str = "x-organization-id";

/// What a request does with its cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cookies<'a> {
    /// It only reads: what another site makes a browser ask, it cannot read.
    Read,
    /// It may change something: it must bring the CSRF token too.
    Change,
    /// It is a websocket, which has no header of the page's own: it must come from a page of these origins.
    Socket {
        /// The product's own origins.
        origins: &'a [String],
    },
}

/// Who sends a request. Nobody is no error: cookies run out, and the sign-in page asks questions too.
///
/// # Errors
/// `UNAUTHENTICATED` where a bearer token is not good, `FORBIDDEN` where cookies come without the CSRF token.
pub(super) async fn actor_of(
    headers: &HeaderMap,
    cookies: Cookies<'_>,
    edge: &Edge,
    info: RequestInfo,
) -> Result<Option<Actor>> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(bearer);
        let token = token.ok_or_else(AppError::unauthenticated)?;
        let actor = if Keys::is_secret(token) {
            edge.keys.authenticate(token, info).await?
        } else {
            edge.sessions.authenticate_bearer(token, info).await?
        };
        return Ok(Some(actor));
    }
    let Some(token) = access_cookie(headers) else {
        return Ok(None);
    };
    let csrf = match cookies {
        Cookies::Read => None,
        Cookies::Change => Some(CsrfPair {
            cookie: cookie(headers, CSRF_COOKIE),
            header: headers
                .get(CSRF_HEADER)
                .and_then(|value| value.to_str().ok()),
        }),
        Cookies::Socket { origins } if !is_own_page(headers, origins) => return Ok(None),
        Cookies::Socket { .. } => None,
    };
    match edge.sessions.authenticate_cookie(token, csrf, info).await {
        Ok(actor) => Ok(Some(actor)),
        Err(AppError::Refused {
            code: ErrorCode::Unauthenticated,
            ..
        }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// When what is open under a key has to be asked again whether the key is good; never where it does not run out.
pub(super) fn key_expiry(edge: &Edge, actor: Option<&Actor>) -> Option<Instant> {
    let expires_at = actor.and_then(Actor::api_key)?.expires_at?;
    let left = expires_at - edge.platform.clock.now();
    Instant::now().checked_add(left.to_std().unwrap_or_default())
}

/// Waits for a moment; for ever where there is none.
pub(super) async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// The token of `Bearer …`.
pub(super) fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.trim().split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
        .filter(|token| !token.is_empty())
}

fn access_cookie(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, ACCESS_COOKIE)
}

/// Whether a browser that was signed in sends this, even where its access has run out.
pub(super) fn has_session_cookies(headers: &HeaderMap) -> bool {
    access_cookie(headers).is_some() || cookie(headers, CSRF_COOKIE).is_some()
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
}

/// Whether a page of the product opened the socket. Programs send no origin, and no browser's cookies either.
fn is_own_page(headers: &HeaderMap, origins: &[String]) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let host = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok());
    let same_host = origin
        .split_once("://")
        .is_some_and(|(_, authority)| Some(authority) == host);
    same_host || origins.iter().any(|own| own == origin)
}

/// The organization that a request is about: a UUID or a global id, or the default one where nothing is named.
///
/// # Errors
/// `BAD_USER_INPUT` where it is neither.
pub(super) fn organization_of(value: Option<&str>) -> Result<WhichOrganization> {
    let Some(text) = value.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(WhichOrganization::Default);
    };
    let uuid = match Uuid::try_parse(text) {
        Ok(uuid) => uuid,
        Err(_) => {
            global_id::decode_argument("X-Organization-Id", &text.into(), NodeKind::Organization)?
        }
    };
    Ok(WhichOrganization::Id(OrganizationId(uuid)))
}

/// The organization that the headers name.
///
/// # Errors
/// As [`organization_of`].
pub(super) fn organization_in(headers: &HeaderMap) -> Result<WhichOrganization> {
    match headers.get(ORGANIZATION_HEADER) {
        None => Ok(WhichOrganization::Default),
        Some(value) => organization_of(Some(value.to_str().unwrap_or("?"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let headers = headers(&[
            ("cookie", "xdm_access=1; dm_csrf=2"),
            ("cookie", "dm_access=3"),
        ]);
        assert_eq!(access_cookie(&headers), Some("3"));
        assert_eq!(cookie(&headers, "dm_refresh"), None);
    }

    #[test]
    fn a_token_follows_its_scheme() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc "), Some("abc"));
        assert_eq!(bearer("Basic abc"), None);
        assert_eq!(bearer("Bearer "), None);
        assert_eq!(bearer("abc"), None);
    }

    #[test]
    fn a_socket_s_cookies_count_on_the_product_s_own_pages_only() {
        let own = ["https://metrics.example".to_owned()];
        let with = |origin: &str| {
            is_own_page(
                &headers(&[("origin", origin), ("host", "127.0.0.1:8080")]),
                &own,
            )
        };
        assert!(with("https://metrics.example"));
        assert!(with("http://127.0.0.1:8080"));
        assert!(!with("https://evil.example"));
        assert!(!with("null"));
        assert!(is_own_page(&HeaderMap::new(), &own));
    }

    #[test]
    fn an_organization_is_named_by_uuid_or_global_id() {
        let uuid = Uuid::from_u128(7);
        let expected = WhichOrganization::Id(OrganizationId(uuid));
        let global = global_id::encode(NodeKind::Organization, uuid);
        assert_eq!(organization_of(Some(&uuid.to_string())).unwrap(), expected);
        assert_eq!(organization_of(Some(&global)).unwrap(), expected);
        assert_eq!(organization_of(None).unwrap(), WhichOrganization::Default);
        assert!(organization_of(Some("acme")).is_err());
    }
}
