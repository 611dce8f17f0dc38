//! Webhook sources: made, changed, given new secrets, deleted; heard of at once by the receiver.

use api::contexts::ingest::NewSource;
use api::contexts::ingest::{
    SourceChanges, create_source, delete_source, list_sources, rotate_secret, update_source,
};
use api::error::{AppError, ErrorCode};
use shared::vocabulary::Provider;
use tests::gitlab::{self, Account, Delivery};

use super::ground::{Ground, Source, noon};

fn push() -> Delivery {
    gitlab::push(&Account::new("ada@example.com"), 3, noon())
}

async fn status(ground: &Ground, source: &Source) -> u16 {
    let sent = ground.delivery(source, &push()).send().await;
    sent.unwrap().status().as_u16()
}

fn new(provider: Provider, name: &str) -> NewSource {
    NewSource {
        provider,
        name: name.to_owned(),
        signing_token: None,
    }
}

#[tokio::test]
async fn a_new_secret_ends_the_old_one_at_once() {
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    assert_eq!(status(&ground, &source).await, 202);
    let (changed, secret) = rotate_secret(&ground.platform, &ground.scope, source.source.id)
        .await
        .unwrap();
    assert_eq!(status(&ground, &source).await, 401);
    let renewed = Source {
        source: changed,
        secret,
    };
    assert_eq!(status(&ground, &renewed).await, 202);
}

#[tokio::test]
async fn a_disabled_or_deleted_source_takes_nothing() {
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    let id = source.source.id;
    let enable = async |is_enabled: bool| {
        let changes = SourceChanges {
            is_enabled: Some(is_enabled),
            ..SourceChanges::default()
        };
        update_source(&ground.platform, &ground.scope, id, &changes)
            .await
            .unwrap();
    };
    enable(false).await;
    assert_eq!(status(&ground, &source).await, 404);
    enable(true).await;
    assert_eq!(status(&ground, &source).await, 202);
    delete_source(&ground.platform, &ground.scope, id)
        .await
        .unwrap();
    assert_eq!(status(&ground, &source).await, 404);
    assert!(
        list_sources(&ground.platform, &ground.scope)
            .await
            .unwrap()
            .is_empty()
    );
    // Its name is free again.
    ground.source("GitLab").await;
}

#[tokio::test]
async fn names_are_unique_and_providers_are_those_that_are_read() {
    let ground = Ground::start().await;
    ground.source("GitLab").await;
    let create = async |new: NewSource| create_source(&ground.platform, &ground.scope, &new).await;
    let taken = create(new(Provider::Gitlab, "GitLab")).await.unwrap_err();
    assert_eq!(taken.code(), ErrorCode::Conflict);
    let AppError::Invalid(fields) = create(new(Provider::Github, " ")).await.unwrap_err() else {
        panic!("not refused for its fields");
    };
    let fields: Vec<_> = fields.iter().map(|field| field.field).collect();
    assert_eq!(fields, ["provider", "name"]);
}

#[tokio::test]
async fn secrets_are_sealed_in_the_database() {
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    let sealed = ground
        .text("SELECT encode(secret_sealed, 'escape') FROM webhook_sources")
        .await;
    assert!(!sealed.contains(&source.secret));
}
