//! Signing in by a further account: who may ask, whose browser gets through, and whose account is taken.

use api::platform::clock::Clock;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::TestApp;
use tests::app::default_time;
use tests::identity_provider::{IdentityProvider, query_of};

use super::arrange::Browser;
use super::other_providers::with_github;
use super::provider_sign_in::at;

const ACCOUNTS: &str = "{ viewer { user { email } signInAccounts { method label } } }";

struct Place {
    app: TestApp,
    oidc: IdentityProvider,
    github: IdentityProvider,
}

/// A server where Ada signs in by OpenID Connect, and GitHub is there too: her account has another address, unproven.
async fn place() -> Place {
    let clock = Clock::fixed_at(default_time());
    let oidc = IdentityProvider::start(&clock).await;
    let github = IdentityProvider::start(&clock).await;
    github.tell(
        json!({ "id": 1815, "login": "countess", "name": null, "avatar_url": null }),
        json!([{ "email": "private@home.example", "primary": true, "verified": false }]),
    );
    let app = with_github(at(&oidc), &github)
        .with("SIGN_UP", "open")
        .start()
        .await;
    Place { app, oidc, github }
}

impl Place {
    /// A browser in which somebody has signed in at one of the providers.
    async fn signed_in(&self, word: &str) -> Browser {
        let mut browser = Browser::new(&self.app);
        let led_to = self.go_through(&mut browser, word, "").await;
        assert_eq!(led_to, "/");
        browser
    }

    /// Where a browser is led that goes to a provider and comes back.
    async fn go_through(&self, browser: &mut Browser, word: &str, query: &str) -> String {
        let there = browser.follow(&format!("/auth/{word}/login{query}")).await;
        if there.starts_with('/') {
            return there;
        }
        come_back(browser, self.provider(word), word, &there).await
    }

    fn provider(&self, word: &str) -> &IdentityProvider {
        if word == "oidc" {
            &self.oidc
        } else {
            &self.github
        }
    }

