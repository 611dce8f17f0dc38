//! Joining an organization without being asked: everybody of a directory, or of a domain.

use api::platform::clock::Clock;
use serde_json::{Value, json};
use tests::TestApp;
use tests::app::default_time;
use tests::identity_provider::{CLIENT_ID, CLIENT_SECRET, IdentityProvider, query_of};
use tests::org::{Org, Person};
use uuid::Uuid;

use super::arrange::Browser;
use crate::orgs::plans::operator;

const TENANT: &str = "5a6f1b0e-6a4e-4a0e-9d55-3f3a3c7f9a10";
const ADD: &str = "mutation ($id: ID!, $kind: JoinRuleKind!, $value: String!) {
  addJoinRule(input: { organizationId: $id, kind: $kind, value: $value }) { joinRule { id kind value } }
}";
const MINE: &str = "{ viewer { memberships { role organization { slug } } } }";

/// A server that lets in the invited alone, with an OpenID Connect provider.
async fn server() -> (TestApp, IdentityProvider) {
    let provider = IdentityProvider::start(&Clock::fixed_at(default_time())).await;
    let app = TestApp::builder()
        .with("OIDC_ISSUER_URL", &provider.url)
        .with("OIDC_CLIENT_ID", CLIENT_ID)
        .with("OIDC_CLIENT_SECRET", CLIENT_SECRET)
        .start()
        .await;
    (app, provider)
}

async fn sign_in(app: &TestApp, provider: &IdentityProvider, word: &str) -> (String, Browser) {
    let mut browser = Browser::new(app);
    let there = browser.follow(&format!("/auth/{word}/login")).await;
    let code = provider.give_code(&there);
    let state = &query_of(&there)["state"];
    let back = format!("/auth/{word}/callback?state={state}&code={code}");
    (browser.follow(&back).await, browser)
}

async fn add(by: &Person, org: &Org, kind: &str, value: &str) -> tests::answer::Answer {
    by.graphql(
        ADD,
        json!({ "id": org.gid(), "kind": kind, "value": value }),
    )
    .await
}

/// As what the browser's person belongs to an organization.
async fn role_in(browser: &Browser, org: &Org) -> Value {
    let mine = browser.graphql(MINE).await;
    let memberships = mine.list("/viewer/memberships");
    let found = memberships
        .iter()
        .find(|one| one["organization"]["slug"] == org.slug.as_str());
    found.map_or(Value::Null, |one| one["role"].clone())
}

#[tokio::test]
async fn a_proven_address_of_the_domain_is_enough_to_join() {
    let (app, provider) = server().await;
    let (org, operator) = (app.org().await, operator(&app).await);
    let (before, _) = sign_in(&app, &provider, "oidc").await;
    let added = add(&operator, &org, "EMAIL_DOMAIN", "@Example.COM").await;

    let (led_to, browser) = sign_in(&app, &provider, "oidc").await;

    assert_eq!(before, "/sign-in?refused=not-invited");
    assert_eq!(added.text("/addJoinRule/joinRule/value"), "example.com");
    assert_eq!(led_to, "/");
    assert_eq!(role_in(&browser, &org).await, "MEMBER");
    let mine = browser.graphql(MINE).await;
    let start = "/viewer/memberships/0/organization/slug";
    assert_eq!(mine.text(start), org.slug, "before the one of their own");
    assert_eq!(mine.list("/viewer/memberships").len(), 2);
}

#[tokio::test]
async fn an_address_that_is_not_proven_opens_nothing() {
    let (app, provider) = server().await;
    let (org, operator) = (app.org().await, operator(&app).await);
    add(&operator, &org, "EMAIL_DOMAIN", "example.com")
        .await
        .data();
    provider.claim("email_verified", json!(false));

    let (led_to, _) = sign_in(&app, &provider, "oidc").await;

    assert_eq!(led_to, "/sign-in?refused=address");
}

#[tokio::test]
async fn who_was_removed_stays_out_and_who_leaves_the_rule_stays_in() {
    const REMOVE: &str =
        "mutation ($user: ID!) { removeMember(input: { userId: $user }) { membershipId } }";
    let (app, provider) = server().await;
    let (org, other, operator) = (app.org().await, app.org().await, operator(&app).await);
    let first = add(&operator, &org, "EMAIL_DOMAIN", "example.com").await;
    add(&operator, &other, "EMAIL_DOMAIN", "example.com")
        .await
        .data();
    let (_, browser) = sign_in(&app, &provider, "oidc").await;
    let who = browser.graphql("{ viewer { user { id } } }").await;
    let who = json!({ "user": who.text("/viewer/user/id") });
    other.admin.graphql(REMOVE, who).await.data();
    let end = "mutation ($id: ID!) { deleteJoinRule(input: { id: $id }) { id } }";
    let which = json!({ "id": first.text("/addJoinRule/joinRule/id") });
    operator.graphql(end, which).await.data();

    let (_, browser) = sign_in(&app, &provider, "oidc").await;

    assert_eq!(role_in(&browser, &org).await, "MEMBER");
    assert_eq!(role_in(&browser, &other).await, Value::Null);
}

