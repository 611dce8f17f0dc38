//! Plans: what they allow, how they are enforced, and who changes them.

use api::contexts::orgs::{self, NewMember};
use serde_json::{Value, json};
use shared::role::Role;
use tests::TestApp;
use tests::answer::Answer;
use tests::org::{Org, Person};
use uuid::Uuid;

const CHANGE: &str = "mutation ($id: ID!, $plan: PlanType!) {
  changePlan(input: { organizationId: $id, planType: $plan }) { organization { planType memberCount } }
}";
const INSTANCE: &str = "query ($search: String) { instance {
  isSignUpOpen defaultPlan
  organizations(search: $search) { totalCount nodes { name slug planType memberCount deletedAt joinRules { kind value } } }
} }";

/// Somebody who runs the instance and belongs to an organization of their own.
pub async fn operator(app: &TestApp) -> Person {
    let elsewhere = app.org().await;
    let client = app.database().client().await;
    let make = "UPDATE users SET is_operator = true WHERE id = $1";
    client
        .execute(make, &[&Uuid::from(elsewhere.admin.id)])
        .await
        .unwrap();
    elsewhere.admin
}

async fn on_plan(app: &TestApp, plan: &str) -> (Org, Person) {
    let (org, operator) = (app.org().await, operator(app).await);
    change(&operator, &org, plan).await.data();
    (org, operator)
}

async fn change(by: &Person, org: &Org, plan: &str) -> Answer {
    by.graphql(CHANGE, json!({ "id": org.gid(), "plan": plan }))
        .await
}

async fn invite(by: &Person, emails: &[&str]) -> Vec<Value> {
    const INVITE: &str = "mutation ($people: [PersonToInviteInput!]!) {
      inviteMember(input: { people: $people }) { results { email outcome message } }
    }";
    let people: Vec<Value> = emails
        .iter()
        .map(|email| json!({ "email": email }))
        .collect();
    let answer = by.graphql(INVITE, json!({ "people": people })).await;
    answer.list("/inviteMember/results").to_vec()
}

#[tokio::test]
async fn an_organization_tells_its_plan_and_how_much_of_it_is_used() {
    const USAGE: &str = "{ organization { planType usage { members }
      planLimits { members repositories requestsPerMinute aiReviewsPerMonth } } }";
    let app = TestApp::start().await;
    let (org, _) = on_plan(&app, "FREE").await;

    let answer = org.member.graphql(USAGE, json!({})).await;

    assert_eq!(
        answer.at("/organization"),
        &json!({
            "planType": "FREE",
            "usage": { "members": 4 },
            "planLimits": { "members": 5, "repositories": 10, "requestsPerMinute": 100, "aiReviewsPerMonth": 100 },
        })
    );
}

#[tokio::test]
async fn invitations_stop_where_the_plan_does() {
    let app = TestApp::start().await;
    let (org, operator) = on_plan(&app, "FREE").await;

    let first = invite(&org.admin, &["a@x.test", "b@x.test"]).await;
    let again = invite(&org.admin, &["a@x.test", "c@x.test"]).await;
    change(&operator, &org, "PRO").await.data();
    let later = invite(&org.admin, &["c@x.test"]).await;

    let outcomes = |results: &[Value]| -> Vec<String> {
        let outcome = |one: &Value| one["outcome"].as_str().unwrap().to_owned();
        results.iter().map(outcome).collect()
    };
    assert_eq!(outcomes(&first), ["INVITED", "REFUSED"]);
    assert_eq!(outcomes(&again), ["ALREADY_INVITED", "REFUSED"]);
    let message = first[1]["message"].as_str().unwrap();
    assert!(
        message.contains("the plan FREE allows 5 active members"),
        "{message}"
    );
    assert_eq!(outcomes(&later), ["INVITED"]);
}

#[tokio::test]
async fn two_who_join_at_once_never_pass_the_limit() {
    let app = TestApp::start().await;
    let (org, _) = on_plan(&app, "FREE").await;
    let elsewhere = app.org().await;
    let scope = org.scope().await;
    let join = async |person: &Person| {
        let new = NewMember::active(person.id, Role::Member);
        let joined = app
            .platform()
            .db
            .transaction(async |tx| orgs::add_member(tx, &scope, new.clone()).await);
        joined.await.is_ok()
    };

    let joined = tokio::join!(
        join(&elsewhere.lead),
        join(&elsewhere.member),
        join(&elsewhere.viewer)
    );

    let count = [joined.0, joined.1, joined.2]
        .iter()
        .filter(|one| **one)
        .count();
    assert_eq!(count, 1, "four were members, five may be");
}