    async fn reasons(&self) -> Vec<String> {
        let client = self.app.database().client().await;
        let sql = "SELECT metadata ->> 'reason' FROM audit_entries WHERE action = 'SIGN_IN_REFUSED' ORDER BY id";
        let rows = client.query(sql, &[]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }
}

async fn come_back(
    browser: &mut Browser,
    provider: &IdentityProvider,
    word: &str,
    there: &str,
) -> String {
    let code = provider.give_code(there);
    let state = &query_of(there)["state"];
    browser
        .follow(&format!("/auth/{word}/callback?state={state}&code={code}"))
        .await
}

async fn ask(browser: &Browser, provider: &str) -> tests::answer::Answer {
    let mutation = format!(
        "mutation {{ linkIdentity(input: {{ provider: {provider}, next: \"/acme/account/profile\" }}) {{ url }} }}"
    );
    browser.graphql(&mutation).await
}

/// What `linkIdentity` gives, as the query of the address.
async fn pass(browser: &Browser, provider: &str) -> String {
    let answer = ask(browser, provider).await;
    let (_, query) = answer.text("/linkIdentity/url").split_once('?').unwrap();
    format!("?{query}")
}

#[tokio::test]
async fn an_account_of_another_address_is_linked_and_lets_the_person_in() {
    let place = place().await;
    let mut ada = place.signed_in("oidc").await;

    let url = ask(&ada, "GITHUB").await;
    let query = pass(&ada, "GITHUB").await;
    let led_to = place.go_through(&mut ada, "github", &query).await;

    assert!(
        url.text("/linkIdentity/url")
            .contains("/auth/github/login?link="),
        "{:#}",
        url.body
    );
    assert_eq!(led_to, "/acme/account/profile?linked=1");
    let accounts = ada.graphql(ACCOUNTS).await;
    assert_eq!(
        accounts
            .list("/viewer/signInAccounts")
            .iter()
            .filter(|account| **account == json!({ "method": "GITHUB", "label": "countess" }))
            .count(),
        1,
        "{:#}",
        accounts.body
    );
    // Once more changes nothing.
    let query = pass(&ada, "GITHUB").await;
    assert_eq!(
        place.go_through(&mut ada, "github", &query).await,
        "/acme/account/profile?linked=1"
    );
    let by_github = place.signed_in("github").await;
    let me = by_github.graphql(ACCOUNTS).await;
    assert_eq!(me.text("/viewer/user/email"), "ada@example.com");
    assert_eq!(me.list("/viewer/signInAccounts").len(), 2);
}

#[tokio::test]
async fn an_account_of_somebody_else_stays_theirs() {
    let place = place().await;
    place.github.tell(
        json!({ "id": 1906, "login": "grace", "name": "Grace", "avatar_url": null }),
        json!([{ "email": "grace@example.com", "primary": true, "verified": true }]),
    );
    place.signed_in("github").await;
    let mut ada = place.signed_in("oidc").await;

    let query = pass(&ada, "GITHUB").await;
    let led_to = place.go_through(&mut ada, "github", &query).await;

    assert_eq!(led_to, "/acme/account/profile?refused=taken");
    assert_eq!(place.reasons().await, ["taken"]);
    let accounts = ada.graphql(ACCOUNTS).await;
    assert_eq!(accounts.list("/viewer/signInAccounts").len(), 1);
}

#[tokio::test]
async fn only_the_session_that_asked_gets_through() {
    const REFUSED: &str = "/sign-in?refused=state";
    let place = place().await;
    let mut ada = place.signed_in("oidc").await;
    place.oidc.claim("sub", json!("mallory"));
    place.oidc.claim("email", json!("mallory@example.com"));
    let mut mallory = place.signed_in("oidc").await;

    // Somebody else's wish would let them in as whoever follows it, or whoever follows it in as them.
    let query = pass(&mallory, "GITHUB").await;
    let in_another_session = place.go_through(&mut ada, "github", &query).await;
    let in_none = place
        .go_through(&mut Browser::new(&place.app), "github", &query)
        .await;
    let at_another_provider = place.go_through(&mut mallory, "oidc", &query).await;
    let nonsense = place.go_through(&mut mallory, "github", "?link=AAAA").await;
    // The person signs out on the way.
    let there = mallory.follow(&format!("/auth/github/login{query}")).await;
    mallory.post("/auth/logout", &Value::Null).await;
    let signed_out = come_back(&mut mallory, &place.github, "github", &there).await;

    for led_to in [in_another_session, in_none, at_another_provider, nonsense] {
        assert_eq!(led_to, REFUSED);
    }
    assert_eq!(signed_out, "/acme/account/profile?refused=state");
    assert_eq!(place.reasons().await, ["state"; 5]);
    let client = place.app.database().client().await;
    let sql = "SELECT count(*) FROM sign_in_accounts WHERE method = 'GITHUB'";
    let linked: i64 = client.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(linked, 0);
}

#[tokio::test]
async fn a_wish_ends_and_takes_a_fresh_session_and_a_provider() {
    let place = place().await;
    let mut ada = place.signed_in("oidc").await;
    let query = pass(&ada, "GITHUB").await;
    let not_set_up = ask(&ada, "MICROSOFT").await;
    let no_provider = ask(&ada, "LINK").await;

    place.app.clock().advance(TimeDelta::minutes(2));
    let late = place.go_through(&mut ada, "github", &query).await;
    place.app.clock().advance(TimeDelta::minutes(9));
    let stale = ask(&ada, "GITHUB").await;

    assert_eq!(not_set_up.error_code(), "NOT_FOUND");
    assert_eq!(no_provider.error_fields(), ["provider"]);
    assert_eq!(late, "/sign-in?refused=state");
    assert_eq!(stale.error_code(), "FORBIDDEN");
}
