//! A browser with its cookies, and a server whose demo person it signs in as.

use std::collections::BTreeMap;

use api::contexts::identity::{self, NewUser};
use api::contexts::orgs::{self, NewMember};
use reqwest::header::SET_COOKIE;
use serde_json::{Value, json};
use shared::role::Role;
use tests::TestApp;
use tests::answer::Answer;
use tests::org::Org;

/// The demo's person of these tests.
pub(super) const MEMBER: &str = "member@demo.test";

/// A server with demo sign-in, an organization, and one of the demo's people in it.
pub(super) async fn demo() -> (TestApp, Org) {
    let app = TestApp::builder().with_demo_sign_in().start().await;
    let org = app.org().await;
    let scope = org.scope().await;
    app.platform()
        .db
        .transaction(async |tx| {
            let user = identity::create_user(tx, NewUser::verified(MEMBER, "Maya Torres")).await?;
            orgs::add_member(tx, &scope, NewMember::active(user.id, Role::Member)).await
        })
        .await
        .unwrap();
    (app, org)
}

/// A browser: keeps cookies and sends them, and the CSRF token as our own pages do.
#[derive(Clone)]
pub(super) struct Browser {
    app: TestApp,
    pub(super) cookies: BTreeMap<String, String>,
    pub(super) csrf_header: Option<String>,
    /// The `Set-Cookie` headers of the last answer.
    pub(super) received: Vec<String>,
}

impl Browser {
    pub(super) fn new(app: &TestApp) -> Self {
        Self {
            app: app.clone(),
            cookies: BTreeMap::new(),
            csrf_header: None,
            received: Vec::new(),
        }
    }

    /// A browser that is signed in as the demo's person.
    pub(super) async fn signed_in(app: &TestApp, is_remembered: bool) -> Self {
        let mut browser = Self::new(app);
        let body = json!({ "email": MEMBER, "rememberMe": is_remembered });
        let (status, answer) = browser.post("/auth/demo", &body).await;
        assert_eq!(status, 200, "{answer:#}");
        browser
    }

    /// Posts JSON; keeps the cookies of the answer, and forgets those that it takes away.
    pub(super) async fn post(&mut self, path: &str, body: &Value) -> (u16, Value) {
        let mut request = self.app.http().post(self.app.url(path)).json(body);
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        let response = request.send().await.unwrap();
        self.keep_cookies(&response);
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or(Value::Null))
    }

    /// Opens a page that leads elsewhere; gives where.
    pub(super) async fn follow(&mut self, path: &str) -> String {
        let mut request = self.app.http().get(self.app.url(path));
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        let response = request.send().await.unwrap();
        self.keep_cookies(&response);
        assert_eq!(response.status(), 303, "{path} leads elsewhere");
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    fn keep_cookies(&mut self, response: &reqwest::Response) {
        self.received = response
            .headers()
            .get_all(SET_COOKIE)
            .iter()
            .map(|cookie| cookie.to_str().unwrap().to_owned())
            .collect();
        for cookie in &self.received {
            let (pair, rest) = cookie.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if self
            .received
            .iter()
            .any(|cookie| cookie.starts_with("dm_csrf="))
        {
            self.csrf_header = self.cookies.get("dm_csrf").cloned();
        }
    }

    /// Asks the API with this browser's cookies.
    pub(super) async fn graphql(&self, query: &str) -> Answer {
        let headers = self.headers();
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        self.app.graphql_with(query, json!({}), &headers).await
    }

    /// Whether the server knows who this is.
    pub(super) async fn is_signed_in(&self) -> bool {
        let answer = self.graphql("{ viewer { user { email } } }").await;
        answer.data()["viewer"]["user"]["email"] == MEMBER
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = Vec::new();
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self
                .cookies
                .iter()
                .map(|(n, v)| format!("{n}={v}"))
                .collect();
            headers.push(("cookie", pairs.join("; ")));
        }
        if let Some(token) = &self.csrf_header {
            headers.push(("x-csrf-token", token.clone()));
        }
        headers
    }
}
