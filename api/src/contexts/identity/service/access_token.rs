//! Access tokens: JWTs that name a person and a session.

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use shared::ids::{SessionId, UserId};
use uuid::Uuid;

use crate::platform::crypto::hmac_sha256;

/// Signs and reads access tokens.
pub(super) struct AccessTokens {
    secret: Vec<u8>,
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

/// What a token that we signed says, as long as it is good.
pub(super) struct Claims {
    pub(super) user_id: UserId,
    pub(super) session_id: SessionId,
}

#[derive(Serialize, Deserialize)]
struct RawClaims {
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    exp: i64,
}

impl AccessTokens {
    pub(super) fn new(secret: &[u8]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // Expiry is judged below by the server's own clock, without leeway.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        Self {
            secret: secret.to_vec(),
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            validation,
        }
    }

    pub(super) fn sign(
        &self,
        user: UserId,
        session: SessionId,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> anyhow::Result<String> {
        let claims = RawClaims {
            sub: user.into(),
            sid: session.into(),
            iat: now.timestamp(),
            exp: expires_at.timestamp(),
        };
        Ok(jsonwebtoken::encode(
            &Header::default(),
            &claims,
            &self.encoding,
        )?)
    }

    /// Nothing where the token is not ours, was changed, or has run out.
    pub(super) fn read(&self, token: &str, now: DateTime<Utc>) -> Option<Claims> {
        let claims = jsonwebtoken::decode::<RawClaims>(token, &self.decoding, &self.validation)
            .ok()?
            .claims;
        (claims.exp > now.timestamp()).then_some(Claims {
            user_id: claims.sub.into(),
            session_id: claims.sid.into(),
        })
    }

    /// What pages of a session send along with its cookies. Made from the session, so that a cookie planted by a
    /// neighbouring host does not do.
    pub(super) fn csrf_token(&self, session: SessionId) -> String {
        let message = [b"csrf ".as_slice(), session.0.as_bytes()].concat();
        hex::encode(&hmac_sha256(&self.secret, &message)[..16])
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn tokens() -> AccessTokens {
        AccessTokens::new(b"a secret of at least 32 characters")
    }

    fn ids() -> (UserId, SessionId) {
        (Uuid::from_u128(1).into(), Uuid::from_u128(2).into())
    }

    #[test]
    fn a_token_is_good_until_it_runs_out() {
        let (user, session) = ids();
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let end = now + TimeDelta::hours(8);
        let token = tokens().sign(user, session, now, end).unwrap();
        let claims = tokens().read(&token, end - TimeDelta::seconds(1)).unwrap();
        assert_eq!((claims.user_id, claims.session_id), (user, session));
        assert!(tokens().read(&token, end).is_none());
    }

    #[test]
    fn a_token_of_another_secret_or_without_signature_is_refused() {
        let (user, session) = ids();
        let now = DateTime::UNIX_EPOCH;
        let end = now + TimeDelta::hours(8);
        let foreign = AccessTokens::new(b"another secret, as long as the first");
        let token = foreign.sign(user, session, now, end).unwrap();
        assert!(tokens().read(&token, now).is_none());
        let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", token.split('.').nth(1).unwrap());
        assert!(tokens().read(&unsigned, now).is_none());
    }
}