#[tokio::test]
async fn where_the_plan_has_no_room_one_comes_in_without_the_organization() {
    let (app, provider) = server().await;
    let (org, operator) = (app.org().await, operator(&app).await);
    org.person(shared::role::Role::Viewer).await;
    add(&operator, &org, "EMAIL_DOMAIN", "example.com")
        .await
        .data();
    let plan = "mutation ($id: ID!) { changePlan(input: { organizationId: $id, planType: FREE }) { organization { planType } } }";
    operator
        .graphql(plan, json!({ "id": org.gid() }))
        .await
        .data();

    let (led_to, browser) = sign_in(&app, &provider, "oidc").await;

    assert_eq!(led_to, "/");
    assert_eq!(role_in(&browser, &org).await, Value::Null);
    let client = app.database().client().await;
    let told = client
        .query_one(
            "SELECT count(*) FROM audit_entries WHERE organization_id = $1 AND action = 'MEMBER_ADDED' AND outcome = 'FAILED'",
            &[&Uuid::from(org.id)],
        )
        .await
        .unwrap();
    assert_eq!(told.get::<_, i64>(0), 1);
}

#[tokio::test]
async fn everybody_of_the_directory_joins_by_microsoft_alone() {
    let clock = Clock::fixed_at(default_time());
    let provider = IdentityProvider::start_below(&clock, &format!("/{TENANT}/v2.0")).await;
    let app = TestApp::builder()
        .with("AZURE_TENANT_ID", TENANT)
        .with("AZURE_CLIENT_ID", CLIENT_ID)
        .with("AZURE_CLIENT_SECRET", CLIENT_SECRET)
        .with("AZURE_AUTHORITY_URL", &provider.url)
        .with("MS_GRAPH_URL", &provider.url)
        .start()
        .await;
    let (org, operator) = (app.org().await, operator(&app).await);
    let elsewhere = app.org().await;
    provider.tell(
        json!({ "displayName": "Grace Hopper", "mail": "grace@example.com", "userPrincipalName": "grace@example.com" }),
        json!([]),
    );
    add(&operator, &org, "ENTRA_TENANT", &TENANT.to_uppercase())
        .await
        .data();
    add(
        &operator,
        &elsewhere,
        "ENTRA_TENANT",
        "00000000-6a4e-4a0e-9d55-3f3a3c7f9a10",
    )
    .await
    .data();

    let (led_to, browser) = sign_in(&app, &provider, "microsoft").await;

    assert_eq!(led_to, "/");
    assert_eq!(role_in(&browser, &org).await, "MEMBER");
    assert_eq!(role_in(&browser, &elsewhere).await, Value::Null);
}

#[tokio::test]
async fn rules_are_the_operators_alone_and_are_checked() {
    let (app, _provider) = server().await;
    let (org, operator) = (app.org().await, operator(&app).await);
    add(&operator, &org, "EMAIL_DOMAIN", "example.com")
        .await
        .data();

    let by_admin = add(&org.admin, &org, "EMAIL_DOMAIN", "gmail.com").await;
    let twice = add(&operator, &org, "EMAIL_DOMAIN", "example.com").await;
    let no_domain = add(&operator, &org, "EMAIL_DOMAIN", "com").await;
    let no_tenant = add(&operator, &org, "ENTRA_TENANT", "contoso").await;
    let rules = "{ organization { joinRules { kind value } } }";
    let seen = org.admin.graphql(rules, json!({})).await;
    let hidden = org.member.graphql(rules, json!({})).await;

    assert_eq!(by_admin.error_code(), "FORBIDDEN");
    assert_eq!(twice.error_code(), "CONFLICT");
    assert_eq!(no_domain.error_fields(), ["value"]);
    assert_eq!(no_tenant.error_fields(), ["value"]);
    assert_eq!(
        seen.at("/organization/joinRules"),
        &json!([{ "kind": "EMAIL_DOMAIN", "value": "example.com" }])
    );
    assert_eq!(hidden.error_code(), "FORBIDDEN");
}
