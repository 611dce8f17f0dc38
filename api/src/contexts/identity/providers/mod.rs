//! Identity providers: where a person is sent to sign in, and what the provider then says of them.

mod github;
mod graph;
mod oidc;

use std::sync::Arc;

use super::model::{ExternalPerson, IdentityProvider, SignInMethod, SignInRefusal};
use crate::config::SignUp;
use crate::config::http::HttpSettings;
use crate::config::sign_in::SignInSettings;
use crate::platform::clock::Clock;
use crate::platform::outbound;
use github::Github;
use graph::Graph;
use oidc::Oidc;

/// What goes into the address that a person is sent to.
pub(super) struct Departure<'a> {
    /// Comes back with the answer; names the sign-in.
    pub state: &'a str,
    /// Comes back in the ID token.
    pub nonce: &'a str,
    /// The PKCE challenge is made from it.
    pub verifier: &'a str,
}

/// What comes back with a person.
pub(super) struct Arrival<'a> {
    /// To be exchanged for tokens, once.
    pub code: &'a str,
    /// The nonce of the sign-in.
    pub nonce: &'a str,
    /// The PKCE verifier of the sign-in.
    pub verifier: &'a str,
}

/// The providers that are set up, and who may sign up by them. Cheap to clone.
#[derive(Clone)]
pub struct Providers {
    inner: Arc<Inner>,
}

struct Inner {
    oidc: Option<Oidc>,
    microsoft: Option<Oidc>,
    github: Option<Github>,
    name: String,
    sign_up: SignUp,
    operators: Vec<String>,
    tenant: Option<String>,
}

impl Providers {
    /// The providers of the settings. Nothing is asked of them yet.
    ///
    /// # Errors
    /// When the TLS library does not start.
    pub fn new(
        settings: &SignInSettings,
        http: &HttpSettings,
        clock: &Clock,
    ) -> anyhow::Result<Self> {
        let calls = outbound::client_to_providers()?;
        let redirect = |provider: IdentityProvider| {
            http.link(&format!("/auth/{}/callback", provider.as_path()))
        };
        let oidc = settings.oidc.as_ref().map(|oidc| {
            Oidc::new(
                IdentityProvider::Oidc,
                (&oidc.issuer, &oidc.client),
                redirect(IdentityProvider::Oidc),
                (calls.clone(), clock.clone()),
                None,
            )
        });
        let microsoft = settings.microsoft.as_ref().map(|microsoft| {
            Oidc::new(
                IdentityProvider::Microsoft,
                (&microsoft.issuer, &microsoft.client),
                redirect(IdentityProvider::Microsoft),
                (calls.clone(), clock.clone()),
                Some(Graph::new(calls.clone(), &microsoft.graph_url)),
            )
        });
        let github = settings.github.as_ref().map(|github| {
            Github::new(
                github,
                redirect(IdentityProvider::Github),
                calls.clone(),
                clock.clone(),
            )
        });
        Ok(Self {
            inner: Arc::new(Inner {
                oidc: oidc.transpose()?,
                microsoft: microsoft.transpose()?,
                github: github.transpose()?,
                name: settings
                    .oidc
                    .as_ref()
                    .map(|oidc| oidc.name.clone())
                    .unwrap_or_default(),
                sign_up: settings.sign_up,
                operators: settings.operators.clone(),
                tenant: (settings.microsoft.as_ref()).map(|microsoft| microsoft.tenant.clone()),
            }),
        })
    }

    /// The ways in by a provider, in the order in which they are offered.
    pub(super) fn methods(&self) -> Vec<SignInMethod> {
        let inner = &self.inner;
        [
            (inner.microsoft.is_some(), SignInMethod::Microsoft),
            (inner.oidc.is_some(), SignInMethod::Oidc),
            (inner.github.is_some(), SignInMethod::Github),
        ]
        .into_iter()
        .filter_map(|(is_there, method)| is_there.then_some(method))
        .collect()
    }

    /// What people call the OpenID Connect provider; none where there is none.
    pub(super) fn oidc_name(&self) -> Option<&str> {
        self.inner.oidc.is_some().then_some(&*self.inner.name)
    }

    /// Whether everybody may sign up.
    pub fn is_open(&self) -> bool {
        self.inner.sign_up == SignUp::Open
    }

    /// The directory whose people sign in by Microsoft Entra; none where that is not set up.
    pub fn tenant(&self) -> Option<&str> {
        self.inner.tenant.as_deref()
    }

    /// Whether the address is one of those who run the instance.
    pub fn is_operator(&self, email: &str) -> bool {
        let email = email.to_lowercase();
        self.inner.operators.contains(&email)
    }

    pub(super) fn is_set_up(&self, provider: IdentityProvider) -> bool {
        match provider {
            IdentityProvider::Oidc => self.inner.oidc.is_some(),
            IdentityProvider::Microsoft => self.inner.microsoft.is_some(),
            IdentityProvider::Github => self.inner.github.is_some(),
        }
    }

    /// Where the person is sent; nothing where the provider is not set up.
    ///
    /// # Errors
    /// When the provider does not say where that is.
    pub(super) async fn address(
        &self,
        provider: IdentityProvider,
        departure: &Departure<'_>,
    ) -> Result<Option<String>, SignInRefusal> {
        match provider {
            IdentityProvider::Oidc => address_of(self.inner.oidc.as_ref(), departure).await,
            IdentityProvider::Microsoft => {
                address_of(self.inner.microsoft.as_ref(), departure).await
            }
            IdentityProvider::Github => Ok(self
                .inner
                .github
                .as_ref()
                .map(|github| github.address(departure))),
        }
    }

    /// Who came back; nothing where the provider is not set up.
    ///
    /// # Errors
    /// When what the provider says does not hold.
    pub(super) async fn person(
        &self,
        provider: IdentityProvider,
        arrival: &Arrival<'_>,
    ) -> Result<Option<ExternalPerson>, SignInRefusal> {
        match provider {
            IdentityProvider::Oidc => person_of(self.inner.oidc.as_ref(), arrival).await,
            IdentityProvider::Microsoft => person_of(self.inner.microsoft.as_ref(), arrival).await,
            IdentityProvider::Github => match &self.inner.github {
                None => Ok(None),
                Some(github) => github.person(arrival).await.map(Some),
            },
        }
    }
}

async fn address_of(
    oidc: Option<&Oidc>,
    departure: &Departure<'_>,
) -> Result<Option<String>, SignInRefusal> {
    match oidc {
        None => Ok(None),
        Some(oidc) => oidc.address(departure).await.map(Some),
    }
}

async fn person_of(
    oidc: Option<&Oidc>,
    arrival: &Arrival<'_>,
) -> Result<Option<ExternalPerson>, SignInRefusal> {
    match oidc {
        None => Ok(None),
        Some(oidc) => oidc.person(arrival).await.map(Some),
    }
}
