//! The cookies of a session.

use axum::http::{HeaderMap, HeaderValue, header};
use chrono::TimeDelta;

use super::super::model::{IssuedSession, SessionSettings};
use crate::platform::crypto;

/// Holds the access token.
pub(super) const ACCESS: &str = "dm_access";
/// Holds the refresh token; sent to `/auth` only.
pub(super) const REFRESH: &str = "dm_refresh";
/// Holds the CSRF token, for our own pages to read and send back as a header.
pub(super) const CSRF: &str = "dm_csrf";

/// Where the name of a cookie begins that ties a sign-in at a provider to the browser; each sign-in has one of its own, so
/// that two tabs do not take it from each other.
const SIGN_IN: &str = "dm_sign_in_";

struct Cookie<'a> {
    name: &'a str,
    value: &'a str,
    path: &'static str,
    is_readable: bool,
    /// How long it is kept; as long as the browser runs where nothing is said.
    kept: Option<TimeDelta>,
}

/// A cookie of the request by its whole name.
pub(super) fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
}

/// The cookies that hand a session to a browser.
pub(super) fn of(issued: &IssuedSession, settings: &SessionSettings) -> Vec<HeaderValue> {
    let remembered = |lifetime: TimeDelta| issued.is_remembered.then_some(lifetime);
    let session = remembered(settings.session_lifetime(true));
    all(
        [
            &issued.access_token,
            &issued.refresh_token,
            &issued.csrf_token,
        ],
        [remembered(settings.access_lifetime()), session, session],
        settings,
    )
}

/// The cookies that take a session from a browser.
pub(super) fn expired_cookies(settings: &SessionSettings) -> Vec<HeaderValue> {
    all([""; 3], [Some(TimeDelta::zero()); 3], settings)
}

/// The name of the cookie of a sign-in at a provider.
pub(super) fn sign_in_name(state: &str) -> String {
    let hash = crypto::sha256(state.as_bytes());
    format!("{SIGN_IN}{}", hex::encode(&hash[..6]))
}

/// The cookie of a sign-in at a provider; gone with a lifetime of zero.
pub(super) fn sign_in(
    state: &str,
    value: &str,
    kept: TimeDelta,
    settings: &SessionSettings,
) -> HeaderValue {
    let cookie = Cookie {
        name: &sign_in_name(state),
        value,
        path: "/auth",
        is_readable: false,
        kept: Some(kept),
    };
    cookie.header(settings.has_secure_cookies)
}

fn all(
    [access, refresh, csrf]: [&str; 3],
    [access_kept, refresh_kept, csrf_kept]: [Option<TimeDelta>; 3],
    settings: &SessionSettings,
) -> Vec<HeaderValue> {
    let cookies = [
        Cookie {
            name: ACCESS,
            value: access,
            path: "/",
            is_readable: false,
            kept: access_kept,
        },
        Cookie {
            name: REFRESH,
            value: refresh,
            path: "/auth",
            is_readable: false,
            kept: refresh_kept,
        },
        Cookie {
            name: CSRF,
            value: csrf,
            path: "/",
            is_readable: true,
            kept: csrf_kept,
        },
    ];
    cookies
        .iter()
        .map(|cookie| cookie.header(settings.has_secure_cookies))
        .collect()
}

impl Cookie<'_> {
    fn header(&self, is_secure: bool) -> HeaderValue {
        let mut text = format!(
            "{}={}; Path={}; SameSite=Lax",
            self.name, self.value, self.path
        );
        if !self.is_readable {
            text.push_str("; HttpOnly");
        }
        if is_secure {
            text.push_str("; Secure");
        }
        if let Some(kept) = self.kept {
            text.push_str(&format!("; Max-Age={}", kept.num_seconds()));
        }
        HeaderValue::from_str(&text)
            .expect("tokens are letters, digits, dots, hyphens and underscores")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> SessionSettings {
        SessionSettings {
            secret: Vec::new(),
            session_hours: 8,
            has_secure_cookies: true,
            default_plan: shared::role::PlanType::Enterprise,
            is_demo: false,
        }
    }

    #[test]
    fn tokens_are_out_of_reach_for_scripts_and_the_csrf_token_is_not() {
        let cookies = expired_cookies(&settings());
        let texts: Vec<&str> = cookies
            .iter()
            .map(|cookie| cookie.to_str().unwrap())
            .collect();
        assert_eq!(
            texts,
            [
                "dm_access=; Path=/; SameSite=Lax; HttpOnly; Secure; Max-Age=0",
                "dm_refresh=; Path=/auth; SameSite=Lax; HttpOnly; Secure; Max-Age=0",
                "dm_csrf=; Path=/; SameSite=Lax; Secure; Max-Age=0",
            ]
        );
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "xdm_csrf=1; dm_csrf=2".parse().unwrap());
        headers.append(header::COOKIE, "dm_refresh=3".parse().unwrap());
        assert_eq!(find(&headers, CSRF), Some("2"));
        assert_eq!(find(&headers, REFRESH), Some("3"));
        assert_eq!(find(&headers, ACCESS), None);
    }
}
