//! Verification of deliveries: over the raw bytes, in time that tells nothing.

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use shared::validation::FieldError;

use crate::platform::crypto::{hmac_sha256, is_equal};

/// How far a signed delivery's time may be from ours.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);
/// What a signing token starts with.
const SIGNING_TOKEN_PREFIX: &str = "whsec_";

/// Whether `X-Gitlab-Token` is the source's secret.
pub(super) fn gitlab_token_is_right(headers: &HeaderMap, secret: &[u8]) -> bool {
    headers
        .get("x-gitlab-token")
        .is_some_and(|token| is_equal(token.as_bytes(), secret))
}

/// Whether `webhook-signature` signs this body (Standard Webhooks), by any of its signatures.
pub(super) fn signature_is_right(
    headers: &HeaderMap,
    body: &[u8],
    key: &[u8],
    now: DateTime<Utc>,
) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(id), Some(timestamp), Some(signatures)) = (
        text("webhook-id"),
        text("webhook-timestamp"),
        text("webhook-signature"),
    ) else {
        return false;
    };
    let is_recent = timestamp
        .parse::<i64>()
        .ok()
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .is_some_and(|at| (now - at).abs() <= TOLERANCE);
    if !is_recent {
        return false;
    }
    let expected = sign(id, timestamp, body, key);
    // Every signature is compared, also after a match: the time tells only how many there are.
    signatures
        .split_ascii_whitespace()
        .filter_map(|signature| STANDARD.decode(signature.strip_prefix("v1,")?).ok())
        .fold(false, |found, signature| {
            found | is_equal(&signature, &expected)
        })
}

fn sign(id: &str, timestamp: &str, body: &[u8], key: &[u8]) -> [u8; 32] {
    let message = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat();
    hmac_sha256(key, &message)
}

/// The key within a signing token that GitLab made.
///
/// # Errors
/// When it does not have GitLab's form.
pub(super) fn signing_key(token: &str) -> Result<Vec<u8>, FieldError> {
    token
        .trim()
        .strip_prefix(SIGNING_TOKEN_PREFIX)
        .and_then(|text| STANDARD.decode(text).ok())
        .filter(|key| (24..=64).contains(&key.len()))
        .ok_or_else(|| {
            FieldError::new(
                "signingToken",
                "must be the signing token as GitLab shows it: whsec_ and 44 characters",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_790_000_000;

    fn signed(at: i64, signature: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("webhook-id", "msg_1".parse().unwrap());
        headers.insert("webhook-timestamp", at.to_string().parse().unwrap());
        headers.insert("webhook-signature", signature.parse().unwrap());
        headers
    }

    fn signature(at: i64, body: &[u8], key: &[u8]) -> String {
        format!(
            "v1,{}",
            STANDARD.encode(sign("msg_1", &at.to_string(), body, key))
        )
    }

    fn is_right(headers: &HeaderMap, body: &[u8]) -> bool {
        let now = DateTime::from_timestamp(NOW, 0).unwrap();
        signature_is_right(headers, body, b"key", now)
    }

    #[test]
    fn the_published_example_of_standard_webhooks_verifies() {
        let key = signing_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = br#"{"test": 2432232314}"#;
        let signature = sign("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body, &key);
        assert_eq!(
            STANDARD.encode(signature),
            "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn one_right_signature_among_several_is_enough() {
        let right = signature(NOW, b"{}", b"key");
        let headers = signed(NOW, &format!("v1,AAAA v2,x {right} v1,!!"));
        assert!(is_right(&headers, b"{}"));
    }

    #[test]
    fn another_body_key_or_time_does_not_verify() {
        let right = signature(NOW, b"{}", b"key");
        assert!(!is_right(&signed(NOW, &right), b"{ }"));
        assert!(!is_right(
            &signed(NOW, &signature(NOW, b"{}", b"other")),
            b"{}"
        ));
        assert!(!is_right(&signed(NOW - 1, &right), b"{}"));
        assert!(!is_right(&HeaderMap::new(), b"{}"));
        assert!(!is_right(&signed(NOW, ""), b"{}"));
    }

    #[test]
    fn five_minutes_of_difference_are_tolerated_and_no_more() {
        for (at, is_tolerated) in [(-301, false), (-300, true), (300, true), (301, false)] {
            let headers = signed(NOW + at, &signature(NOW + at, b"{}", b"key"));
            assert_eq!(is_right(&headers, b"{}"), is_tolerated, "{at}");
        }
    }

    #[test]
    fn an_endless_timestamp_is_refused() {
        let mut headers = signed(NOW, &signature(NOW, b"{}", b"key"));
        headers.insert("webhook-timestamp", i64::MAX.to_string().parse().unwrap());
        assert!(!is_right(&headers, b"{}"));
    }

    #[test]
    fn the_secret_token_must_be_there_and_equal() {
        let mut headers = HeaderMap::new();
        assert!(!gitlab_token_is_right(&headers, b"secret"));
        headers.insert("x-gitlab-token", "secret".parse().unwrap());
        assert!(gitlab_token_is_right(&headers, b"secret"));
        assert!(!gitlab_token_is_right(&headers, b"secret2"));
    }

    #[test]
    fn a_signing_token_has_gitlabs_form() {
        assert!(signing_key(&format!("whsec_{}", STANDARD.encode([7; 32]))).is_ok());
        for bad in [
            "",
            "whsec_",
            "whsec_AAAA",
            "whsec_!!!",
            &STANDARD.encode([7; 32]),
        ] {
            assert!(signing_key(bad).is_err(), "{bad}");
        }
    }
}
