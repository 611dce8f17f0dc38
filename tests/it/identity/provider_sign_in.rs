//! Signing in at an identity provider: who comes in, and what is refused.

use serde_json::{Value, json};
use tests::TestApp;
use tests::app::TestAppBuilder;
use tests::identity_provider::{
    ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, IdentityProvider, Signing, query_of,
};

use super::arrange::Browser;

const ME: &str =
    "{ viewer { user { name email } memberships { role organization { name timeZone } } } }";

/// A server that knows a provider, open to everybody unless the settings say otherwise.
async fn with_provider(settings: &[(&str, &str)]) -> (TestApp, IdentityProvider) {
    let clock = api::platform::clock::Clock::fixed_at(tests::app::default_time());
    let provider = IdentityProvider::start(&clock).await;
    let mut builder = at(&provider).with("SIGN_UP", "open");
    for (name, value) in settings {
        builder = builder.with(name, value);
    }
    (builder.start().await, provider)
}

/// A server that knows the provider.
pub(super) fn at(provider: &IdentityProvider) -> TestAppBuilder {
    TestApp::builder()
        .with("OIDC_ISSUER_URL", &provider.url)
        .with("OIDC_CLIENT_ID", CLIENT_ID)
        .with("OIDC_CLIENT_SECRET", CLIENT_SECRET)
}

/// Where a browser is led when somebody signs in, with the provider's consent.
async fn sign_in(browser: &mut Browser, provider: &IdentityProvider) -> String {
    let there = browser.follow("/auth/oidc/login").await;
    let code = provider.give_code(&there);
    come_back(browser, &there, &code).await
}

async fn come_back(browser: &mut Browser, there: &str, code: &str) -> String {
    let state = &query_of(there)["state"];
    browser
        .follow(&format!("/auth/oidc/callback?state={state}&code={code}"))
        .await
}

async fn refusals(app: &TestApp) -> Vec<Value> {
    let client = app.database().client().await;
    client
        .query(
            "SELECT metadata::text, outcome FROM audit_entries WHERE action = 'SIGN_IN_REFUSED' ORDER BY id",
            &[],
        )
        .await
        .unwrap()
        .into_iter()
        .map(|row| {
            assert_eq!(row.get::<_, &str>(1), "DENIED");
            serde_json::from_str(row.get(0)).unwrap()
        })
        .collect()
}

