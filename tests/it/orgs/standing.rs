//! Roles and statuses.

use api::access::OrgScope;
use api::contexts::orgs::{self, StandingChanged};
use api::error::AppError;
use serde_json::json;
use shared::ids::UserId;
use shared::role::{MembershipStatus, Role};
use tests::TestApp;

async fn change(
    app: &TestApp,
    scope: &OrgScope,
    user: UserId,
    role: Role,
    status: MembershipStatus,
) -> Result<(), AppError> {
    app.platform()
        .db
        .transaction(async |tx| orgs::change_standing(tx, scope, user, role, status).await)
        .await
        .map(drop)
}

#[tokio::test]
async fn an_organization_keeps_its_last_administrator() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let scope = org.scope().await;

    let refused = change(
        &app,
        &scope,
        org.admin.id,
        Role::Member,
        MembershipStatus::Active,
    )
    .await;
    assert_eq!(refused.unwrap_err().code().as_str(), "CONFLICT");

    change(
        &app,
        &scope,
        org.lead.id,
        Role::Admin,
        MembershipStatus::Active,
    )
    .await
    .unwrap();
    change(
        &app,
        &scope,
        org.admin.id,
        Role::Member,
        MembershipStatus::Active,
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn who_is_inactive_is_outside() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let scope = org.scope().await;
    let mut hints = app.platform().bus.subscribe::<StandingChanged>();

    change(
        &app,
        &scope,
        org.member.id,
        Role::Member,
        MembershipStatus::Inactive,
    )
    .await
    .unwrap();

    let answer = org
        .member
        .graphql("{ organization { id } }", json!({}))
        .await;
    assert!(answer.data()["organization"].is_null());
    assert_eq!(hints.try_recv().unwrap().user_id, Some(org.member.id));
}

#[tokio::test]
async fn members_change_nobody() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let scope = org.lead.scope().await;

    let refused = change(
        &app,
        &scope,
        org.member.id,
        Role::Admin,
        MembershipStatus::Active,
    )
    .await;

    assert_eq!(refused.unwrap_err().code().as_str(), "FORBIDDEN");
}
