//! Paying people of a running server, as its workers do.

use api::contexts::points::{Credit, credit};
use chrono::TimeDelta;
use shared::points::PointRule;
use tests::app::TestApp;
use tests::org::{Org, Person};

/// Pays a push of so many commits, as a fact of its own, now.
pub(super) async fn pay(app: &TestApp, org: &Org, person: &Person, fact: &str, commits: u32) {
    pay_ago(app, org, person, fact, commits, 0).await;
}

/// Pays a push of so many commits, so many days ago.
pub(super) async fn pay_ago(
    app: &TestApp,
    org: &Org,
    person: &Person,
    fact: &str,
    commits: u32,
    days_ago: i64,
) {
    let scope = org.scope().await;
    let one = Credit {
        account_id: None,
        user_id: person.id,
        rule: PointRule::Push,
        fact: fact.to_owned(),
        units: commits,
        event: None,
        occurred_at: app.now() - TimeDelta::days(days_ago),
    };
    let paid = app
        .platform()
        .db
        .transaction(async |tx| credit(tx, &scope, one).await)
        .await
        .unwrap();
    assert!(paid.is_some(), "{fact} of {}", person.name);
}
