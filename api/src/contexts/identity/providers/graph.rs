//! Microsoft Graph: the profile of a person who signed in at Microsoft Entra.

use serde::Deserialize;

use super::super::model::{ExternalPerson, SignInRefusal};

/// Marks the names of guests: the address in front is somebody else's to prove.
const GUEST_MARK: &str = "#ext#";

/// Microsoft Graph.
pub(super) struct Graph {
    http: reqwest::Client,
    url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Me {
    display_name: Option<String>,
    mail: Option<String>,
    user_principal_name: Option<String>,
}

impl Graph {
    pub(super) fn new(http: reqwest::Client, url: &str) -> Self {
        Self {
            http,
            url: format!("{url}/v1.0/me?$select=displayName,mail,userPrincipalName"),
        }
    }

    /// Adds the profile to what the ID token said.
    ///
    /// Entra proves no `mail`: a tenant's administrator writes there what they like. A name within a domain of the tenant
    /// (the user principal name) is proven, because the tenant has proven the domain.
    pub(super) async fn complete(
        &self,
        mut person: ExternalPerson,
    ) -> Result<ExternalPerson, SignInRefusal> {
        let me: Me = self.read(&person.tokens.access).await.map_err(|error| {
            tracing::warn!("Microsoft Graph does not tell who signed in: {error}");
            SignInRefusal::Unreachable
        })?;
        let principal = me
            .user_principal_name
            .filter(|name| name.contains('@') && !name.to_lowercase().contains(GUEST_MARK));
        person.name = me.display_name.or(person.name);
        person.login = principal.clone().or(person.login);
        person.email = me.mail.or_else(|| principal.clone());
        person.is_email_verified = match (&person.email, &principal) {
            (Some(email), Some(principal)) => email.eq_ignore_ascii_case(principal),
            _ => false,
        };
        Ok(person)
    }

    async fn read(&self, access_token: &str) -> reqwest::Result<Me> {
        self.http
            .get(&self.url)
            .bearer_auth(access_token)
            .send()
            .await?
            .error_for_status()?
            .json()
            .await
    }
}
