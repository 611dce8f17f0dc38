//! GitHub: OAuth 2, which proves no identity by itself; the REST API then says who the access token belongs to.

use anyhow::Context as _;
use chrono::TimeDelta;
use oauth2::basic::{BasicClient, BasicTokenResponse};
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, TokenResponse as _,
    TokenUrl,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::super::model::{ExternalPerson, IdentityProvider, ProviderTokens, SignInRefusal};
use super::{Arrival, Departure};
use crate::config::sign_in::GithubSettings;
use crate::platform::clock::Clock;

type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// GitHub, or a GitHub Enterprise Server.
pub(super) struct Github {
    client: Client,
    url: String,
    api_url: String,
    http: reqwest::Client,
    clock: Clock,
}

#[derive(Deserialize)]
struct Account {
    id: i64,
    login: String,
    name: Option<String>,
    avatar_url: Option<String>,
}

#[derive(Deserialize)]
struct Address {
    email: String,
    primary: bool,
    verified: bool,
}

impl Github {
    pub(super) fn new(
        settings: &GithubSettings,
        redirect: String,
        http: reqwest::Client,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let url = &settings.url;
        let client = BasicClient::new(ClientId::new(settings.client.id.clone()))
            .set_client_secret(ClientSecret::new(
                settings.client.secret.expose().to_owned(),
            ))
            .set_auth_uri(
                AuthUrl::new(format!("{url}/login/oauth/authorize")).context("GITHUB_URL")?,
            )
            .set_token_uri(
                TokenUrl::new(format!("{url}/login/oauth/access_token")).context("GITHUB_URL")?,
            )
            .set_redirect_uri(RedirectUrl::new(redirect).context("PUBLIC_URL")?);
        Ok(Self {
            client,
            url: url.clone(),
            api_url: settings.api_url.clone(),
            http,
            clock,
        })
    }

    /// Where the person is sent.
    pub(super) fn address(&self, departure: &Departure<'_>) -> String {
        let state = departure.state.to_owned();
        let verifier = PkceCodeVerifier::new(departure.verifier.to_owned());
        self.client
            .authorize_url(move || CsrfToken::new(state))
            .add_scope(Scope::new("read:user".to_owned()))
            .add_scope(Scope::new("user:email".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url()
            .0
            .to_string()
    }

    /// Who came back.
    pub(super) async fn person(
        &self,
        arrival: &Arrival<'_>,
    ) -> Result<ExternalPerson, SignInRefusal> {
        let tokens = self.tokens(arrival).await?;
        let (account, addresses) = tokio::try_join!(
            self.read::<Account>("/user", &tokens.access),
            self.read::<Vec<Address>>("/user/emails", &tokens.access),
        )
        .map_err(|error| {
            tracing::warn!("GitHub does not tell who signed in: {error}");
            SignInRefusal::Unreachable
        })?;
        let address = addresses.into_iter().find(|address| address.primary);
        Ok(ExternalPerson {
            provider: IdentityProvider::Github,
            issuer: self.url.clone(),
            subject: account.id.to_string(),
            is_email_verified: address.as_ref().is_some_and(|address| address.verified),
            email: address.map(|address| address.email),
            name: account.name.or_else(|| Some(account.login.clone())),
            login: Some(account.login),
            avatar_url: account.avatar_url,
            tokens,
        })
    }

    async fn tokens(&self, arrival: &Arrival<'_>) -> Result<ProviderTokens, SignInRefusal> {
        let answer: BasicTokenResponse = self
            .client
            .exchange_code(AuthorizationCode::new(arrival.code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(arrival.verifier.to_owned()))
            .request_async(&self.http)
            .await
            .map_err(|error| match error {
                RequestTokenError::Request(_) => SignInRefusal::Unreachable,
                // GitHub says what is wrong with a code in an answer of status 200 without a token.
                _ => SignInRefusal::Code,
            })?;
        Ok(ProviderTokens {
            access: answer.access_token().secret().clone(),
            refresh: answer.refresh_token().map(|token| token.secret().clone()),
            expires_at: answer
                .expires_in()
                .and_then(|lifetime| TimeDelta::from_std(lifetime).ok())
                .and_then(|lifetime| self.clock.now().checked_add_signed(lifetime)),
        })
    }

    async fn read<T: DeserializeOwned>(
        &self,
        path: &str,
        access_token: &str,
    ) -> reqwest::Result<T> {
        self.http
            .get(format!("{}{path}", self.api_url))
            .bearer_auth(access_token)
            .header("Accept", "application/vnd.github+json")
            .send()
            .await?
            .error_for_status()?
            .json()
            .await
    }
}
