//! Signing in at identity providers, and who may sign up.

use axum::http::uri::Scheme;
use openidconnect::url::Url;
use shared::role::PlanType;

use super::reader::Reader;
use super::sign_up::{self, SignUp};
use super::{Secret, Setting};

/// The settings of this group.
pub(super) const SETTINGS: &[Setting] = &[
    Setting::plain(
        "SIGN_UP",
        "invited",
        "`invited` lets in whom somebody invited, `open` everybody who signs in at a provider.",
    ),
    Setting::plain(
        "DEFAULT_PLAN",
        "enterprise",
        "What new organizations have booked: `free`, `pro` or `enterprise`; operators change it for each.",
    ),
    Setting::plain(
        "OPERATORS",
        "none",
        "Addresses of people who run the instance, separated by commas; they may always sign up.",
    ),
    Setting::plain(
        "OIDC_ISSUER_URL",
        "none",
        "Issuer of an OpenID Connect provider; its discovery document lies below it.",
    ),
    Setting::plain(
        "OIDC_CLIENT_ID",
        "none; needed together with OIDC_ISSUER_URL",
        "Client id at the OpenID Connect provider.",
    ),
    Setting::secret(
        "OIDC_CLIENT_SECRET",
        "none; needed together with OIDC_ISSUER_URL",
        "Client secret at the OpenID Connect provider.",
    ),
    Setting::plain(
        "OIDC_NAME",
        "single sign-on",
        "What the sign-in page calls the OpenID Connect provider.",
    ),
    Setting::plain(
        "AZURE_TENANT_ID",
        "none",
        "Directory (tenant) id of Microsoft Entra, in the form of a UUID.",
    ),
    Setting::plain(
        "AZURE_CLIENT_ID",
        "none; needed together with AZURE_TENANT_ID",
        "Application (client) id at Microsoft Entra.",
    ),
    Setting::secret(
        "AZURE_CLIENT_SECRET",
        "none; needed together with AZURE_TENANT_ID",
        "Client secret at Microsoft Entra.",
    ),
    Setting::plain(
        "AZURE_AUTHORITY_URL",
        "https://login.microsoftonline.com",
        "Where Microsoft Entra signs people in; national clouds have others.",
    ),
    Setting::plain(
        "MS_GRAPH_URL",
        "https://graph.microsoft.com",
        "Where Microsoft Graph answers for the profiles of people.",
    ),
    Setting::plain(
        "GITHUB_CLIENT_ID",
        "none",
        "Client id of an OAuth app at GitHub, for signing in.",
    ),
    Setting::secret(
        "GITHUB_CLIENT_SECRET",
        "none; needed together with GITHUB_CLIENT_ID",
        "Client secret of the OAuth app at GitHub.",
    ),
    Setting::plain(
        "GITHUB_URL",
        "https://github.com",
        "GitHub's own address; that of a GitHub Enterprise Server.",
    ),
    Setting::plain(
        "GITHUB_API_URL",
        "https://api.github.com",
        "Where GitHub's REST API answers; `/api/v3` below a GitHub Enterprise Server.",
    ),
];

/// Who this server is at a provider.
#[derive(Clone, Debug)]
pub struct ClientSettings {
    /// The id.
    pub id: String,
    /// The secret.
    pub secret: Secret,
}

/// An OpenID Connect provider.
#[derive(Clone, Debug)]
pub struct OidcSettings {
    /// The issuer, exactly as the provider writes it.
    pub issuer: String,
    /// This server there.
    pub client: ClientSettings,
    /// What people call it.
    pub name: String,
}

/// Microsoft Entra.
#[derive(Clone, Debug)]
pub struct MicrosoftSettings {
    /// The issuer of the tenant.
    pub issuer: String,
    /// The tenant.
    pub tenant: String,
    /// This server there.
    pub client: ClientSettings,
    /// Where Graph answers, without a slash at the end.
    pub graph_url: String,
}

/// GitHub.
#[derive(Clone, Debug)]
pub struct GithubSettings {
    /// This server there.
    pub client: ClientSettings,
    /// GitHub's own address, without a slash at the end.
    pub url: String,
    /// Where the REST API answers, without a slash at the end.
    pub api_url: String,
}

/// Signing in at identity providers, and who may sign up.
#[derive(Clone, Debug)]
pub struct SignInSettings {
    /// Who may sign up.
    pub sign_up: SignUp,
    /// Addresses of those who run the instance, in lower case.
    pub operators: Vec<String>,
    /// What new organizations have booked.
    pub default_plan: PlanType,
    /// An OpenID Connect provider, where there is one.
    pub oidc: Option<OidcSettings>,
    /// Microsoft Entra, where it is set up.
    pub microsoft: Option<MicrosoftSettings>,
    /// GitHub, where it is set up.
    pub github: Option<GithubSettings>,
}

impl SignInSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            sign_up: reader.parsed("SIGN_UP", SignUp::Invited, "one of `open` and `invited`"),
            default_plan: sign_up::default_plan(reader),
            operators: sign_up::operators(reader),
            oidc: oidc(reader),
            microsoft: microsoft(reader),
            github: github(reader),
        }
    }
}

fn oidc(reader: &mut Reader<'_>) -> Option<OidcSettings> {
    let client = client(
        reader,
        "OIDC_ISSUER_URL",
        "OIDC_CLIENT_ID",
        "OIDC_CLIENT_SECRET",
    );
    let name = reader
        .text("OIDC_NAME")
        .unwrap_or("single sign-on")
        .to_owned();
    let issuer = reader.text("OIDC_ISSUER_URL")?.to_owned();
    check_address(reader, "OIDC_ISSUER_URL", &issuer);
    Some(OidcSettings {
        issuer,
        client: client?,
        name,
    })
}