#[tokio::test]
async fn who_was_suspended_comes_back_only_where_there_is_room() {
    const STATUS: &str = "mutation ($user: ID!, $status: MembershipStatus!) {
      changeMemberStatus(input: { userId: $user, status: $status }) { membership { status } }
    }";
    const ROLE: &str = "mutation ($user: ID!) {
      changeMemberRole(input: { userId: $user, role: VIEWER }) { membership { role } }
    }";
    let app = TestApp::start().await;
    let org = app.org().await;
    let operator = operator(&app).await;
    let status = async |status: &str| {
        let input = json!({ "user": org.lead.gid(), "status": status });
        org.admin.graphql(STATUS, input).await
    };
    status("INACTIVE").await.data();
    org.person(Role::Member).await;
    org.person(Role::Member).await;
    change(&operator, &org, "FREE").await.data();

    let refused = status("ACTIVE").await;

    assert_eq!(refused.error_code(), "CONFLICT");
    // A change that brings nobody in is free.
    org.admin
        .graphql(ROLE, json!({ "user": org.member.gid() }))
        .await
        .data();
    change(&operator, &org, "ENTERPRISE").await.data();
    status("ACTIVE").await.data();
}

#[tokio::test]
async fn operators_alone_see_the_instance_and_change_plans() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let operator = operator(&app).await;

    let refused = change(&org.admin, &org, "PRO").await;
    let hidden = org.admin.graphql(INSTANCE, json!({})).await;
    let nobody = app.graphql(INSTANCE, json!({})).await;
    let changed = change(&operator, &org, "PRO").await;
    let seen = operator
        .graphql(INSTANCE, json!({ "search": org.slug }))
        .await;

    assert_eq!(refused.error_code(), "FORBIDDEN");
    assert!(hidden.data()["instance"].is_null());
    assert!(nobody.data()["instance"].is_null());
    assert_eq!(
        changed.at("/changePlan/organization"),
        &json!({ "planType": "PRO", "memberCount": 4 })
    );
    let one = seen.at("/instance/organizations/nodes/0");
    assert_eq!(
        (&one["slug"], &one["planType"]),
        (&json!(org.slug), &json!("PRO"))
    );
    assert_eq!(seen.at("/instance/defaultPlan"), "ENTERPRISE");
    let log = "{ organization { auditLog(action: PLAN_CHANGED) { totalCount } } }";
    let log = org.admin.graphql(log, json!({})).await;
    assert_eq!(log.number("/organization/auditLog/totalCount"), 1);
}

#[tokio::test]
async fn an_unknown_organization_has_no_plan() {
    let app = TestApp::start().await;
    let operator = operator(&app).await;
    let nobody = api::graphql::global_id::encode(api::graphql::NodeKind::Organization, Uuid::nil());

    let answer = operator
        .graphql(CHANGE, json!({ "id": nobody.to_string(), "plan": "PRO" }))
        .await;

    assert_eq!(answer.error_code(), "NOT_FOUND");
}

#[tokio::test]
async fn a_plan_bounds_what_one_person_asks_in_its_organization() {
    const ASK: &str = "{ organization { name } }";
    let app = TestApp::start().await;
    let (org, operator) = on_plan(&app, "FREE").await;
    let cost = org
        .member
        .graphql("{ rateLimit { cost } organization { name } }", json!({}))
        .await;
    assert_eq!(cost.number("/rateLimit/cost"), 1);

    for _ in 0..99 {
        org.member.graphql(ASK, json!({})).await.data();
    }
    let over = org.member.graphql(ASK, json!({})).await;

    assert_eq!(over.error_code(), "RATE_LIMITED");
    let message = over.errors()[0]["message"].as_str().unwrap();
    assert!(message.contains("the plan FREE"), "{message}");
    // Others have budgets of their own, and so has the person elsewhere.
    org.lead.graphql(ASK, json!({})).await.data();
    org.member
        .graphql("{ viewer { user { name } } }", json!({}))
        .await
        .data();
    change(&operator, &org, "ENTERPRISE").await.data();
    org.member.graphql(ASK, json!({})).await.data();
}
