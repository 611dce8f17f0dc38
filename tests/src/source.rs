//! Webhook sources, and deliveries to them as GitLab makes them.

use api::access::OrgScope;
use api::contexts::ingest::{self, NewSource};
use api::graphql::global_id::{self, NodeKind};
use reqwest::RequestBuilder;
use shared::ids::WebhookSourceId;
use shared::vocabulary::Provider;

use crate::app::TestApp;
use crate::gitlab::{Delivery, INSTANCE};
use crate::wait::in_time;

/// A GitLab webhook source of an organization.
#[derive(Clone)]
pub struct Source {
    app: TestApp,
    /// The source.
    pub id: WebhookSourceId,
    /// Its secret token.
    pub secret: String,
}

impl Source {
    pub(crate) async fn create(app: &TestApp, scope: &OrgScope) -> Self {
        let new = NewSource {
            provider: Provider::Gitlab,
            name: "GitLab".to_owned(),
            signing_token: None,
        };
        let (source, secret) = ingest::create_source(app.platform(), scope, &new)
            .await
            .unwrap_or_else(|error| panic!("a source can be created: {error:?}"));
        Self {
            app: app.clone(),
            id: source.id,
            secret,
        }
    }

    /// The same source on another node.
    #[must_use]
    pub fn at(&self, node: &TestApp) -> Self {
        Self {
            app: node.clone(),
            ..self.clone()
        }
    }

    /// The source's global id.
    pub fn gid(&self) -> String {
        global_id::encode(NodeKind::WebhookSource, self.id).to_string()
    }

    /// The path that GitLab posts to.
    pub fn path(&self) -> String {
        format!("/webhooks/gitlab/{}", self.id)
    }

    /// A request with the headers that GitLab sends, for tests that change one of them.
    pub fn request(&self, delivery: &Delivery) -> RequestBuilder {
        self.app
            .http()
            .post(self.app.url(&self.path()))
            .header("user-agent", "GitLab/18.0.0")
            .header("x-gitlab-event", delivery.event)
            .header("x-gitlab-event-uuid", &delivery.key)
            .header("idempotency-key", &delivery.key)
            .header("x-gitlab-instance", INSTANCE)
            .header("x-gitlab-token", &self.secret)
            .json(&delivery.body)
    }

    /// Delivers and returns the HTTP status.
    pub async fn deliver(&self, delivery: &Delivery) -> u16 {
        in_time("a delivery is answered", self.request(delivery).send())
            .await
            .expect("the server answers")
            .status()
            .as_u16()
    }

    /// Delivers what must be accepted.
    #[track_caller]
    pub fn accept(&self, delivery: &Delivery) -> impl Future<Output = ()> {
        let delivered_at = std::panic::Location::caller();
        async move {
            let status = self.deliver(delivery).await;
            assert!(
                (200..300).contains(&status),
                "{} answers {status} ({delivered_at})",
                delivery.event
            );
        }
    }
}