fn microsoft(reader: &mut Reader<'_>) -> Option<MicrosoftSettings> {
    let client = client(
        reader,
        "AZURE_TENANT_ID",
        "AZURE_CLIENT_ID",
        "AZURE_CLIENT_SECRET",
    );
    let authority = address(
        reader,
        "AZURE_AUTHORITY_URL",
        "https://login.microsoftonline.com",
    );
    let graph_url = address(reader, "MS_GRAPH_URL", "https://graph.microsoft.com");
    let tenant = reader.text("AZURE_TENANT_ID")?.to_ascii_lowercase();
    if uuid::Uuid::parse_str(&tenant).is_err() {
        reader.refuse(
            "AZURE_TENANT_ID",
            format!("is `{tenant}`, which is not the id of a directory: a UUID, shown on its overview page"),
        );
    }
    Some(MicrosoftSettings {
        issuer: format!("{authority}/{tenant}/v2.0"),
        tenant,
        client: client?,
        graph_url,
    })
}

fn github(reader: &mut Reader<'_>) -> Option<GithubSettings> {
    let client = client(
        reader,
        "GITHUB_CLIENT_ID",
        "GITHUB_CLIENT_ID",
        "GITHUB_CLIENT_SECRET",
    );
    let url = address(reader, "GITHUB_URL", "https://github.com");
    let api_url = address(reader, "GITHUB_API_URL", "https://api.github.com");
    Some(GithubSettings {
        client: client?,
        url,
        api_url,
    })
}

/// Id and secret, which are needed where `main` is set and of no use where it is not.
fn client(
    reader: &mut Reader<'_>,
    main: &'static str,
    id: &'static str,
    secret: &'static str,
) -> Option<ClientSettings> {
    let client_id = reader.text(id).map(str::to_owned);
    let client_secret = reader.secret(secret);
    if reader.text(main).is_none() {
        for (name, is_set) in [(id, client_id.is_some()), (secret, client_secret.is_some())] {
            if is_set {
                reader.refuse(name, format!("is of no use without {main}"));
            }
        }
        return None;
    }
    for (name, is_set) in [(id, client_id.is_some()), (secret, client_secret.is_some())] {
        if !is_set {
            reader.refuse(name, format!("is needed together with {main}"));
        }
    }
    Some(ClientSettings {
        id: client_id?,
        secret: client_secret?,
    })
}

/// An address without a slash at the end.
fn address(reader: &mut Reader<'_>, name: &'static str, default: &str) -> String {
    let text = reader.text(name).unwrap_or(default).trim_end_matches('/');
    check_address(reader, name, text);
    text.to_owned()
}

/// Tokens and secrets travel there: encrypted, unless it is this machine.
fn check_address(reader: &mut Reader<'_>, name: &'static str, text: &str) {
    let is_good = Url::parse(text).is_ok_and(|url| {
        let is_loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let is_http = url.scheme() == Scheme::HTTP.as_str();
        (url.scheme() == Scheme::HTTPS.as_str() || (is_http && is_loopback))
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
    });
    if !is_good {
        reader.refuse(
            name,
            format!("is `{text}`, which is not an address that begins with https:// (http:// only on this machine)"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Settings, SignUp, Vars};

    fn read(vars: &[(&str, &str)]) -> Result<super::SignInSettings, String> {
        Settings::read(&Vars::from_pairs(vars))
            .map(|settings| settings.sign_in)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_set_is_no_provider_and_only_the_invited() {
        let settings = read(&[]).unwrap();
        assert_eq!(settings.sign_up, SignUp::Invited);
        assert!(settings.oidc.is_none() && settings.microsoft.is_none());
        assert!(settings.github.is_none() && settings.operators.is_empty());
        assert_eq!(settings.default_plan, shared::role::PlanType::Enterprise);
        assert!(read(&[("DEFAULT_PLAN", "gold")]).is_err());
    }

    #[test]
    fn a_provider_that_is_set_by_half_is_refused() {
        let error = read(&[("OIDC_ISSUER_URL", "https://id.example")]).unwrap_err();
        assert!(
            error.contains("OIDC_CLIENT_ID is needed together with OIDC_ISSUER_URL"),
            "{error}"
        );
        let error = read(&[("AZURE_CLIENT_SECRET", "hunter2")]).unwrap_err();
        assert!(
            error.contains("AZURE_CLIENT_SECRET is of no use"),
            "{error}"
        );
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn secrets_travel_encrypted_or_not_at_all() {
        let oidc = |issuer| {
            read(&[
                ("OIDC_ISSUER_URL", issuer),
                ("OIDC_CLIENT_ID", "devmetrics"),
                ("OIDC_CLIENT_SECRET", "secret"),
            ])
        };
        assert!(oidc("http://id.example").is_err());
        assert!(oidc("http://127.0.0.1:9000").is_ok());
        assert_eq!(
            oidc("https://id.example/realms/x/")
                .unwrap()
                .oidc
                .unwrap()
                .issuer,
            "https://id.example/realms/x/"
        );
    }

    #[test]
    fn a_tenant_is_named_by_its_id() {
        let error = read(&[
            ("AZURE_TENANT_ID", "contoso.onmicrosoft.com"),
            ("AZURE_CLIENT_ID", "id"),
            ("AZURE_CLIENT_SECRET", "secret"),
        ])
        .unwrap_err();
        assert!(error.contains("AZURE_TENANT_ID"), "{error}");
    }

    #[test]
    fn operators_are_addresses() {
        assert_eq!(
            read(&[("OPERATORS", "Ada@Example.com, bo@example.com")])
                .unwrap()
                .operators,
            ["ada@example.com", "bo@example.com"]
        );
        assert!(read(&[("OPERATORS", "ada")]).is_err());
    }
}
