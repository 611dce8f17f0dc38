//! A server within the test process, with a database of its own.

use std::sync::Arc;

use api::access::Guard;
use api::app::{App, AppOptions};
use api::config::{Settings, Vars};
use api::contexts::identity::issue_command_token;
use api::platform::Platform;
use api::platform::clock::Clock;
use chrono::{DateTime, TimeZone as _, Utc};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::answer::Answer;
use crate::database::Database;
use crate::org::{Org, OrgBuilder};
use crate::process::web_dir;
use crate::socket::Socket;
use crate::wait::in_time;

const JWT_SECRET: &str = "a secret that only the tests know, long enough";
const ENCRYPTION_KEY: &str =
    "test:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// Where the clock of a test stands unless the test says otherwise: a Wednesday morning.
pub fn default_time() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 11, 10, 0, 0)
        .single()
        .expect("a time that exists")
}

/// A running server. Cheap to clone; the last one dropped ends the server and drops its database.
#[derive(Clone)]
pub struct TestApp {
    inner: Arc<Inner>,
}

struct Inner {
    app: Arc<App>,
    base_url: String,
    http: reqwest::Client,
    may_leave_jobs: bool,
    // Last: the server lets go of it first, and the last of several nodes drops it.
    database: Arc<Database>,
}

/// What a test wants otherwise than usual.
pub struct TestAppBuilder {
    clock: Clock,
    has_workers: bool,
    may_leave_jobs: bool,
    has_demo_sign_in: bool,
    left_out: Option<Guard>,
    database: Option<Arc<Database>>,
    settings: Vec<(String, String)>,
}

impl TestApp {
    /// A server as most tests want it: the clock stands still, and events are processed when the test says so.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// A server that is otherwise than usual.
    pub fn builder() -> TestAppBuilder {
        TestAppBuilder {
            clock: Clock::fixed_at(default_time()),
            has_workers: false,
            may_leave_jobs: false,
            has_demo_sign_in: false,
            left_out: None,
            database: None,
            settings: Vec::new(),
        }
    }

    /// What services receive.
    pub fn platform(&self) -> &Platform {
        &self.inner.app.ground.platform
    }

    /// The server's clock.
    pub fn clock(&self) -> &Clock {
        &self.platform().clock
    }

