//! `devmetrics serve`: the server.

use std::net::SocketAddr;

use anyhow::Context as _;
use clap::Args;
use tokio::net::TcpListener;

use super::stop_signal::StopSignal;
use super::{DataOptions, prepare};
use crate::app::{App, AppOptions};
use crate::config::{Settings, Vars};
use crate::contexts::identity::DEMO_ACCOUNTS;

/// File in the data directory that says where the server is reached.
pub(super) const ADDRESS_NOTE: &str = "address";

/// Options of the command.
#[derive(Args, Debug)]
pub(super) struct Options {
    /// Fill an empty database with a demo organization, and let anyone sign in as its people.
    #[arg(long)]
    demo: bool,
    /// Let the demo send itself no events; same as `DEMO_TRAFFIC=false`.
    #[arg(long)]
    no_demo_traffic: bool,
    /// Address and port to listen on; same as `BIND`.
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<SocketAddr>,
    #[command(flatten)]
    data: DataOptions,
}

impl Options {
    fn apply(&self, vars: &mut Vars) {
        self.data.apply(vars);
        if self.demo {
            vars.set("DEMO", "true");
        }
        if self.no_demo_traffic {
            vars.set("DEMO_TRAFFIC", "false");
        }
        if let Some(bind) = self.bind {
            vars.set("BIND", bind.to_string());
        }
    }
}

/// Starts the server and serves until it is told to stop.
pub(super) async fn run(options: &Options, mut vars: Vars) -> anyhow::Result<()> {
    options.apply(&mut vars);
    let mut settings = prepare(&vars)?;
    let mut signal = StopSignal::listen()?;
    // First: an address that is taken is found before anything else is started.
    let listener = listen(&mut settings, &mut vars).await?;
    let app = tokio::select! {
        app = App::start(settings, AppOptions::default()) => app?,
        () = signal.received() => {
            eprintln!("devmetrics: stopped before it was started");
            return Ok(());
        }
    };
    note_address(&app.ground.settings);
    announce(&app);
    let tasks = app.ground.platform.tasks.clone();
    tokio::select! {
        () = async {
            app.serve(listener).await;
            app.stop().await;
        } => {}
        () = async {
            signal.received().await;
            tracing::info!("stopping: finishing what is under way; once more to stop at once");
            tasks.close();
            signal.received().await;
        } => {
            tracing::warn!("stopping at once");
            app.abandon();
        }
    }
    Ok(())
}

/// Listens. Port 0 becomes the port that the system chose, also in the addresses that the server gives out.
async fn listen(settings: &mut Settings, vars: &mut Vars) -> anyhow::Result<TcpListener> {
    let bind = settings.http.bind;
    let listener = TcpListener::bind(bind)
        .await
        .with_context(|| format!("listen on {bind}; --bind or BIND chooses another address"))?;
    if bind.port() == 0 {
        vars.set("BIND", listener.local_addr()?.to_string());
        *settings = Settings::read(vars)?;
    }
    Ok(listener)
}

/// Leaves a note for commands beside the server, which do not know its options.
fn note_address(settings: &Settings) {
    let path = settings.database.data_dir.join(ADDRESS_NOTE);
    // Where there is no data directory there is PUBLIC_URL to go by.
    let _ = std::fs::write(path, settings.http.public_url.as_str());
}

/// Tells people where to go. On the standard output: it is for them, not for the log.
fn announce(app: &App) {
    let address = app.ground.settings.http.link("/");
    println!("\nDevMetrics runs on {address}");
    if let Some(demo) = &app.demo {
        println!("  Sign in as one of these, without a password:");
        for account in DEMO_ACCOUNTS {
            println!("    {:<18} {}", account.email, account.description);
        }
        let address = address.trim_end_matches('/');
        println!("  Be GitLab for a moment and watch the leaderboard:");
        println!("    {}", demo.example(address));
    }
    if app.ground.settings.http.web_dir.is_none() {
        println!(
            "  The browser client is not built: only the API answers. `cargo xtask run` builds it."
        );
    }
    if !app.ground.settings.http.has_secure_cookies() {
        println!(
            "  PUBLIC_URL is plain http: cookies travel unprotected. Put TLS before the server."
        );
    }
    println!();
}
