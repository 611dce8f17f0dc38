//! A GitLab for the flows: posts what it is told to the address that a page shows.

use serde_json::{Value, json};
use tests::gitlab::{Delivery, INSTANCE};

/// Where and with which secret to post.
pub struct GitLab {
    http: reqwest::Client,
    url: String,
    secret: String,
}

impl GitLab {
    /// Posts to a source as its page shows it.
    pub fn new(url: &str, secret: &str) -> Self {
        Self {
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            url: url.to_owned(),
            secret: secret.to_owned(),
        }
    }

    /// Makes a source of its own through the API, as the demo's administrator.
    pub async fn of_demo(server: &str) -> Self {
        let admin = sign_in(server, "admin@demo.test").await;
        let query = "mutation($input: CreateWebhookSourceInput!) {
            createWebhookSource(input: $input) { secret webhookSource { url } }
        }";
        let input = json!({ "input": { "provider": "GITLAB", "name": "Flow" } });
        let created = ask(server, &admin, query, input).await;
        let created = &created["createWebhookSource"];
        let url = created["webhookSource"]["url"].as_str().unwrap();
        // The address that the server gives out may be another than the one it is tested at.
        let path = url.find("/webhooks/").map(|at| &url[at..]).unwrap();
        Self::new(
            &format!("{server}{path}"),
            created["secret"].as_str().unwrap(),
        )
    }

    /// Delivers what must be accepted.
    pub async fn deliver(&self, delivery: &Delivery) {
        let answer = self
            .http
            .post(&self.url)
            .header("x-gitlab-event", delivery.event)
            .header("idempotency-key", &delivery.key)
            .header("x-gitlab-instance", INSTANCE)
            .header("x-gitlab-token", &self.secret)
            .json(&delivery.body)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
    }
}

/// An access token of one of the demo's accounts.
pub async fn sign_in(server: &str, email: &str) -> String {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer: Value = http
        .post(format!("{server}/auth/demo"))
        .json(&json!({ "email": email }))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    answer["accessToken"]
        .as_str()
        .unwrap_or_else(|| panic!("not signed in: {answer:#}"))
        .to_owned()
}

/// Asks the API; gives the data.
pub async fn ask(server: &str, token: &str, query: &str, variables: Value) -> Value {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut answer: Value = http
        .post(format!("{server}/graphql"))
        .bearer_auth(token)
        .json(&json!({ "query": query, "variables": variables }))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert!(answer["errors"].is_null(), "{answer:#}");
    answer["data"].take()
}
