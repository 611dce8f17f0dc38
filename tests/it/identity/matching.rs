//! Which member an account at a provider is.

use api::contexts::identity::{self, AccountRef, NewUser};
use api::contexts::orgs::NewMember;
use api::workflows;
use shared::role::Role;
use tests::TestApp;

use super::accounts::{resolve, seen};

#[tokio::test]
async fn an_account_is_matched_by_a_proven_address() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let account = AccountRef {
        email: Some(org.member.email.to_uppercase()),
        ..seen(Some("7"), Some("ada"))
    };

    let resolved = resolve(&app, &org, account).await;

    assert_eq!(resolved.user_id, Some(org.member.id));
    assert_eq!(resolved.linked_now, [resolved.id]);
}

#[tokio::test]
async fn an_address_that_nobody_proved_matches_nobody() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let scope = org.scope().await;
    let new = NewUser {
        is_email_verified: false,
        ..NewUser::verified("ada@example.com", "Ada")
    };
    app.platform()
        .db
        .transaction(async |tx| {
            let user = identity::create_user(tx, new).await?;
            workflows::join_member(tx, &scope, NewMember::active(user.id, Role::Member)).await
        })
        .await
        .unwrap();
    let account = AccountRef {
        email: Some("ada@example.com".to_owned()),
        ..seen(Some("7"), None)
    };

    assert_eq!(resolve(&app, &org, account).await.user_id, None);
}

#[tokio::test]
async fn a_name_alone_finds_the_account_of_the_id() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let whole = AccountRef {
        email: Some(org.member.email.clone()),
        ..seen(Some("7"), Some("ada"))
    };
    let known = resolve(&app, &org, whole).await;

    let by_name = resolve(&app, &org, seen(None, Some("ADA"))).await;

    assert_eq!(
        (by_name.id, by_name.user_id),
        (known.id, Some(org.member.id))
    );
}

#[tokio::test]
async fn namesakes_met_apart_are_linked_together() {
    let app = TestApp::start().await;
    let org = app.org().await;
    // A push knows the id and no name, a comment knows the name and no id: two rows until a payload has both.
    let by_id = resolve(&app, &org, seen(Some("7"), None)).await;
    let by_name = resolve(&app, &org, seen(None, Some("ada"))).await;
    assert_ne!(by_id.id, by_name.id);
    let whole = AccountRef {
        email: Some(org.member.email.clone()),
        ..seen(Some("7"), Some("ada"))
    };

    let resolved = resolve(&app, &org, whole).await;

    let mut linked = resolved.linked_now;
    linked.sort_unstable();
    let mut both = [by_id.id, by_name.id];
    both.sort_unstable();
    assert_eq!(linked, both);
}

#[tokio::test]
async fn a_bot_is_nobody() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let bot = AccountRef {
        email: Some(org.member.email.clone()),
        is_bot: true,
        ..seen(Some("7"), Some("project_1_bot"))
    };

    assert_eq!(resolve(&app, &org, bot).await.user_id, None);
}

#[tokio::test]
async fn who_joins_later_gets_the_accounts_met_before() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let early = AccountRef {
        email: Some("ada@example.com".to_owned()),
        ..seen(Some("7"), Some("ada"))
    };
    assert_eq!(resolve(&app, &org, early.clone()).await.user_id, None);
    let scope = org.scope().await;
    let user = app
        .platform()
        .db
        .transaction(async |tx| {
            let user =
                identity::create_user(tx, NewUser::verified("ada@example.com", "Ada")).await?;
            workflows::join_member(tx, &scope, NewMember::active(user.id, Role::Member)).await?;
            Ok(user)
        })
        .await
        .unwrap();

    let resolved = resolve(&app, &org, early).await;

    assert_eq!(resolved.user_id, Some(user.id));
    assert!(resolved.linked_now.is_empty(), "it was linked on joining");
    assert!(
        identity::list_unmatched_accounts(app.platform(), &scope)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn an_account_of_another_member_is_not_taken() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let account = AccountRef {
        email: Some(org.member.email.clone()),
        ..seen(Some("7"), None)
    };
    let account = resolve(&app, &org, account).await;
    let scope = org.scope().await;

    let refused = app
        .platform()
        .db
        .transaction(async |tx| identity::link_account(tx, &scope, account.id, org.lead.id).await)
        .await
        .unwrap_err();

    assert_eq!(refused.code().as_str(), "CONFLICT");
}
