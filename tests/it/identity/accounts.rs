//! Accounts at providers, as payloads speak of them.

use api::contexts::identity::{self, AccountRef, ProviderAccount};
use futures_util::future::join_all;
use shared::vocabulary::Provider;
use tests::TestApp;
use tests::org::Org;

/// What a payload of one installation says.
pub(super) fn seen(id: Option<&str>, username: Option<&str>) -> AccountRef {
    AccountRef {
        provider: Provider::Gitlab,
        instance: "gitlab.example.com".to_owned(),
        external_id: id.map(str::to_owned),
        username: username.map(str::to_owned),
        email: None,
        display_name: None,
        avatar_url: None,
        is_bot: false,
    }
}

pub(super) async fn resolve(app: &TestApp, org: &Org, seen: AccountRef) -> ProviderAccount {
    let scope = org.scope().await;
    app.platform()
        .db
        .transaction(async |tx| identity::resolve_account(tx, &scope, seen).await)
        .await
        .unwrap()
}

async fn count(app: &TestApp) -> i64 {
    let client = app.database().client().await;
    let row = client
        .query_one("SELECT count(*) FROM provider_accounts", &[])
        .await
        .unwrap();
    row.get(0)
}

#[tokio::test]
async fn a_known_account_is_found_again() {
    let app = TestApp::start().await;
    let org = app.org().await;

    let first = resolve(&app, &org, seen(Some("7"), Some("ada"))).await;
    let again = resolve(&app, &org, seen(Some("7"), None)).await;

    assert_eq!(
        (first.id, again.username.as_deref()),
        (again.id, Some("ada"))
    );
}

#[tokio::test]
async fn user_seven_of_another_installation_is_somebody_else() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let elsewhere = AccountRef {
        instance: "git.example.org".to_owned(),
        ..seen(Some("7"), None)
    };

    let here = resolve(&app, &org, seen(Some("7"), None)).await;
    let there = resolve(&app, &org, elsewhere).await;

    assert_ne!(here.id, there.id);
}

#[tokio::test]
async fn an_account_known_by_name_takes_its_id_when_it_arrives() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let by_name = resolve(&app, &org, seen(None, Some("ada"))).await;

    let with_id = resolve(&app, &org, seen(Some("7"), Some("Ada"))).await;

    assert_eq!(with_id.id, by_name.id);
    assert_eq!(with_id.external_id.as_deref(), Some("7"));
}

#[tokio::test]
async fn a_name_that_moved_on_finds_its_new_holder() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let former = resolve(&app, &org, seen(Some("7"), Some("ada"))).await;

    let holder = resolve(&app, &org, seen(Some("8"), Some("ada"))).await;
    let by_name = resolve(&app, &org, seen(None, Some("ada"))).await;

    assert_ne!(former.id, holder.id);
    assert_eq!(by_name.id, holder.id);
}

#[tokio::test]
async fn a_hidden_address_is_no_address() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let hidden = |id| AccountRef {
        email: Some("[REDACTED]".to_owned()),
        ..seen(Some(id), None)
    };

    let one = resolve(&app, &org, hidden("7")).await;
    let other = resolve(&app, &org, hidden("8")).await;

    assert_ne!(one.id, other.id);
    assert_eq!((one.email, other.email), (None, None));
}

#[tokio::test]
async fn an_account_met_many_times_at_once_is_one() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let sightings = (0..8).map(|number| {
        let (id, name) = (Some("7"), Some("ada"));
        resolve(
            &app,
            &org,
            if number % 2 == 0 {
                seen(id, name)
            } else {
                seen(None, name)
            },
        )
    });

    let found = join_all(sightings).await;

    assert!(found.iter().all(|account| account.id == found[0].id));
    assert_eq!(count(&app).await, 1);
}
