//! (a) Webhooks accepted durably against single-row inserts by pgbench.

use std::{fs, time::Duration};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{
    http::{self, Load, Request},
    postgres::Database,
    server::{Server, Session},
};

/// Few, as a quiet day has them, and as many as a busy one.
const CONNECTIONS: [usize; 2] = [64, 256];
/// What pgbench is asked with.
const CLIENTS: [usize; 2] = [8, 32];
const ROUNDS: usize = 2;
const WARM_UP: Duration = Duration::from_secs(2);
const DURATION: Duration = Duration::from_secs(8);
/// Stands where the new commit's id goes; as long as one.
const MARKER: &str = "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm";

/// A GitLab source that accepts deliveries.
pub struct Source {
    path: String,
    secret: String,
}

impl Source {
    /// Creates one through the API, under a name that each benchmark has for itself.
    pub async fn create(server: &Server, session: &Session, name: &str) -> Result<Self> {
        let mutation = format!(
            "mutation {{ createWebhookSource(input: {{ provider: GITLAB, name: \"{name}\" }}) \
             {{ secret webhookSource {{ url }} }} }}"
        );
        let data = server.graphql(session, &mutation).await?;
        let created = &data["createWebhookSource"];
        let url = created["webhookSource"]["url"]
            .as_str()
            .context("a source has a URL")?;
        let path = url
            .find("/webhooks/")
            .map(|at| url[at..].to_owned())
            .with_context(|| format!("{url} has no path"))?;
        Ok(Self {
            path,
            secret: created["secret"].as_str().context("a secret")?.to_owned(),
        })
    }

    /// A push that reaches the marked commit.
    pub fn push(&self, person: &str) -> Push {
        let body = push(person, MARKER).to_string();
        let headers = [
            ("X-Gitlab-Event", "Push Hook"),
            ("X-Gitlab-Instance", "https://gitlab.bench.test"),
            ("X-Gitlab-Token", self.secret.as_str()),
        ];
        let request = Request::post(&self.path, &headers, body.as_bytes());
        let marker = request.position(MARKER.as_bytes()).unwrap_or_default();
        Push {
            request,
            marker,
            salt: rand::random(),
        }
    }
}

/// A push whose commit changes with every delivery.
#[derive(Clone)]
pub struct Push {
    pub request: Request,
    marker: usize,
    salt: u64,
}

impl Push {
    /// Puts a new commit into the request.
    pub fn renew(&self, request: &mut Request, number: u64) {
        let commit = format!("{:016x}{:024x}", self.salt, number);
        request.patch(self.marker, commit.as_bytes());
    }
}

fn push(person: &str, commit: &str) -> Value {
    let project = json!({
        "id": 15, "name": "Platform", "description": "", "namespace": "Bench",
        "web_url": "https://gitlab.bench.test/bench/platform",
        "git_ssh_url": "git@gitlab.bench.test:bench/platform.git",
        "git_http_url": "https://gitlab.bench.test/bench/platform.git",
        "visibility_level": 0, "path_with_namespace": "bench/platform", "default_branch": "main",
    });
    let commits: Vec<Value> = (0..3)
        .map(|n| {
            json!({
                "id": format!("{n:040x}"),
                "message": "Keep the cache warm across restarts\n\nIt was dropped for no reason.",
                "timestamp": "2026-01-05T10:00:00+00:00",
                "url": format!("https://gitlab.bench.test/bench/platform/-/commit/{n:040x}"),
                "author": { "name": person, "email": format!("{person}@demo.test") },
                "added": ["src/cache.rs"], "modified": ["src/main.rs"], "removed": [],
            })
        })
        .collect();
    json!({
        "after": commit,
        "object_kind": "push", "event_name": "push",
        "before": "95790bf891e76fee5e1747ab589903a6a1f80f22",
        "ref": "refs/heads/main", "checkout_sha": "da1560886d4f094c3e6c9ef40349f7d38b5d27d7",
        "user_id": if person == "member" { 990_001 } else { 990_002 },
        "user_name": person, "user_username": person,
        "user_email": format!("{person}@demo.test"),
        "project_id": 15, "project": project,
        "commits": commits, "total_commits_count": 3,
    })
}

/// Prints the figures.
pub async fn measure(server: &Server) -> Result<()> {
    println!("\n(a) Webhooks accepted: GitLab pushes of an unknown person, all distinct");
    let session = server.sign_in("admin@demo.test").await?;
    let source = Source::create(server, &session, "Webhooks").await?;
    let push = source.push("stranger");
    let database = Database::of(server)?;
    let beside = database.beside("bench", &["events", "events_*"])?;
    let script = server.scratch("insert.sql");
    fs::write(&script, insert())?;
    let expected_status = expected_status(server, &push).await?;
    let (mut limit, mut accepted) = (0.0_f64, 0.0_f64);
    let mut turn = 0_u64;
    for _ in 0..ROUNDS {
        for (clients, connections) in CLIENTS.into_iter().zip(CONNECTIONS) {
            let inserted = beside.pgbench(&script, clients, DURATION)?;
            println!("    pgbench, {clients} clients: {inserted:.0} a second");
            limit = limit.max(inserted);
            turn += 1;
            let renew = push.clone();
            let next = move |request: &mut Request, number: u64| {
                renew.renew(request, number + (turn << 56));
            };
            let load = Load {
                connections,
                warm_up: WARM_UP,
                duration: DURATION,
                expected_status,
            };
            let mut outcome = http::load(server.address(), load, &push.request, next).await?;
            println!(
                "    DevMetrics, {connections} connections: {:.0} a second, {}",
                outcome.per_second,
                outcome.latencies.summary()
            );
            accepted = accepted.max(outcome.per_second);
        }
    }
    println!(
        "    pgbench, one row a transaction into a copy of the table, at best: {limit:.0} a second"
    );
    println!("    DevMetrics, deduplicated and queued, at best: {accepted:.0} a second");
    println!("    ratio {:.2} (goal: at least 1.0)", accepted / limit);
    let waiting = database.run("SELECT count(*) FROM event_queue")?;
    println!("    {waiting} events still wait to be processed");
    Ok(())
}

/// Sends one push, and returns the status that means accepted.
async fn expected_status(server: &Server, push: &Push) -> Result<u16> {
    let mut connection = http::Connection::open(server.address()).await?;
    let mut request = push.request.clone();
    push.renew(&mut request, 0);
    let answer = connection.send(&request).await?;
    anyhow::ensure!(
        (200..300).contains(&answer.status),
        "the webhook was answered by {}: {}",
        answer.status,
        String::from_utf8_lossy(connection.body())
    );
    Ok(answer.status)
}

/// One row as the server stores it. The body is part of the prepared statement, which spares
/// pgbench sending it each time: the limit is rather too high than too low.
fn insert() -> String {
    let body = hex::encode(push("stranger", MARKER).to_string());
    format!(
        "INSERT INTO events (id, organization_id, source_id, provider, delivery_key, provider_event, \
         instance, payload, received_at) VALUES (gen_random_uuid(), gen_random_uuid(), \
         '00000000-0000-7000-8000-000000000001', 'GITLAB', gen_random_uuid()::text, 'Push Hook', \
         'gitlab.bench.test', '\\x{body}'::bytea, now());\n"
    )
}
