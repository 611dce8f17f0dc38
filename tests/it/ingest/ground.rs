//! A receiver over HTTP, workers and an organization on a database of their own, without the rest of a server.

use std::num::NonZeroU32;
use std::sync::Arc;

use api::access::OrgScope;
use api::contexts::audit::Origin;
use api::contexts::identity::{NewUser, create_user};
use api::contexts::ingest::{
    self, Acceptor, NewSource, Receiver, ReceiverLimits, WebhookSource, Workers,
};
use api::contexts::orgs::{NewMember, NewOrganization, create_organization};
use api::platform::Platform;
use api::platform::bus::Bus;
use api::platform::clock::Clock;
use api::platform::crypto::{Crypto, SealingKey};
use api::platform::db::Db;
use api::platform::ids::Ids;
use api::platform::tasks::Tasks;
use api::platform::telemetry::Metrics;
use api::workflows;
use chrono::{DateTime, Utc};
use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use shared::ids::UserId;
use shared::role::{PlanType, Role};
use shared::vocabulary::Provider;
use tests::database::Database;
use tests::gitlab::Delivery;
use tokio_postgres::Client;

/// Noon of a Monday.
pub fn noon() -> DateTime<Utc> {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

pub struct Ground {
    pub platform: Platform,
    pub workers: Workers,
    /// The server's own standing in the organization.
    pub scope: OrgScope,
    pub http: reqwest::Client,
    /// A connection to look at what is stored.
    pub rows: Client,
    pub database: Database,
    address: String,
}

/// A source and its secret.
pub struct Source {
    pub source: WebhookSource,
    pub secret: String,
}

impl Ground {
    pub async fn start() -> Self {
        Self::with_rate(1_000_000).await
    }

    pub async fn with_rate(rate_per_minute: u32) -> Self {
        let database = Database::migrated().await;
        let platform = platform(&database);
        let acceptor = Acceptor::start(&platform);
        let limits = ReceiverLimits {
            rate_per_minute: NonZeroU32::new(rate_per_minute).unwrap(),
        };
        let receiver = Receiver::new(&platform, acceptor, limits);
        let address = serve(&platform, receiver).await;
        let scope = organization(&platform).await;
        Self {
            workers: workflows::process_event::workers(&platform),
            scope,
            http: reqwest::Client::builder().build().unwrap(),
            rows: database.client().await,
            platform,
            address,
            database,
        }
    }

    /// A GitLab source.
    pub async fn source(&self, name: &str) -> Source {
        let new = NewSource {
            provider: Provider::Gitlab,
            name: name.to_owned(),
            signing_token: None,
        };
        let (source, secret) = ingest::create_source(&self.platform, &self.scope, &new)
            .await
            .unwrap();
        Source { source, secret }
    }

    /// A member with this verified address.
    pub async fn member(&self, email: &str) -> UserId {
        let scope = &self.scope;
        let joining = self.platform.db.transaction(async |tx| {
            let user = create_user(tx, NewUser::verified(email, email.to_owned())).await?;
            workflows::join_member(tx, scope, NewMember::active(user.id, Role::Member)).await?;
            Ok(user.id)
        });
        joining.await.unwrap()
    }

    /// A request to a source, without headers and body.
    pub fn request_to(&self, path: &str) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.address))
    }

    pub fn path_of(source: &Source) -> String {
        format!("/webhooks/gitlab/{}", source.source.id)
    }

    /// A delivery as GitLab sends it.
    pub fn delivery(&self, source: &Source, delivery: &Delivery) -> RequestBuilder {
        self.request_to(&Self::path_of(source))
            .header("content-type", "application/json")
            .header("x-gitlab-event", delivery.event)
            .header("x-gitlab-token", &source.secret)
            .header("idempotency-key", &delivery.key)
            .body(delivery.body.to_string())
    }

    /// Sends a delivery that must be taken, whether new or not.
    #[track_caller]
    pub fn send(&self, source: &Source, delivery: &Delivery) -> impl Future<Output = Response> {
        let sending = self.delivery(source, delivery).send();
        async {
            let response = sending.await.unwrap();
            assert!(response.status().is_success(), "{response:?}");
            response
        }
    }

    /// Sends a delivery and processes what is due.
    pub async fn send_and_process(&self, source: &Source, delivery: &Delivery) {
        self.send(source, delivery).await;
        self.workers.process_due().await.unwrap();
    }

    pub async fn balance(&self, user: UserId) -> i64 {
        let query = format!(
            "SELECT coalesce(sum(points_change), 0)::bigint FROM points_ledger WHERE user_id = '{user}'"
        );
        self.number(&query).await
    }

    pub async fn number(&self, query: &str) -> i64 {
        self.rows.query_one(query, &[]).await.unwrap().get(0)
    }

    pub async fn text(&self, query: &str) -> String {
        self.rows.query_one(query, &[]).await.unwrap().get(0)
    }

    /// States of all events with their reasons, oldest first.
    pub async fn events(&self) -> Vec<(String, Option<String>)> {
        let query = "SELECT status, reason FROM events ORDER BY id";
        let rows = self.rows.query(query, &[]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        self.platform.tasks.stopping().cancel();
    }
}

/// The body of an answer.
pub async fn body(response: Response) -> Value {
    response.json().await.unwrap()
}

fn platform(database: &Database) -> Platform {
    let clock = Clock::fixed_at(noon());
    let ids = Ids::new(clock.clone());
    let bus = Bus::default();
    let key = SealingKey {
        id: "test".to_owned(),
        key: [7; 32],
    };
    Platform {
        db: Db::connect(&database.url(), 8, bus.clone(), ids.clone()).unwrap(),
        clock,
        ids,
        bus,
        crypto: Arc::new(Crypto::new(vec![key]).unwrap()),
        redis: None,
        tasks: Tasks::default(),
        public_url: "http://devmetrics.test".into(),
        metrics: Metrics::default(),
    }
}

async fn serve(platform: &Platform, receiver: Receiver) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let stopping = platform.tasks.stopping();
    let serving = axum::serve(listener, ingest::http::routes(receiver))
        .with_graceful_shutdown(async move { stopping.cancelled().await });
    platform.tasks.start("receiver", async move {
        serving.await.unwrap();
    });
    address
}

async fn organization(platform: &Platform) -> OrgScope {
    let new = NewOrganization {
        name: "Acme".to_owned(),
        slug: None,
        time_zone: chrono_tz::Tz::UTC,
        is_personal: false,
        plan: PlanType::Enterprise,
    };
    let origin = Origin::default();
    let creating = platform
        .db
        .transaction(async |tx| create_organization(tx, &origin, new).await);
    creating.await.unwrap()
}
