//! Identity providers that say what a test tells them to: OpenID Connect with Microsoft Graph beside it, and GitHub.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use api::platform::clock::Clock;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openidconnect::core::{CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey};
use openidconnect::{JsonWebKeyId, PrivateSigningKey as _};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// This server's id at the provider.
pub const CLIENT_ID: &str = "devmetrics";
/// This server's secret at the provider.
pub const CLIENT_SECRET: &str = "the secret of the client";
/// The access token that everybody gets.
pub const ACCESS_TOKEN: &str = "an-access-token-of-the-provider";
const KEY_ID: &str = "signing";
const KEY: &str = include_str!("../fixtures/identity_provider_key.pem");

/// How ID tokens are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// As the provider's keys say.
    Proper,
    /// With the name of the key, and another signature.
    Forged,
    /// Not at all: the algorithm `none`.
    Unsigned,
}

/// A provider on this machine.
pub struct IdentityProvider {
    /// Its address; where its issuer has no path, the issuer.
    pub url: String,
    script: Arc<Script>,
    task: JoinHandle<()>,
}

struct Script {
    issuer: String,
    clock: Clock,
    said: Mutex<Said>,
}

struct Said {
    /// Claims of the ID tokens; null takes one away.
    claims: Map<String, Value>,
    signing: Signing,
    /// What the codes that were given out stand for: nonce and PKCE challenge.
    codes: HashMap<String, (String, String)>,
    /// What Graph, or GitHub, tells of the person.
    profile: Value,
    /// The addresses that GitHub tells.
    addresses: Value,
}

impl IdentityProvider {
    /// A provider where Ada Lovelace signs in, whose address it has proven.
    pub async fn start(clock: &Clock) -> Self {
        Self::start_below(clock, "").await
    }

    /// The same, whose issuer has a path.
    pub async fn start_below(clock: &Clock, path: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("a bound port");
        let url = format!("http://{address}");
        let script = Arc::new(Script {
            issuer: format!("{url}{path}"),
            clock: clock.clone(),
            said: Mutex::new(Said {
                claims: claims(&[
                    ("sub", json!("ada-1815")),
                    ("email", json!("ada@example.com")),
                    ("email_verified", json!(true)),
                    ("name", json!("Ada Lovelace")),
                ]),
                signing: Signing::Proper,
                codes: HashMap::new(),
                profile: Value::Null,
                addresses: json!([]),
            }),
        });
        let router = Router::new()
            .route(
                &format!("{path}/.well-known/openid-configuration"),
                get(discovery),
            )
            .route(&format!("{path}/jwks"), get(keys))
            .route(&format!("{path}/token"), post(token))
            .route("/login/oauth/access_token", post(token))
            .route("/v1.0/me", get(profile))
            .route("/user", get(profile))
            .route("/user/emails", get(addresses))
            .with_state(Arc::clone(&script));
        #[expect(
            clippy::disallowed_methods,
            reason = "a server of the test's own, which ends with it"
        )]
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("it serves");
        });
        Self { url, script, task }
    }

    /// From now on ID tokens claim this; null takes a claim away.
    pub fn claim(&self, name: &str, value: Value) {
        self.said().claims.insert(name.to_owned(), value);
    }

    /// From now on ID tokens are signed so.
    pub fn sign(&self, signing: Signing) {
        self.said().signing = signing;
    }

    /// What Graph, or GitHub, tells of the person from now on.
    pub fn tell(&self, profile: Value, addresses: Value) {
        let mut said = self.said();
        said.profile = profile;
        said.addresses = addresses;
    }

    /// The person follows the way to the provider and signs in there: gives the code to go back with.
    pub fn give_code(&self, way_there: &str) -> String {
        let query = query_of(way_there);
        let mut said = self.said();
        let code = format!("code-{}", said.codes.len());
        let nonce = query.get("nonce").cloned().unwrap_or_default();
        assert_eq!(
            query["code_challenge_method"], "S256",
            "PKCE is used: {way_there}"
        );
        let challenge = query["code_challenge"].clone();
        said.codes.insert(code.clone(), (nonce, challenge));
        code
    }

    fn said(&self) -> MutexGuard<'_, Said> {
        self.script.said()
    }
}

