//! Keys to test with.

use serde_json::{Value, json};
use tests::answer::Answer;
use tests::app::TestApp;
use tests::org::Person;
use tests::socket::Socket;

pub const CREATE: &str = "mutation ($input: CreateApiKeyInput!) {
    createApiKey(input: $input) { secret apiKey { id lastFour scopes rateLimit owner expiresAt isActive user { name } } }
}";
pub const ROTATE: &str = "mutation ($input: RotateApiKeyInput!) {
    rotateApiKey(input: $input) { secret apiKey { id lastFour } }
}";
pub const REVOKE: &str =
    "mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { isActive revokedAt } } }";
pub const UPDATE: &str = "mutation ($input: UpdateApiKeyInput!) {
    updateApiKey(input: $input) { apiKey { name scopes rateLimit expiresAt } }
}";

/// A key with its secret, as its maker has it.
#[derive(Clone)]
pub struct Key {
    app: TestApp,
    pub id: String,
    pub secret: String,
}

impl Key {
    /// A person's own key.
    pub async fn of_person(app: &TestApp, person: &Person, scopes: &[&str]) -> Self {
        Self::create(app, person, json!({ "name": "Key", "scopes": scopes })).await
    }

    /// A key of the organization itself.
    pub async fn of_organization(app: &TestApp, admin: &Person, scopes: &[&str]) -> Self {
        let input = json!({ "name": "Service", "scopes": scopes, "owner": "ORGANIZATION" });
        Self::create(app, admin, input).await
    }

    /// A key as the input says.
    pub async fn create(app: &TestApp, person: &Person, input: Value) -> Self {
        let answer = person.graphql(CREATE, json!({ "input": input })).await;
        Self {
            app: app.clone(),
            id: answer.text("/createApiKey/apiKey/id").to_owned(),
            secret: answer.text("/createApiKey/secret").to_owned(),
        }
    }

    /// The same key on another node.
    pub fn at(&self, node: &TestApp) -> Self {
        Self {
            app: node.clone(),
            ..self.clone()
        }
    }

    /// The same key by another secret.
    pub fn with_secret(&self, secret: &str) -> Self {
        Self {
            secret: secret.to_owned(),
            ..self.clone()
        }
    }

    /// Asks by this key. It knows its organization: nothing says which.
    pub async fn graphql(&self, query: &str, variables: Value) -> Answer {
        let authorization = format!("Bearer {}", self.secret);
        let headers = [("authorization", authorization.as_str())];
        self.app.graphql_with(query, variables, &headers).await
    }

    /// Whether it opens anything.
    pub async fn works(&self) -> bool {
        let answer = self.graphql("{ apiKeySelf { id } }", json!({})).await;
        if answer.errors().is_empty() {
            return answer.text("/apiKeySelf/id") == self.id;
        }
        assert_eq!(
            (answer.status, answer.error_code()),
            (401, "UNAUTHENTICATED")
        );
        false
    }

    /// A websocket by this key.
    pub async fn socket(&self) -> Socket {
        let mut socket = self.app.socket().await;
        let authorization = format!("Bearer {}", self.secret);
        socket.init(json!({ "Authorization": authorization })).await;
        socket
    }
}
