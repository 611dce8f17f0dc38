//! Signing in at Microsoft Entra and at GitHub, whose words about a person differ.

use api::platform::clock::Clock;
use serde_json::json;
use tests::TestApp;
use tests::app::{TestAppBuilder, default_time};
use tests::identity_provider::{CLIENT_ID, CLIENT_SECRET, IdentityProvider, query_of};

use super::arrange::Browser;

const TENANT: &str = "5a6f1b0e-6a4e-4a0e-9d55-3f3a3c7f9a10";

async fn led_to(app: &TestApp, provider: &IdentityProvider, word: &str) -> (String, Browser) {
    let mut browser = Browser::new(app);
    let there = browser.follow(&format!("/auth/{word}/login")).await;
    let code = provider.give_code(&there);
    let state = &query_of(&there)["state"];
    let back = format!("/auth/{word}/callback?state={state}&code={code}");
    (browser.follow(&back).await, browser)
}

async fn email(browser: &Browser) -> serde_json::Value {
    let me = browser.graphql("{ viewer { user { email name } } }").await;
    me.at("/viewer/user").clone()
}

fn github(provider: &IdentityProvider) -> TestAppBuilder {
    with_github(TestApp::builder(), provider).with("SIGN_UP", "open")
}

/// The server takes this provider for GitHub, too.
pub(super) fn with_github(builder: TestAppBuilder, provider: &IdentityProvider) -> TestAppBuilder {
    builder
        .with("GITHUB_CLIENT_ID", CLIENT_ID)
        .with("GITHUB_CLIENT_SECRET", CLIENT_SECRET)
        .with("GITHUB_URL", &provider.url)
        .with("GITHUB_API_URL", &provider.url)
}

#[tokio::test]
async fn github_proves_the_primary_address() {
    let provider = IdentityProvider::start(&Clock::fixed_at(default_time())).await;
    let app = github(&provider).start().await;
    let account = json!({ "id": 583_231, "login": "octocat", "name": null, "avatar_url": null });
    let addresses = |is_verified: bool| {
        json!([
            { "email": "old@example.com", "primary": false, "verified": true },
            { "email": "octo@example.com", "primary": true, "verified": is_verified },
        ])
    };

    provider.tell(account.clone(), addresses(false));
    let (unproven, _) = led_to(&app, &provider, "github").await;
    provider.tell(account, addresses(true));
    let (proven, browser) = led_to(&app, &provider, "github").await;

    assert_eq!([&*unproven, &*proven], ["/sign-in?refused=address", "/"]);
    assert_eq!(
        email(&browser).await,
        json!({ "email": "octo@example.com", "name": "octocat" })
    );
}

/// A server that takes this provider for Microsoft Entra.
async fn microsoft(provider: &IdentityProvider) -> TestApp {
    TestApp::builder()
        .with("SIGN_UP", "open")
        .with("AZURE_TENANT_ID", TENANT)
        .with("AZURE_CLIENT_ID", CLIENT_ID)
        .with("AZURE_CLIENT_SECRET", CLIENT_SECRET)
        .with("AZURE_AUTHORITY_URL", &provider.url)
        .with("MS_GRAPH_URL", &provider.url)
        .start()
        .await
}

#[tokio::test]
async fn entra_proves_names_in_domains_of_the_tenant_and_no_others() {
    let clock = Clock::fixed_at(default_time());
    let provider = IdentityProvider::start_below(&clock, &format!("/{TENANT}/v2.0")).await;
    let app = microsoft(&provider).await;
    let profile = |mail: &str, principal: &str| {
        provider.tell(
            json!({ "displayName": "Ada Lovelace", "mail": mail, "userPrincipalName": principal }),
            json!([]),
        );
    };

    profile("boss@elsewhere.example", "ada@contoso.example");
    let (foreign_mail, _) = led_to(&app, &provider, "microsoft").await;
    profile(
        "ada@contoso.example",
        "ada_contoso.example#EXT#@fabrikam.example",
    );
    let (guest, _) = led_to(&app, &provider, "microsoft").await;
    profile("Ada@contoso.example", "ada@contoso.example");
    let (own, browser) = led_to(&app, &provider, "microsoft").await;

    let refused = "/sign-in?refused=address";
    assert_eq!([&*foreign_mail, &*guest, &*own], [refused, refused, "/"]);
    assert_eq!(
        email(&browser).await,
        json!({ "email": "Ada@contoso.example", "name": "Ada Lovelace" })
    );
}