impl Drop for IdentityProvider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The fields in the query of an address.
pub fn query_of(address: &str) -> HashMap<String, String> {
    let address = openidconnect::url::Url::parse(address).expect("an address");
    address.query_pairs().into_owned().collect()
}

impl Script {
    fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn id_token(&self, nonce: &str) -> String {
        let now = self.clock.now().timestamp();
        let said = self.said();
        let mut body = claims(&[
            ("iss", json!(self.issuer)),
            ("aud", json!(CLIENT_ID)),
            ("iat", json!(now)),
            ("exp", json!(now + 300)),
            ("nonce", json!(nonce)),
        ]);
        body.extend(said.claims.clone());
        body.retain(|_, value| !value.is_null());
        let algorithm = match said.signing {
            Signing::Unsigned => "none",
            Signing::Proper | Signing::Forged => "RS256",
        };
        let head = json!({ "alg": algorithm, "kid": KEY_ID, "typ": "JWT" });
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let text = format!("{}.{}", encode(&head), encode(&Value::Object(body)));
        let signature = match said.signing {
            Signing::Proper => sign(&text),
            Signing::Forged => sign("something else"),
            Signing::Unsigned => String::new(),
        };
        format!("{text}.{signature}")
    }
}

fn claims(pairs: &[(&str, Value)]) -> Map<String, Value> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

fn key() -> CoreRsaPrivateSigningKey {
    let id = JsonWebKeyId::new(KEY_ID.to_owned());
    CoreRsaPrivateSigningKey::from_pem(KEY, Some(id)).expect("a key")
}

fn sign(text: &str) -> String {
    let algorithm = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
    let signature = key()
        .sign(&algorithm, text.as_bytes())
        .expect("a signature");
    URL_SAFE_NO_PAD.encode(signature)
}

async fn discovery(State(script): State<Arc<Script>>) -> Json<Value> {
    let url = &script.issuer;
    Json(json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "none"],
    }))
}

async fn keys() -> Json<Value> {
    let key = serde_json::to_value(key().as_verification_key()).expect("a key is JSON");
    Json(json!({ "keys": [key] }))
}

/// Takes a code once, from this server alone, with the verifier of its challenge.
async fn token(State(script): State<Arc<Script>>, headers: HeaderMap, body: String) -> Response {
    let form: HashMap<String, String> = openidconnect::url::form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    let client = format!("{CLIENT_ID}:{}", CLIENT_SECRET.replace(' ', "+"));
    let basic = format!("Basic {}", STANDARD.encode(client));
    let knows_client = headers
        .get("authorization")
        .is_some_and(|value| value == basic.as_str());
    let code = form.get("code").cloned().unwrap_or_default();
    let spent = script.said().codes.remove(&code);
    let verifier = form.get("code_verifier").cloned().unwrap_or_default();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    match spent {
        Some((nonce, expected)) if knows_client && expected == challenge => Json(json!({
            "access_token": ACCESS_TOKEN,
            "token_type": "Bearer",
            "expires_in": 3600,
            "id_token": script.id_token(&nonce),
        }))
        .into_response(),
        _ => {
            let error = json!({ "error": "invalid_grant" });
            (StatusCode::BAD_REQUEST, Json(error)).into_response()
        }
    }
}

async fn profile(State(script): State<Arc<Script>>, headers: HeaderMap) -> Response {
    to_holder(&headers, script.said().profile.clone())
}

async fn addresses(State(script): State<Arc<Script>>, headers: HeaderMap) -> Response {
    to_holder(&headers, script.said().addresses.clone())
}

fn to_holder(headers: &HeaderMap, answer: Value) -> Response {
    let bearer = format!("Bearer {ACCESS_TOKEN}");
    if headers
        .get("authorization")
        .is_some_and(|value| value == bearer.as_str())
    {
        Json(answer).into_response()
    } else {
        StatusCode::UNAUTHORIZED.into_response()
    }
}
