//! The walk: every field that takes an id is asked with every id of another tenant, and answers as if there were no such thing.

mod foreign;
mod questions;

use api::graphql::global_id;
use futures_util::{StreamExt as _, stream};
use serde_json::json;
use tests::TestApp;
use uuid::Uuid;

use foreign::{holdings, ids_of};
use questions::{OwnIds, Schema, without_request_id};

/// An id that nothing has.
const NOWHERE: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
/// Questions asked at the same time.
const AT_ONCE: usize = 8;

#[tokio::test]
async fn no_field_tells_another_tenants_rows_from_nothing() {
    let app = TestApp::start().await;
    let (own, other) = (app.org().await, app.org().await);
    let foreign = ids_of(&app, &other).await;
    let before = holdings(&app, &other).await;
    let mut outsider = app.org().await.admin;
    outsider.organization_id = own.id;
    let schema = Schema::read(&own.admin).await;
    assert_eq!(
        schema.out_of_the_way(),
        Vec::<String>::new(),
        "fields that take an id and are not walked"
    );
    let questions = schema.questions(&OwnIds::of(&own));
    let secrets = [&other.slug, &other.admin.email, &other.member.email];

    let everyone = [&own.admin, &own.lead, &own.member, &own.viewer, &outsider];
    let mut cases = Vec::new();
    for question in &questions {
        for (kind, id) in &foreign {
            for person in everyone {
                cases.push((question, *kind, id, person));
            }
        }
    }
    let told: Vec<String> = stream::iter(&cases)
        .map(|(question, kind, id, person)| async move {
            let nothing = global_id::encode(*kind, NOWHERE);
            let there = question.ask(person, id).await;
            let nowhere = question.ask(person, nothing.as_str()).await;
            let is_alike =
                there.replace(id.as_str(), "ID") == nowhere.replace(nothing.as_str(), "ID");
            let is_secret = secrets
                .iter()
                .all(|secret| !there.contains(secret.as_str()));
            (!is_alike || !is_secret).then(|| {
                format!(
                    "{} of a {kind:?}: {there} instead of {nowhere}",
                    question.name
                )
            })
        })
        .buffer_unordered(AT_ONCE)
        .filter_map(std::future::ready)
        .collect()
        .await;

    assert_eq!(told, Vec::<String>::new());
    assert_eq!(holdings(&app, &other).await, before, "nothing was changed");
    assert!(
        questions.len() >= 50,
        "only {} questions: the walk has lost its way",
        questions.len()
    );
}

#[tokio::test]
async fn another_tenants_slug_and_id_are_as_good_as_none() {
    let app = TestApp::start().await;
    let (own, other) = (app.org().await, app.org().await);
    let by_slug = "query($slug: String!) { organization(slug: $slug) { name } }";
    let ask = async |slug: &str| {
        own.admin
            .graphql(by_slug, json!({ "slug": slug }))
            .await
            .body
    };

    assert_eq!(
        without_request_id(ask(&other.slug).await),
        without_request_id(ask("nowhere").await)
    );

    let mut stranger = own.admin.clone();
    stranger.organization_id = other.id;
    let there = stranger
        .graphql("{ organization { name } }", json!({}))
        .await
        .body;
    stranger.organization_id = NOWHERE.into();
    let nowhere = stranger
        .graphql("{ organization { name } }", json!({}))
        .await
        .body;
    assert_eq!(without_request_id(there), without_request_id(nowhere));
}
