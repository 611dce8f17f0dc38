//! Whose accounts are: suggested, said, and taken back, with everything that the accounts earned.

use api::contexts::points::verify_ledger;
use serde_json::{Value, json};
use tests::TestApp;
use tests::answer::Answer;
use tests::gitlab::{Account, merge_request, push};
use tests::org::{Org, Person};
use tests::source::Source;
use tests::wait::eventually;
use uuid::Uuid;

const MATCHES: &str = "query ($status: MatchStatus, $search: String) { organization {
  identityMatches(status: $status, search: $search) { totalCount nodes {
    id username status waitingCredits user { name } suggestion { reason user { name } }
  } }
} }";
const MERGE: &str = "mutation ($account: ID!, $user: ID!) {
  mergeIdentities(input: { accountId: $account, userId: $user }) { identityMatch { status waitingCredits user { name } } }
}";
const UNMERGE: &str = "mutation ($account: ID!) {
  unmergeIdentities(input: { accountId: $account }) { identityMatch { status waitingCredits user { name } } }
}";
const POINTS: &str =
    "query ($user: ID!) { organization { points(userId: $user) { balance today week month } } }";

async fn matches(by: &Person, status: Option<&str>) -> Vec<Value> {
    let answer = by.graphql(MATCHES, json!({ "status": status })).await;
    answer.list("/organization/identityMatches/nodes").to_vec()
}

/// The global id of the account of a name.
async fn id_of(org: &Org, username: &str) -> String {
    let found = org
        .admin
        .graphql(MATCHES, json!({ "search": username }))
        .await;
    found
        .text("/organization/identityMatches/nodes/0/id")
        .to_owned()
}

async fn merge(org: &Org, account: &str, person: &Person) -> Answer {
    let variables = json!({ "account": account, "user": person.gid() });
    org.admin.graphql(MERGE, variables).await
}

async fn unmerge(org: &Org, account: &str) -> Answer {
    org.admin
        .graphql(UNMERGE, json!({ "account": account }))
        .await
}

async fn points(org: &Org, person: &Person) -> Value {
    let answer = org
        .admin
        .graphql(POINTS, json!({ "user": person.gid() }))
        .await;
    answer.at("/organization/points").clone()
}

/// An account that nothing tells the owner of, and what it has done: 3 commits pushed, a pull request merged.
async fn stranger(app: &TestApp, source: &Source) -> Account {
    let account = Account::new("stranger@elsewhere.test");
    source.accept(&push(&account, 3, app.now())).await;
    source
        .accept(&merge_request("merge", &account, &account, app.now()))
        .await;
    app.run_jobs().await;
    account
}

async fn rename(app: &TestApp, person: &Person, name: &str) {
    let client = app.database().client().await;
    let rename = "UPDATE users SET name = $2 WHERE id = $1";
    client
        .execute(rename, &[&Uuid::from(person.id), &name])
        .await
        .unwrap();
}

async fn is_idle(app: &TestApp) {
    eventually("everything is processed", async || {
        let client = app.database().client().await;
        let left = client
            .query_one("SELECT count(*) FROM event_queue", &[])
            .await;
        (left.unwrap().get::<_, i64>(0) == 0).then_some(())
    })
    .await;
}

/// Every total is what the ledger says, and each event tells what it earned.
async fn is_sound(app: &TestApp) {
    let verified = verify_ledger(app.platform()).await.unwrap();
    assert!(verified.discrepancies.is_empty(), "{verified:?}");
    let client = app.database().client().await;
    let odd = client
        .query(
            "SELECT e.id FROM events e WHERE e.points_awarded <> (
               SELECT coalesce(sum(l.points_change), 0) FROM points_ledger l WHERE l.event_id = e.id)",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(
        odd.len(),
        0,
        "events whose points are not those of the ledger"
    );
}

#[tokio::test]
async fn everybody_is_in_view_and_the_likely_ones_are_suggested() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let grace = org.person(shared::role::Role::Member).await;
    rename(&app, &grace, "Grace Hopper").await;
    let source = org.source().await;
    let named = Account {
        name: "grace hopper".to_owned(),
        ..Account::new("gh@elsewhere.test")
    };
    let nobody = Account::new("nobody@elsewhere.test");
    for account in [&org.member.gitlab(), &named, &nobody] {
        source.accept(&push(account, 1, app.now())).await;
    }
    app.run_jobs().await;

    let suggested = matches(&org.admin, Some("SUGGESTED")).await;
    assert_eq!(suggested.len(), 1);
    assert_eq!(
        suggested[0]["suggestion"],
        json!({ "reason": "NAME", "user": { "name": "Grace Hopper" } })
    );
    assert_eq!(suggested[0]["waitingCredits"], 1);
    let unmatched = matches(&org.admin, Some("UNMATCHED")).await;
    assert_eq!(
        (unmatched.len(), &unmatched[0]["username"]),
        (1, &json!(nobody.username))
    );
    let matched = matches(&org.admin, Some("MATCHED")).await;
    assert_eq!(matched[0]["user"]["name"], "member");
    assert_eq!(matches(&org.admin, None).await.len(), 3);
    let refused = org.lead.graphql(MATCHES, json!({})).await;
    assert_eq!(refused.error_code(), "FORBIDDEN");
}

#[tokio::test]
async fn two_of_a_name_are_not_guessed_between() {
    let app = TestApp::start().await;
    let org = app.org().await;
    for _ in 0..2 {
        let twin = org.person(shared::role::Role::Member).await;
        rename(&app, &twin, "Sam Lee").await;
    }
    let source = org.source().await;
    let sam = Account {
        name: "Sam Lee".to_owned(),
        ..Account::new("sl@elsewhere.test")
    };
    source.accept(&push(&sam, 1, app.now())).await;
    app.run_jobs().await;

    assert_eq!(matches(&org.admin, Some("SUGGESTED")).await.len(), 0);
    assert_eq!(matches(&org.admin, Some("UNMATCHED")).await.len(), 1);
}

