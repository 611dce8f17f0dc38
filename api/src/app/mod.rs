//! The composition root: everything a server consists of, built once, in the order in which it depends on each other.
//!
//! Nothing here is global: a process may hold many servers, each with its own database, clock and measurements.

mod ground;

pub use ground::{DataAccess, Ground, database};

use std::num::NonZeroU32;

use anyhow::Context as _;
use axum::Router;
use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;

use crate::access::Guard;
use crate::config::Settings;
use crate::contexts::audit::{self, AuditRetention};
use crate::contexts::identity::{self, Cleaner, Providers, SessionSettings, Sessions};
use crate::contexts::ingest::graphql::WebhookAddress;
use crate::contexts::ingest::{self, Acceptor, Receiver, ReceiverLimits, Workers};
use crate::contexts::invitations::Invitations;
use crate::contexts::keys::Keys;
use crate::contexts::mail::Mailer;
use crate::contexts::points::Boards;
use crate::contexts::privacy::{self, Eraser, Exporter};
use crate::demo::{self, Demo};
use crate::graphql::{self, BudgetSettings, Edge, EdgeSettings};
use crate::http::{self, HttpState};
use crate::platform::Platform;
use crate::platform::clock::Clock;
use crate::workflows::{Purger, process_event};

/// What a server is to do beyond what the settings say.
#[derive(Clone, Debug)]
pub struct AppOptions {
    /// Time; tests control it.
    pub clock: Clock,
    /// Whether events are processed in the background; tests process them when they choose.
    pub has_workers: bool,
    /// The check that a test leaves out, to see that it is missed.
    pub left_out: Option<Guard>,
}

impl Default for AppOptions {
    fn default() -> Self {
        Self {
            clock: Clock::system(),
            has_workers: true,
            left_out: None,
        }
    }
}

/// A server: what it stands on, what it runs and what it answers.
pub struct App {
    /// Settings, database, platform.
    pub ground: Ground,
    /// Sessions, and whether they are alive.
    pub sessions: Sessions,
    /// API keys, and how often they are used.
    pub keys: Keys,
    /// The live boards.
    pub boards: Boards,
    /// Takes deliveries off the wire.
    pub receiver: Receiver,
    /// Processes events.
    pub workers: Workers,
    /// Sends mail.
    pub mailer: Mailer,
    /// Replaces the words of people who were erased.
    pub eraser: Eraser,
    /// Gathers exports that people asked for.
    pub exporter: Exporter,
    /// Forgets sessions and links that are over.
    pub cleaner: Cleaner,
    /// Removes audit entries that are too old.
    pub audit_retention: AuditRetention,
    /// Removes organizations that were deleted long enough ago.
    pub purger: Purger,
    /// The demo, where there is one.
    pub demo: Option<Demo>,
    router: Router,
}

impl App {
    /// Starts a server: database, schema, services and background tasks; listens to nothing yet.
    ///
    /// # Errors
    /// When something it needs cannot be had; says what.
    pub async fn start(settings: Settings, options: AppOptions) -> anyhow::Result<Self> {
        let ground = Ground::start(settings, options.clock, DataAccess::Alone).await?;
        let platform = &ground.platform;
        let settings = &ground.settings;
        let sessions = sessions(&ground);
        // First: what follows reads the past once and then follows hints, which the telling of a past sends to nobody.
        let demo = prepare_demo(&ground).await?;
        let invitations = Invitations::new(platform, settings.http.public_url.as_str());
        if let Some(demo) = &demo {
            let furnished = demo.furnish(platform, &invitations).await;
            furnished
                .map_err(|error| anyhow::anyhow!("the demo could not be furnished: {error:?}"))?;
        }
        let providers = Providers::new(&settings.sign_in, &settings.http, &platform.clock)?;
        let keys = Keys::start(platform);
        let boards = Boards::start(platform);
        let receiver = receiver(platform, settings);
        let workers = process_event::workers(platform);
        if options.has_workers {
            workers.start(usize::try_from(settings.ingest.workers).context("WORKERS")?);
        }
        let mailer = Mailer::new(platform, &settings.mail)?;
        if options.has_workers {
            mailer.start();
        }
        let eraser = Eraser::new(platform);
        let exporter = Exporter::new(platform);
        let cleaner = Cleaner::new(platform);
        let purger = Purger::new(platform);
        let audit_retention = AuditRetention::new(platform);
        if options.has_workers {
            eraser.start();
            exporter.start();
            cleaner.start();
            purger.start();
            audit_retention.start();
        }
        let state = HttpState {
            settings: settings.clone(),
            platform: platform.clone(),
            left_out: options.left_out,
        };
        let edge = edge(
            &ground,
            &sessions,
            &keys,
            &boards,
            &receiver,
            (&mailer, &invitations),
            &providers,
        );
        let strangers = from_fn_with_state(edge.budgets(), http::limit_strangers);
        let contexts = Router::new()
            .merge(identity::http::routes(sessions.clone(), providers).layer(strangers))
            .merge(ingest::http::routes(receiver.clone()))
            .merge(audit::http::routes(edge.clone()))
            .merge(privacy::http::routes(edge.clone()))
            .merge(graphql::routes(edge));
        let router = http::router(&state, contexts);
        Ok(Self {
            ground,
            sessions,
            keys,
            boards,
            receiver,
            workers,
            mailer,
            eraser,
            exporter,
            cleaner,
            audit_retention,
            purger,
            demo,
            router,
        })
    }

