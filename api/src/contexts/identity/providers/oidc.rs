//! OpenID Connect: discovery, authorization code with PKCE, and the proof of the ID token.

use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken, CoreIdTokenClaims,
    CoreIdTokenVerifier, CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId,
    ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    Scope, SignatureVerificationError, TokenResponse as _,
};

use super::super::model::{ExternalPerson, IdentityProvider, ProviderTokens, SignInRefusal};
use super::{Arrival, Departure, Graph};
use crate::config::sign_in::ClientSettings;
use crate::platform::clock::Clock;

/// How long a discovery document, and the keys it leads to, are taken for current.
const CURRENT_FOR: TimeDelta = TimeDelta::hours(1);
/// An unknown key is looked for anew at most this often.
const SEARCHED_EVERY: TimeDelta = TimeDelta::minutes(1);

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// One provider.
pub(super) struct Oidc {
    provider: IdentityProvider,
    issuer: IssuerUrl,
    client: ClientSettings,
    redirect: RedirectUrl,
    http: reqwest::Client,
    clock: Clock,
    graph: Option<Graph>,
    known: Mutex<Option<Known>>,
}

/// What the provider says of itself.
#[derive(Clone)]
struct Known {
    metadata: CoreProviderMetadata,
    read_at: DateTime<Utc>,
}

impl Oidc {
    pub(super) fn new(
        provider: IdentityProvider,
        (issuer, client): (&str, &ClientSettings),
        redirect: String,
        (http, clock): (reqwest::Client, Clock),
        graph: Option<Graph>,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            provider,
            issuer: IssuerUrl::new(issuer.to_owned()).context("the issuer's address")?,
            client: client.clone(),
            redirect: RedirectUrl::new(redirect).context("PUBLIC_URL")?,
            http,
            clock,
            graph,
            known: Mutex::new(None),
        })
    }

    /// Where the person is sent.
    pub(super) async fn address(&self, departure: &Departure<'_>) -> Result<String, SignInRefusal> {
        let client = self.client(self.metadata(CURRENT_FOR).await?);
        let verifier = PkceCodeVerifier::new(departure.verifier.to_owned());
        let (state, nonce) = (departure.state.to_owned(), departure.nonce.to_owned());
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        if self.graph.is_some() {
            request = request.add_scope(Scope::new("User.Read".to_owned()));
        }
        Ok(request.url().0.to_string())
    }

    /// Who came back.
    pub(super) async fn person(
        &self,
        arrival: &Arrival<'_>,
    ) -> Result<ExternalPerson, SignInRefusal> {
        let client = self.client(self.metadata(CURRENT_FOR).await?);
        let answer = self.exchange(&client, arrival).await?;
        let id_token = answer.id_token().ok_or(SignInRefusal::Token)?;
        let nonce = Nonce::new(arrival.nonce.to_owned());
        let claims = match self.prove(&client, id_token, answer.access_token(), &nonce) {
            Err(Unproven::UnknownKey) => {
                // The provider may have changed its keys since they were read.
                let client = self.client(self.metadata(SEARCHED_EVERY).await?);
                self.prove(&client, id_token, answer.access_token(), &nonce)
                    .map_err(Unproven::refusal)?
            }
            proven => proven.map_err(Unproven::refusal)?,
        };
        let tokens = ProviderTokens {
            access: answer.access_token().secret().clone(),
            refresh: answer.refresh_token().map(|token| token.secret().clone()),
            expires_at: answer
                .expires_in()
                .and_then(|lifetime| TimeDelta::from_std(lifetime).ok())
                .and_then(|lifetime| self.clock.now().checked_add_signed(lifetime)),
        };
        self.describe(&client, &claims, tokens).await
    }

    /// The provider's own description, not older than said.
    async fn metadata(&self, max_age: TimeDelta) -> Result<CoreProviderMetadata, SignInRefusal> {
        let now = self.clock.now();
        let known = self
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(known) = known
            && now < known.read_at + max_age
        {
            return Ok(known.metadata);
        }
        let metadata = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http)
            .await
            .map_err(|error| {
                tracing::warn!(
                    "{} does not say how to sign in there: {error}",
                    self.issuer.as_str()
                );
                SignInRefusal::Unreachable
            })?;
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(Known {
            metadata: metadata.clone(),
            read_at: now,
        });
        Ok(metadata)
    }

    fn client(&self, metadata: CoreProviderMetadata) -> Client {
        let takes_secret_in_body = metadata
            .token_endpoint_auth_methods_supported()
            .is_some_and(|methods| {
                methods.contains(&CoreClientAuthMethod::ClientSecretPost)
                    && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
            });
        let client = CoreClient::from_provider_metadata(
            metadata,
            ClientId::new(self.client.id.clone()),
            Some(ClientSecret::new(self.client.secret.expose().to_owned())),
        )
        .set_redirect_uri(self.redirect.clone());
        if takes_secret_in_body {
            client.set_auth_type(AuthType::RequestBody)
        } else {
            client
        }
    }

    async fn exchange(
        &self,
        client: &Client,
        arrival: &Arrival<'_>,
    ) -> Result<CoreTokenResponse, SignInRefusal> {
        client
            .exchange_code(AuthorizationCode::new(arrival.code.to_owned()))
            .map_err(|_| SignInRefusal::Unreachable)?
            .set_pkce_verifier(PkceCodeVerifier::new(arrival.verifier.to_owned()))
            .request_async(&self.http)
            .await
            .map_err(|error| match error {
                RequestTokenError::ServerResponse(_) => SignInRefusal::Code,
                RequestTokenError::Request(_) => SignInRefusal::Unreachable,
                RequestTokenError::Parse(..) | RequestTokenError::Other(_) => SignInRefusal::Token,
            })
    }

    /// Signature, issuer, audience, expiry, nonce, and that the access token belongs to the ID token.
    fn prove(
        &self,
        client: &Client,
        id_token: &CoreIdToken,
        access_token: &AccessToken,
        nonce: &Nonce,
    ) -> Result<CoreIdTokenClaims, Unproven> {
        let clock = self.clock.clone();
        let verifier = client.id_token_verifier().set_time_fn(move || clock.now());
        let claims = id_token.claims(&verifier, nonce)?;
        if let Some(expected) = claims.access_token_hash()
            && hash_of(id_token, access_token, &verifier).as_ref() != Some(expected)
        {
            return Err(Unproven::Refused(SignInRefusal::Token));
        }
        Ok(claims.clone())
    }

    async fn describe(
        &self,
        client: &Client,
        claims: &CoreIdTokenClaims,
        tokens: ProviderTokens,
    ) -> Result<ExternalPerson, SignInRefusal> {
        let mut person = ExternalPerson {
            provider: self.provider,
            issuer: self.issuer.as_str().to_owned(),
            subject: claims.subject().as_str().to_owned(),
            login: claims.preferred_username().map(|name| name.to_string()),
            email: claims.email().map(|email| email.to_string()),
            is_email_verified: claims.email_verified() == Some(true),
            name: claims
                .name()
                .and_then(|name| name.get(None))
                .map(|name| name.to_string()),
            avatar_url: claims
                .picture()
                .and_then(|picture| picture.get(None))
                .map(|picture| picture.to_string()),
            tokens,
        };
        if let Some(graph) = &self.graph {
            return graph.complete(person).await;
        }
        if person.email.is_none() || person.name.is_none() {
            self.ask_for_more(client, claims, &mut person).await?;
        }
        Ok(person)
    }

    /// Providers may keep address and name for their userinfo endpoint.
    async fn ask_for_more(
        &self,
        client: &Client,
        claims: &CoreIdTokenClaims,
        person: &mut ExternalPerson,
    ) -> Result<(), SignInRefusal> {
        let access = AccessToken::new(person.tokens.access.clone());
        let Ok(request) = client.user_info(access, Some(claims.subject().clone())) else {
            return Ok(());
        };
        let more: CoreUserInfoClaims = request
            .request_async(&self.http)
            .await
            .map_err(|_| SignInRefusal::Unreachable)?;
        if person.email.is_none() {
            person.email = more.email().map(|email| email.to_string());
            person.is_email_verified = more.email_verified() == Some(true);
        }
        let name = more.name().and_then(|name| name.get(None));
        person.name = person
            .name
            .take()
            .or_else(|| name.map(|name| name.to_string()));
        let login = more.preferred_username();
        person.login = person
            .login
            .take()
            .or_else(|| login.map(|login| login.to_string()));
        let picture = more.picture().and_then(|picture| picture.get(None));
        person.avatar_url = person
            .avatar_url
            .take()
            .or_else(|| picture.map(|picture| picture.to_string()));
        Ok(())
    }
}