#[tokio::test]
async fn merging_brings_what_was_earned_and_undoing_takes_it_back() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let source = org.source().await;
    source
        .accept(&push(&org.member.gitlab(), 1, app.now()))
        .await;
    let account = stranger(&app, &source).await;
    let before = points(&org, &org.member).await;
    let id = id_of(&org, &account.username).await;

    let merged = merge(&org, &id, &org.member).await;
    let with = points(&org, &org.member).await;
    is_sound(&app).await;
    let parted = unmerge(&org, &id).await;

    assert_eq!(
        merged.at("/mergeIdentities/identityMatch"),
        &json!({ "status": "MATCHED", "waitingCredits": 0, "user": { "name": "member" } })
    );
    // A push of three commits is worth 5, opening and merging 5 and 10.
    let gained = with["balance"].as_i64().unwrap() - before["balance"].as_i64().unwrap();
    assert!(gained >= 15, "{gained}");
    assert_eq!(
        parted.at("/unmergeIdentities/identityMatch/user"),
        &Value::Null
    );
    assert_eq!(points(&org, &org.member).await, before, "in every period");
    is_sound(&app).await;
    assert_eq!(unmerge(&org, &id).await.error_code(), "CONFLICT");
}

#[tokio::test]
async fn what_was_taken_from_one_is_given_to_the_right_one_and_back() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let source = org.source().await;
    let account = stranger(&app, &source).await;
    let id = id_of(&org, &account.username).await;
    merge(&org, &id, &org.member).await.data();
    let whole = points(&org, &org.member).await;
    let none = points(&org, &org.lead).await;

    for _ in 0..2 {
        unmerge(&org, &id).await.data();
        merge(&org, &id, &org.lead).await.data();
        assert_eq!(points(&org, &org.lead).await, whole);
        assert_eq!(points(&org, &org.member).await, none);
        unmerge(&org, &id).await.data();
        merge(&org, &id, &org.member).await.data();
        assert_eq!(points(&org, &org.member).await, whole);
        assert_eq!(points(&org, &org.lead).await, none);
        is_sound(&app).await;
    }
    // What it does from now on goes where it belongs.
    source.accept(&push(&account, 1, app.now())).await;
    app.run_jobs().await;
    let more = points(&org, &org.member).await;
    assert_eq!(
        more["balance"].as_i64().unwrap(),
        whole["balance"].as_i64().unwrap() + 3
    );
}

#[tokio::test]
async fn an_account_that_was_parted_is_not_matched_again_by_itself() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let source = org.source().await;
    let account = org.member.gitlab();
    source.accept(&push(&account, 1, app.now())).await;
    app.run_jobs().await;
    let id = id_of(&org, &account.username).await;
    unmerge(&org, &id).await.data();

    source.accept(&push(&account, 2, app.now())).await;
    app.run_jobs().await;

    let found = matches(&org.admin, None).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["status"], "UNMATCHED", "nor is it suggested");
    assert_eq!(found[0]["waitingCredits"], 2);
    assert_eq!(points(&org, &org.member).await["balance"], 0);
    merge(&org, &id, &org.member).await.data();
    assert_eq!(points(&org, &org.member).await["balance"], 7);
}

#[tokio::test]
async fn who_may_not_and_what_is_not_there_is_refused() {
    let app = TestApp::start().await;
    let (org, other) = (app.org().await, app.org().await);
    let source = org.source().await;
    let account = stranger(&app, &source).await;
    let id = id_of(&org, &account.username).await;
    let variables = json!({ "account": id, "user": org.member.gid() });

    let by_lead = org.lead.graphql(MERGE, variables.clone()).await;
    let foreign = other.admin.graphql(MERGE, variables).await;
    let of_outsider = merge(&org, &id, &other.member).await;
    merge(&org, &id, &org.member).await.data();
    let taken = merge(&org, &id, &org.lead).await;

    assert_eq!(by_lead.error_code(), "FORBIDDEN");
    assert_eq!(foreign.error_code(), "NOT_FOUND");
    assert_eq!(of_outsider.error_code(), "NOT_FOUND");
    assert_eq!(taken.error_code(), "CONFLICT");
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_while_an_account_changes_hands() {
    let app = TestApp::builder()
        .with_workers()
        .with_system_clock()
        .start()
        .await;
    let org = app.org().await;
    let source = org.source().await;
    let account = stranger(&app, &source).await;
    is_idle(&app).await;
    let id = id_of(&org, &account.username).await;
    merge(&org, &id, &org.member).await.data();

    let sending = async {
        for _ in 0..20 {
            source.accept(&push(&account, 1, app.now())).await;
        }
    };
    let changing = async {
        for _ in 0..5 {
            unmerge(&org, &id).await.data();
            merge(&org, &id, &org.member).await.data();
        }
    };
    tokio::join!(sending, changing);
    is_idle(&app).await;

    is_sound(&app).await;
    unmerge(&org, &id).await.data();
    assert_eq!(points(&org, &org.member).await["balance"], 0);
    merge(&org, &id, &org.lead).await.data();
    // 20 pushes of one commit beside the stranger's first three happenings.
    let balance = points(&org, &org.lead).await["balance"].as_i64().unwrap();
    assert_eq!(balance % 3, (5 + 10) % 3, "{balance}");
    assert!(balance >= 60 + 15, "{balance}");
}
