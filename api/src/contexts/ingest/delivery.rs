//! A verified delivery: what is stored of it, the key that makes it count once, and the check that its body is JSON.

use std::fmt::Write as _;

use axum::http::HeaderMap;
use bytes::Bytes;
use serde::de::IgnoredAny;
use shared::ids::{OrganizationId, WebhookSourceId};
use shared::vocabulary::Provider;

use crate::platform::crypto::sha256;

/// Longest delivery key that is stored as it is.
const KEY_MAX: usize = 255;
/// Longest name of a provider's event that is stored.
const PROVIDER_EVENT_MAX: usize = 100;

/// A delivery that may be stored.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// Where it came from.
    pub source_id: WebhookSourceId,
    /// Who sent it.
    pub provider: Provider,
    /// Makes it count once.
    pub key: String,
    /// The provider's own name of the event.
    pub provider_event: Option<String>,
    /// Host of the provider's installation, where a header says it.
    pub instance: Option<String>,
    /// The body as it came.
    pub payload: Bytes,
}

/// The key of a GitLab delivery: its own id, else the event's id and name, else the digest of its body.
pub(super) fn gitlab_key(headers: &HeaderMap, body: &[u8]) -> String {
    let id = header(headers, "idempotency-key").or_else(|| header(headers, "webhook-id"));
    if let Some(id) = id {
        return bounded(format!("delivery:{id}"));
    }
    match header(headers, "x-gitlab-event-uuid") {
        Some(uuid) => {
            let event = header(headers, "x-gitlab-event").unwrap_or_default();
            bounded(format!("event:{uuid}:{event}"))
        }
        None => format!("sha256:{}", hex::encode(sha256(body))),
    }
}

/// The provider's own name of the event.
pub(super) fn gitlab_event(headers: &HeaderMap) -> Option<String> {
    header(headers, "x-gitlab-event").map(|name| name.chars().take(PROVIDER_EVENT_MAX).collect())
}

/// A header's text without surrounding space; bytes that are no text are written so that different ones stay different.
fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    let text = value.to_str().map_or_else(
        |_| {
            value
                .as_bytes()
                .iter()
                .fold(String::new(), |mut text, byte| {
                    // Writing to a string cannot fail.
                    let _ = write!(text, "{byte:02x}");
                    text
                })
        },
        |text| text.trim().to_owned(),
    );
    (!text.is_empty()).then_some(text)
}

fn bounded(key: String) -> String {
    if key.len() <= KEY_MAX {
        key
    } else {
        format!("digest:{}", hex::encode(sha256(key.as_bytes())))
    }
}

/// The host of an installation's address, lower case, with its port where that is not the scheme's own.
pub(super) fn host_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.trim().split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.to_lowercase();
    let default_port = match scheme.to_ascii_lowercase().as_str() {
        "http" => ":80",
        "https" => ":443",
        _ => return None,
    };
    let host = host.strip_suffix(default_port).unwrap_or(&host);
    let is_plausible = !host.is_empty()
        && host.len() <= 255
        && !host.chars().any(|c| c.is_control() || c.is_whitespace());
    is_plausible.then(|| host.to_owned())
}

/// Whether a body is one JSON object in UTF-8, found out without building it.
pub(super) fn is_json_object(body: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(body) else {
        return false;
    };
    text.trim_start_matches([' ', '\t', '\r', '\n'])
        .starts_with('{')
        && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn the_delivery_id_is_the_key_whichever_header_carries_it() {
        let by_idempotency_key = headers(&[("idempotency-key", "a"), ("x-gitlab-event-uuid", "b")]);
        let by_webhook_id = headers(&[("webhook-id", "a")]);
        assert_eq!(
            gitlab_key(&by_idempotency_key, b"1"),
            gitlab_key(&by_webhook_id, b"2")
        );
    }

    #[test]
    fn without_a_delivery_id_the_event_and_its_name_are_the_key() {
        let key = |event| {
            let pairs = [("x-gitlab-event-uuid", "u"), ("x-gitlab-event", event)];
            gitlab_key(&headers(&pairs), b"")
        };
        assert_ne!(key("Push Hook"), key("Note Hook"));
        assert_eq!(key("Push Hook"), key("Push Hook"));
    }

    #[test]
    fn without_any_id_the_body_is_the_key() {
        let key = |body| gitlab_key(&HeaderMap::new(), body);
        assert_ne!(key(b"{}"), key(b"{ }"));
        assert_eq!(key(b"{}"), key(b"{}"));
    }

    #[test]
    fn an_endless_key_is_stored_as_its_digest() {
        let mut headers = HeaderMap::new();
        headers.insert("idempotency-key", "x".repeat(4000).parse().unwrap());
        assert!(gitlab_key(&headers, b"").len() <= KEY_MAX);
    }

    #[test]
    fn hosts_are_told_apart_by_port_and_not_by_case() {
        let cases = [
            (
                "https://GitLab.Example.com/group/project",
                Some("gitlab.example.com"),
            ),
            ("https://gitlab.example.com:443", Some("gitlab.example.com")),
            ("http://192.168.64.1:3005/x", Some("192.168.64.1:3005")),
            ("https://user:pass@host/x", Some("host")),
            ("git@example.com:mike/diaspora.git", None),
            ("javascript://x", None),
            ("http:///x", None),
        ];
        for (url, host) in cases {
            assert_eq!(host_of(url).as_deref(), host, "{url}");
        }
    }

    #[test]
    fn only_one_whole_object_in_utf_8_is_json_enough() {
        let good: [&[u8]; 4] = [
            b"{}",
            b" \r\n\t{\"a\":[1e999]}\n",
            br#"{"a":"\u0000"}"#,
            "{\"ä\":1}".as_bytes(),
        ];
        let bad: [&[u8]; 9] = [
            b"",
            b"  ",
            b"[]",
            b"\"{}\"",
            b"{\"a\":1",
            b"{} {}",
            b"{\"a\":\"\xff\"}",
            b"\xef\xbb\xbf{}",
            b"{'a':1}",
        ];
        assert!(good.iter().all(|body| is_json_object(body)));
        assert!(!bad.iter().any(|body| is_json_object(body)));
    }

    #[test]
    fn deep_nesting_is_read_without_deep_recursion() {
        let depth = 100_000;
        let body = format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        assert!(is_json_object(body.as_bytes()));
    }
}
