//! Killed at any point, nothing acknowledged is lost and nothing counts twice.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use api::app::{DataAccess, Ground};
use api::config::{Settings, Vars};
use api::contexts::audit::Origin;
use api::contexts::identity::{self, NewUser};
use api::contexts::ingest::{self, NewSource};
use api::contexts::orgs::{self, NewMember, NewOrganization};
use api::platform::clock::Clock;
use chrono_tz::Tz;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use shared::ids::WebhookSourceId;
use shared::role::{PlanType, Role};
use shared::vocabulary::Provider;
use tests::eventually;
use tests::gitlab::{self, Account, Delivery};
use tests::process::ServerProcess;
use tokio::task::JoinSet;

/// How many clients deliver at the same time.
const CLIENTS: usize = 6;
/// What a push of one commit pays.
const POINTS_A_PUSH: i64 = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_kills_under_load_lose_nothing_and_double_nothing() {
    survive(10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long: part of the soak run"]
async fn fifty_kills_under_load_lose_nothing_and_double_nothing() {
    survive(50).await;
}

/// What a round kills.
#[derive(Clone, Copy, Debug)]
enum Victim {
    Server,
    Postgres,
    Both,
}

async fn survive(rounds: usize) {
    let seed = seed();
    println!("seed {seed}; SEED={seed} repeats this run");
    let mut random = StdRng::seed_from_u64(seed);
    let mut server = ServerProcess::prepare(&[]);
    server.start().await;
    let scene = Arc::new(Scene::create(&server).await);
    let mut acknowledged = HashSet::new();

    for round in 1..=rounds {
        let victim = [Victim::Server, Victim::Postgres, Victim::Both][random.random_range(0..3)];
        let after = Duration::from_millis(random.random_range(20..900));
        let load = Load::start(&scene, &server);
        tokio::time::sleep(after).await;
        strike(&mut server, victim).await;
        let refused = load.stop(&mut acknowledged).await;
        println!(
            "round {round}: {victim:?} after {after:?}, {} acknowledged so far, {} to send again",
            acknowledged.len(),
            refused.len()
        );
        // A provider sends again what was not acknowledged; some of it was stored all the same.
        for delivery in refused {
            scene.deliver_until_accepted(&server, &delivery).await;
            acknowledged.insert(delivery.key);
        }
        check(&server, &acknowledged).await;
    }
    server.stop();
}

async fn strike(server: &mut ServerProcess, victim: Victim) {
    match victim {
        Victim::Server => server.kill_server(),
        Victim::Postgres => {
            assert!(server.kill_postgres(), "PostgreSQL was running");
        }
        Victim::Both => {
            server.kill_postgres();
            server.kill_server();
        }
    }
    match victim {
        Victim::Server | Victim::Both => server.start().await,
        Victim::Postgres => server.wait_until_ready().await,
    }
}

/// The organization that the load is for.
struct Scene {
    http: reqwest::Client,
    source_id: WebhookSourceId,
    secret: String,
    accounts: Vec<Account>,
}

impl Scene {
    async fn create(server: &ServerProcess) -> Self {
        let ground = ground(server).await;
        let platform = &ground.platform;
        let accounts: Vec<Account> = (0..4)
            .map(|number| Account::new(&format!("dev-{number}@kill.test")))
            .collect();
        let people = accounts.clone();
        let scope = platform
            .db
            .transaction(async |tx| {
                let new = NewOrganization {
                    name: "Kill".to_owned(),
                    slug: None,
                    time_zone: Tz::UTC,
                    is_personal: false,
                    plan: PlanType::Enterprise,
                };
                let scope = orgs::create_organization(tx, &Origin::default(), new).await?;
                for account in people {
                    let new = NewUser::verified(account.email, account.name);
                    let user = identity::create_user(tx, new).await?;
                    let member = NewMember::active(user.id, Role::Member);
                    orgs::add_member(tx, &scope, member).await?;
                }
                Ok(scope)
            })
            .await
            .unwrap();
        let new = NewSource {
            provider: Provider::Gitlab,
            name: "GitLab".to_owned(),
            signing_token: None,
        };
        let (source, secret) = ingest::create_source(platform, &scope, &new).await.unwrap();
        ground.stop().await;
        Self {
            http: reqwest::Client::builder()
                .timeout(Duration::from_secs(20))
                .build()
                .unwrap(),
            source_id: source.id,
            secret,
            accounts,
        }
    }

    /// Whether the delivery was acknowledged.
    async fn deliver(&self, url: &str, delivery: &Delivery) -> bool {
        let answer = self
            .http
            .post(url)
            .header("x-gitlab-event", delivery.event)
            .header("x-gitlab-event-uuid", &delivery.key)
            .header("idempotency-key", &delivery.key)
            .header("x-gitlab-instance", gitlab::INSTANCE)
            .header("x-gitlab-token", &self.secret)
            .json(&delivery.body)
            .send()
            .await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    fn url(&self, server: &ServerProcess) -> String {
        server.url(&format!("/webhooks/gitlab/{}", self.source_id))
    }

    async fn deliver_until_accepted(&self, server: &ServerProcess, delivery: &Delivery) {
        let url = self.url(server);
        eventually("a delivery is accepted", || async {
            self.deliver(&url, delivery).await.then_some(())
        })
        .await;
    }
}

/// Clients that deliver until they are told to stop.
struct Load {
    stop: Arc<AtomicBool>,
    clients: JoinSet<(Vec<String>, Vec<Delivery>)>,
}

impl Load {
    fn start(scene: &Arc<Scene>, server: &ServerProcess) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS {
            let (scene, stop, url) = (scene.clone(), stop.clone(), scene.url(server));
            clients.spawn(async move {
                let account = &scene.accounts[number % scene.accounts.len()];
                let (mut acknowledged, mut refused) = (Vec::new(), Vec::new());
                while !stop.load(Ordering::Relaxed) {
                    let delivery = gitlab::push(account, 1, Clock::system().now());
                    if scene.deliver(&url, &delivery).await {
                        acknowledged.push(delivery.key);
                    } else {
                        refused.push(delivery);
                        // The server is away: refusals come at once, and a flood of them would only heat the machine.
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                }
                (acknowledged, refused)
            });
        }
        Self { stop, clients }
    }

    /// Stops the clients; gives what was not acknowledged.
    async fn stop(self, acknowledged: &mut HashSet<String>) -> Vec<Delivery> {
        self.stop.store(true, Ordering::Relaxed);
        let mut refused = Vec::new();
        for (keys, deliveries) in self.clients.join_all().await {
            acknowledged.extend(keys);
            refused.extend(deliveries);
        }
        refused
    }
}

/// Every acknowledged delivery is there once, processed once and paid once; nothing else is; the ledger adds up.
async fn check(server: &ServerProcess, acknowledged: &HashSet<String>) {
    let ground = ground(server).await;
    let client = tests::database::connect(ground.database_url()).await;
    eventually("the queue is empty", || async {
        let row = client
            .query_one("SELECT count(*) FROM event_queue", &[])
            .await
            .unwrap();
        (row.get::<_, i64>(0) == 0).then_some(())
    })
    .await;
    let rows = client
        .query(
            "SELECT e.delivery_key, e.status, count(l.id), coalesce(sum(l.points_change), 0)
             FROM events e LEFT JOIN points_ledger l ON l.event_id = e.id
             GROUP BY e.id, e.received_at, e.delivery_key, e.status",
            &[],
        )
        .await
        .unwrap();
    let mut stored = HashSet::new();
    for row in rows {
        let (key, status, entries, points): (String, String, i64, i64) =
            (row.get(0), row.get(1), row.get(2), row.get(3));
        assert_eq!(
            (status.as_str(), entries, points),
            ("PROCESSED", 1, POINTS_A_PUSH),
            "delivery {key}"
        );
        let own = own_key(&key, acknowledged);
        assert!(stored.insert(own), "delivery {key} is stored twice");
    }
    assert_eq!(
        stored.len(),
        acknowledged.len(),
        "an acknowledged delivery is lost"
    );
    drop(client);
    ground.stop().await;
    server
        .command(&["verify-ledger"])
        .unwrap_or_else(|output| panic!("the ledger does not verify:\n{output}"));
}

/// The key as the client knows it: the server may keep it with the name of its header.
fn own_key(stored: &str, acknowledged: &HashSet<String>) -> String {
    let own = stored.rsplit(':').next().unwrap_or(stored).trim();
    assert!(acknowledged.contains(own), "{stored} was never sent");
    own.to_owned()
}

/// The running server's database and services, beside the server.
async fn ground(server: &ServerProcess) -> Ground {
    let data_dir = server.data_dir();
    let vars = Vars::from_pairs(&[("DATA_DIR", data_dir.to_str().unwrap()), ("POOL_SIZE", "2")]);
    let settings = Settings::read(&vars).unwrap_or_else(|error| panic!("{error}"));
    Ground::start(settings, Clock::system(), DataAccess::Beside)
        .await
        .unwrap()
}

fn seed() -> u64 {
    std::env::var_os("SEED")
        .and_then(|text| text.to_str()?.parse().ok())
        .unwrap_or_else(|| {
            let now = Clock::system().now().timestamp_micros();
            u64::try_from(now).unwrap_or_default()
        })
}