    /// The server's time.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock().now()
    }

    /// The server itself.
    pub fn server(&self) -> &App {
        &self.inner.app
    }

    /// The test's database.
    pub fn database(&self) -> &Database {
        &self.inner.database
    }

    /// The client that tests make requests with; it follows no redirect and keeps no cookie.
    pub fn http(&self) -> &reqwest::Client {
        &self.inner.http
    }

    /// The full address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.inner.base_url)
    }

    /// An organization with an administrator, a team lead, a member and a viewer.
    pub async fn org(&self) -> Org {
        self.org_builder().create().await
    }

    /// An organization that is otherwise than usual.
    pub fn org_builder(&self) -> OrgBuilder {
        OrgBuilder::new(self.clone())
    }

    /// Processes every event that is due; gives how many times one was tried.
    pub async fn run_jobs(&self) -> usize {
        self.inner
            .app
            .workers
            .process_due()
            .await
            .unwrap_or_else(|error| panic!("events cannot be processed: {error:?}"))
    }

    /// An access token of a person.
    pub async fn token_of(&self, email: &str) -> String {
        issue_command_token(&self.inner.app.sessions, email)
            .await
            .unwrap_or_else(|error| panic!("no token for {email}: {error:?}"))
    }

    /// Asks the API without being signed in.
    pub async fn graphql(&self, query: &str, variables: Value) -> Answer {
        self.graphql_with(query, variables, &[]).await
    }

    /// Asks the API with headers.
    pub async fn graphql_with(
        &self,
        query: &str,
        variables: Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = self
            .http()
            .post(self.url("/graphql"))
            .json(&json!({ "query": query, "variables": variables }));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = in_time("the API answers", request.send())
            .await
            .expect("the server answers");
        let status = response.status().as_u16();
        let text = response.text().await.expect("an answer has a body");
        let body =
            serde_json::from_str(&text).unwrap_or_else(|_| panic!("{status} without JSON: {text}"));
        Answer { status, body }
    }

    /// Opens a websocket to the API, without `connection_init`.
    pub async fn socket(&self) -> Socket {
        self.socket_with(&[]).await
    }

    /// Opens a websocket to the API with headers as a browser sends them.
    pub async fn socket_with(&self, headers: &[(&'static str, &str)]) -> Socket {
        let url = self.url("/graphql/ws").replacen("http", "ws", 1);
        Socket::open(&url, headers).await
    }
}

impl TestAppBuilder {
    /// Events are processed in the background, as in production.
    pub fn with_workers(mut self) -> Self {
        self.has_workers = true;
        self
    }

    /// The clock stands at this time.
    pub fn at(mut self, time: DateTime<Utc>) -> Self {
        self.clock = Clock::fixed_at(time);
        self
    }

    /// The clock is the system's.
    pub fn with_system_clock(mut self) -> Self {
        self.clock = Clock::system();
        self
    }

    /// A setting as the environment would give it.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Serves the built client.
    pub fn with_web(self) -> Self {
        let dir = web_dir().expect("the client is built; `cargo xtask test` does it");
        self.with("WEB_DIR", &dir.to_string_lossy())
    }

    /// A node beside another: on its database and by its clock.
    pub fn beside(mut self, other: &TestApp) -> Self {
        self.clock = other.clock().clone();
        self.database = Some(Arc::clone(&other.inner.database));
        self
    }

    /// Leaves a check out: what a test then does not notice, it does not test.
    pub fn leaving_out(mut self, guard: Guard) -> Self {
        self.left_out = Some(guard);
        self
    }

    /// Shares the tests' Redis with those who say the same prefix.
    pub fn with_redis(self, prefix: &str) -> Self {
        self.with("REDIS_URL", crate::redis::server().url())
            .with("REDIS_PREFIX", prefix)
    }

    /// People of the demo's domain sign in without a secret; the demo's own people and their past are left out.
    pub fn with_demo_sign_in(mut self) -> Self {
        self.has_demo_sign_in = true;
        self.with("DEMO", "true").with("DEMO_TRAFFIC", "false")
    }

    /// Does not mind what is left in the queue at the end.
    pub fn may_leave_jobs(mut self) -> Self {
        self.may_leave_jobs = true;
        self
    }

    /// Starts the server.
    pub async fn start(self) -> TestApp {
        let database = match self.database {
            Some(database) => database,
            None => Arc::new(Database::migrated().await),
        };
        if self.has_demo_sign_in {
            occupy(&database).await;
        }
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("a bound port").to_string();
        let database_url = database.url();
        let mut pairs = vec![
            ("DATABASE_URL", database_url.as_str()),
            ("JWT_SECRET", JWT_SECRET),
            ("TOKEN_ENCRYPTION_KEY", ENCRYPTION_KEY),
            ("DATA_DIR", "/nonexistent"),
            ("BIND", address.as_str()),
            ("POOL_SIZE", "8"),
        ];
        pairs.extend(self.settings.iter().map(|(n, v)| (n.as_str(), v.as_str())));
        let settings = Settings::read(&Vars::from_pairs(&pairs))
            .unwrap_or_else(|error| panic!("a test's settings: {error}"));
        let options = AppOptions {
            clock: self.clock,
            has_workers: self.has_workers,
            left_out: self.left_out,
        };
        let app = App::start(settings, options)
            .await
            .unwrap_or_else(|error| panic!("the server does not start: {error:?}"));
        let app = Arc::new(app);
        let platform = app.ground.platform.clone();
        let serving = app.clone();
        platform
            .tasks
            .start("http", async move { serving.serve(listener).await });
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("an HTTP client");
        TestApp {
            inner: Arc::new(Inner {
                app,
                base_url: format!("http://{address}"),
                http,
                may_leave_jobs: self.may_leave_jobs || self.has_workers,
                database,
            }),
        }
    }
}

/// Puts an organization into a database: the demo fills only empty ones.
async fn occupy(database: &Database) {
    let client = database.client().await;
    client
        .batch_execute(
            "INSERT INTO organizations (id, name, slug, created_at, updated_at)
             VALUES (gen_random_uuid(), 'Occupied', 'occupied', now(), now())",
        )
        .await
        .expect("an organization can be inserted");
}

impl Drop for Inner {
    fn drop(&mut self) {
        let platform = &self.app.ground.platform;
        platform.tasks.close();
        platform.tasks.stopping().cancel();
        if self.may_leave_jobs || std::thread::panicking() {
            return;
        }
        let now = platform.clock.now().to_rfc3339();
        let left = self.database.count_blocking(format!(
            "SELECT count(*) FROM event_queue WHERE available_at <= '{now}'"
        ));
        assert!(
            left == Some(0),
            "the test leaves {left:?} events that are due; call run_jobs() or build with may_leave_jobs()"
        );
    }
}