    /// Serves until [`Tasks::close`](crate::platform::tasks::Tasks::close) is called; then takes nothing new and lets the requests under way finish.
    pub async fn serve(&self, listener: TcpListener) {
        self.start_demo_traffic(&listener);
        http::serve(listener, self.router.clone(), &self.ground.platform.tasks).await;
    }

    fn start_demo_traffic(&self, listener: &TcpListener) {
        let Some(demo) = self.demo.as_ref() else {
            return;
        };
        if !self.ground.settings.demo.traffic {
            return;
        }
        let started = listener
            .local_addr()
            .context("the server's own address")
            .and_then(|address| demo.start_traffic(&self.ground.platform, address));
        if let Err(error) = started {
            tracing::warn!("the demo sends no events: {error:#}");
        }
    }

    /// Stops everything in turn; serving ends first.
    pub async fn stop(&self) {
        self.ground.stop().await;
    }

    /// Ends at once; what was acknowledged is safe, and the next start takes up the rest.
    pub fn abandon(&self) {
        self.ground.abandon();
    }
}

/// Fills the database where a demo is asked for.
async fn prepare_demo(ground: &Ground) -> anyhow::Result<Option<Demo>> {
    if !ground.settings.demo.enabled {
        return Ok(None);
    }
    demo::prepare(
        &ground.platform,
        ground.database_url(),
        &ground.settings.demo,
    )
    .await
    .map_err(|error| anyhow::anyhow!("the demo could not be prepared: {error:?}"))
}

/// The GraphQL API: its schema with everything that resolvers need, and the edges over it.
fn edge(
    ground: &Ground,
    sessions: &Sessions,
    keys: &Keys,
    boards: &Boards,
    receiver: &Receiver,
    (mailer, invitations): (&Mailer, &Invitations),
    providers: &Providers,
) -> Edge {
    let schema = graphql::build(ground.platform.clone())
        .data(sessions.clone())
        .data(keys.clone())
        .data(boards.clone())
        .data(receiver.clone())
        .data(mailer.clone())
        .data(invitations.clone())
        .data(providers.clone())
        .data(WebhookAddress {
            public_url: ground.settings.http.public_url.to_string(),
        })
        .finish();
    let settings = EdgeSettings {
        origins: vec![ground.settings.http.public_origin()],
        budgets: BudgetSettings {
            person: ground.settings.http.request_rate_per_minute,
            address: ground.settings.http.anonymous_rate_per_minute,
        },
        ..EdgeSettings::default()
    };
    Edge::new(
        schema,
        ground.platform.clone(),
        sessions.clone(),
        keys.clone(),
        boards.clone(),
        settings,
    )
}

fn receiver(platform: &Platform, settings: &Settings) -> Receiver {
    let limits = ReceiverLimits {
        // Validated to be at least 1 when the settings were read.
        rate_per_minute: NonZeroU32::new(settings.ingest.webhook_rate_per_minute)
            .unwrap_or(NonZeroU32::MIN),
    };
    Receiver::new(platform, Acceptor::start(platform), limits)
}

/// The sessions of a server, or of a command that makes one.
pub fn sessions(ground: &Ground) -> Sessions {
    let settings = SessionSettings {
        secret: ground.jwt_secret.expose().as_bytes().to_vec(),
        session_hours: ground.settings.auth.session_hours,
        has_secure_cookies: ground.settings.http.has_secure_cookies(),
        is_demo: ground.settings.demo.enabled,
        default_plan: ground.settings.sign_in.default_plan,
    };
    Sessions::new(ground.platform.clone(), settings)
}