async fn count(app: &TestApp, table: &str) -> i64 {
    let client = app.database().client().await;
    let sql = format!("SELECT count(*) FROM {table}");
    client.query_one(&sql, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn a_newcomer_gets_a_person_and_an_organization() {
    let (app, provider) = with_provider(&[]).await;
    let mut browser = Browser::new(&app);

    let there = browser
        .follow("/auth/oidc/login?next=/acme/points&timeZone=Europe/London&rememberMe=true")
        .await;
    let code = provider.give_code(&there);
    let led_to = come_back(&mut browser, &there, &code).await;

    assert_eq!(led_to, "/acme/points");
    assert!(there.starts_with(&format!("{}/authorize?", provider.url)));
    let me = browser.graphql(ME).await;
    assert_eq!(
        me.at("/viewer"),
        &json!({
            "user": { "name": "Ada Lovelace", "email": "ada@example.com" },
            "memberships": [{
                "role": "ADMIN",
                "organization": { "name": "Ada Lovelace's organization", "timeZone": "Europe/London" },
            }],
        })
    );
    let kept = browser
        .received
        .iter()
        .find(|cookie| cookie.starts_with("dm_refresh="));
    assert!(kept.unwrap().contains("Max-Age=2592000"), "remembered");
    assert_eq!(refusals(&app).await, Vec::<Value>::new());
}

#[tokio::test]
async fn the_sign_in_page_knows_the_provider() {
    let (app, _provider) = with_provider(&[("OIDC_NAME", "Harbour ID")]).await;

    let answer = app
        .graphql(
            "{ serverInfo { signInMethods singleSignOnName } }",
            json!({}),
        )
        .await;

    assert_eq!(
        answer.at("/serverInfo"),
        &json!({ "signInMethods": ["OIDC", "LINK"], "singleSignOnName": "Harbour ID" })
    );
}

/// A lie of the provider's, and the reason that it is refused for.
async fn refused_for(lie: impl Fn(&IdentityProvider)) -> String {
    let (app, provider) = with_provider(&[]).await;
    lie(&provider);
    let mut browser = Browser::new(&app);

    let led_to = sign_in(&mut browser, &provider).await;

    assert_eq!(led_to, "/sign-in?refused=answer");
    assert!(!browser.cookies.contains_key("dm_access"), "no session");
    assert_eq!(count(&app, "users").await, 0);
    let refusals = refusals(&app).await;
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    assert_eq!(refusals[0]["method"], "OIDC");
    refusals[0]["reason"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_of_another_sign_in_is_refused() {
    let reason = refused_for(|provider| provider.claim("nonce", json!("another"))).await;
    assert_eq!(reason, "nonce");
    let reason = refused_for(|provider| provider.claim("nonce", Value::Null)).await;
    assert_eq!(reason, "nonce");
}

#[tokio::test]
async fn a_token_for_another_client_is_refused() {
    let reason = refused_for(|provider| provider.claim("aud", json!("another"))).await;
    assert_eq!(reason, "audience");
}

#[tokio::test]
async fn a_token_of_another_issuer_is_refused() {
    let reason = refused_for(|provider| provider.claim("iss", json!("https://evil.example"))).await;
    assert_eq!(reason, "issuer");
}

#[tokio::test]
async fn a_token_that_is_too_old_is_refused() {
    let old = tests::app::default_time().timestamp() - 1;
    let reason = refused_for(|provider| provider.claim("exp", json!(old))).await;
    assert_eq!(reason, "expired");
}

#[tokio::test]
async fn a_token_that_the_provider_did_not_sign_is_refused() {
    let reason = refused_for(|provider| provider.sign(Signing::Forged)).await;
    assert_eq!(reason, "signature");
    let reason = refused_for(|provider| provider.sign(Signing::Unsigned)).await;
    assert_eq!(reason, "signature");
}

#[tokio::test]
async fn an_answer_is_taken_once_and_from_the_browser_that_asked() {
    let (app, provider) = with_provider(&[]).await;
    let mut browser = Browser::new(&app);
    let there = browser.follow("/auth/oidc/login").await;
    let code = provider.give_code(&there);
    let mut other = Browser::new(&app);

    let in_another_browser = come_back(&mut other, &there, &code).await;
    let with_another_state = browser
        .follow(&format!("/auth/oidc/callback?state=guessed&code={code}"))
        .await;
    let before = browser.clone();
    let at_home = come_back(&mut browser, &there, &code).await;
    let again = come_back(&mut before.clone(), &there, &code).await;

    let refused = "/sign-in?refused=state";
    assert_eq!(
        [in_another_browser, with_another_state, at_home, again],
        [refused, refused, "/", refused]
    );
    assert!(!other.cookies.contains_key("dm_access"));
    assert_eq!(count(&app, "sessions").await, 1);
    assert_eq!(refusals(&app).await.len(), 3);
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_refused() {
    let (app, provider) = with_provider(&[]).await;
    let mut browser = Browser::new(&app);
    let there = browser.follow("/auth/oidc/login").await;
    let code = provider.give_code(&there);

    app.clock().advance(chrono::TimeDelta::minutes(15));
    let led_to = come_back(&mut browser, &there, &code).await;

    assert_eq!(led_to, "/sign-in?refused=state");
}

#[tokio::test]
async fn a_code_that_was_used_is_refused_by_the_provider() {
    let (app, provider) = with_provider(&[]).await;
    let mut browser = Browser::new(&app);
    let first = browser.follow("/auth/oidc/login").await;
    let code = provider.give_code(&first);
    come_back(&mut browser, &first, &code).await;

    let mut thief = Browser::new(&app);
    let second = thief.follow("/auth/oidc/login").await;
    let led_to = come_back(&mut thief, &second, &code).await;

    assert_eq!(led_to, "/sign-in?refused=answer");
    assert_eq!(
        refusals(&app).await,
        [json!({ "method": "OIDC", "reason": "code" })]
    );
}

#[tokio::test]
async fn a_person_who_says_no_is_told_so() {
    let (app, _provider) = with_provider(&[]).await;
    let mut browser = Browser::new(&app);
    let there = browser.follow("/auth/oidc/login").await;
    let state = &query_of(&there)["state"];

    let led_to = browser
        .follow(&format!(
            "/auth/oidc/callback?state={state}&error=access_denied"
        ))
        .await;

    assert_eq!(led_to, "/sign-in?refused=denied");
}

#[tokio::test]
async fn a_provider_that_is_away_is_told_of() {
    let (app, provider) = with_provider(&[]).await;
    drop(provider);

    let led_to = Browser::new(&app).follow("/auth/oidc/login").await;

    assert_eq!(led_to, "/sign-in?refused=unreachable");
    let there = app.http().get(app.url("/auth/github/login")).send().await;
    assert_eq!(there.unwrap().status(), 404, "GitHub is not set up");
}

#[tokio::test]
async fn nobody_is_led_out_of_the_client() {
    let (app, provider) = with_provider(&[]).await;
    for next in ["//evil.example", "https://evil.example", "/%5Cevil.example"] {
        let mut browser = Browser::new(&app);
        let there = browser
            .follow(&format!("/auth/oidc/login?next={next}"))
            .await;
        let code = provider.give_code(&there);
        assert_eq!(come_back(&mut browser, &there, &code).await, "/", "{next}");
    }
}

#[tokio::test]
async fn an_account_is_linked_by_a_proven_address_alone() {
    let (app, provider) = with_provider(&[]).await;
    let org = app.org().await;
    provider.claim("email", json!(org.member.email));
    provider.claim("email_verified", json!(false));

    let unproven = sign_in(&mut Browser::new(&app), &provider).await;
    provider.claim("email_verified", json!(true));
    let proven = sign_in(&mut Browser::new(&app), &provider).await;
    // From now on the account counts, whatever address it has.
    provider.claim("email", json!("other@example.com"));
    let mut browser = Browser::new(&app);
    sign_in(&mut browser, &provider).await;

    assert_eq!([&*unproven, &*proven], ["/sign-in?refused=address", "/"]);
    let me = browser.graphql(ME).await;
    assert_eq!(me.at("/viewer/user/email"), &json!(org.member.email));
}

#[tokio::test]
async fn only_the_invited_and_the_operators_sign_up_where_it_is_said() {
    let (app, provider) =
        with_provider(&[("SIGN_UP", "invited"), ("OPERATORS", "grace@example.com")]).await;
    let org = app.org().await;

    let stranger = sign_in(&mut Browser::new(&app), &provider).await;
    org.admin
        .graphql(
            "mutation($input: InviteMemberInput!) { inviteMember(input: $input) { invitedCount } }",
            json!({ "input": { "people": [{ "email": "ada@example.com", "role": "MEMBER" }] } }),
        )
        .await
        .data();
    let mut browser = Browser::new(&app);
    let invited = sign_in(&mut browser, &provider).await;
    provider.claim("sub", json!("grace-1906"));
    provider.claim("email", json!("Grace@Example.com"));
    let operator = sign_in(&mut Browser::new(&app), &provider).await;

    assert_eq!(
        [&*stranger, &*invited, &*operator],
        ["/sign-in?refused=not-invited", "/", "/"]
    );
    let waiting = browser
        .graphql("{ invitationsForMe { organizationName } }")
        .await;
    assert_eq!(waiting.list("/invitationsForMe").len(), 1);
    assert_eq!(
        count(
            &app,
            "users WHERE is_operator AND email = 'grace@example.com'"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn tokens_of_the_provider_are_sealed() {
    let (app, provider) = with_provider(&[]).await;
    sign_in(&mut Browser::new(&app), &provider).await;

    let client = app.database().client().await;
    let row = client
        .query_one("SELECT tokens_sealed, label FROM sign_in_accounts", &[])
        .await
        .unwrap();
    let sealed: Vec<u8> = row.get(0);

    assert!(sealed.len() > ACCESS_TOKEN.len());
    let text = String::from_utf8_lossy(&sealed);
    assert!(!text.contains(ACCESS_TOKEN) && !text.contains("access"));
    assert_eq!(row.get::<_, &str>(1), "ada@example.com");
}

#[tokio::test]
async fn two_tabs_do_not_take_each_others_sign_in() {
    let (app, provider) = with_provider(&[]).await;
    let mut browser = Browser::new(&app);
    let first = browser.follow("/auth/oidc/login?next=/one").await;
    let second = browser.follow("/auth/oidc/login?next=/two").await;
    let codes = [provider.give_code(&first), provider.give_code(&second)];

    let led_to = [
        come_back(&mut browser, &first, &codes[0]).await,
        come_back(&mut browser, &second, &codes[1]).await,
    ];

    assert_eq!(led_to, ["/one", "/two"]);
}