/// Why an ID token proves nothing.
enum Unproven {
    /// No key that is known has signed it.
    UnknownKey,
    Refused(SignInRefusal),
}

impl Unproven {
    fn refusal(self) -> SignInRefusal {
        match self {
            Self::UnknownKey => SignInRefusal::Signature,
            Self::Refused(refusal) => refusal,
        }
    }
}

impl From<ClaimsVerificationError> for Unproven {
    fn from(error: ClaimsVerificationError) -> Self {
        use ClaimsVerificationError as E;
        Self::Refused(match error {
            E::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
                return Self::UnknownKey;
            }
            E::SignatureVerification(_) => SignInRefusal::Signature,
            E::Expired(_) => SignInRefusal::Expired,
            E::InvalidAudience(_) => SignInRefusal::Audience,
            E::InvalidIssuer(_) => SignInRefusal::Issuer,
            E::InvalidNonce(_) => SignInRefusal::Nonce,
            _ => SignInRefusal::Token,
        })
    }
}

fn hash_of(
    id_token: &CoreIdToken,
    access_token: &AccessToken,
    verifier: &CoreIdTokenVerifier<'_>,
) -> Option<AccessTokenHash> {
    let algorithm = id_token.signing_alg().ok()?;
    let key = id_token.signing_key(verifier).ok()?;
    AccessTokenHash::from_token(access_token, algorithm, key).ok()
}
