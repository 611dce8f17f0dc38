//! A database of its own for each test: a copy of one that is migrated once per process.
//!
//! A copy of a whole database, not a schema or a transaction: `LISTEN` channels and advisory locks are per database.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{OnceLock, mpsc};

use api::platform::migrations::run_pending;
use tokio::sync::oneshot;
use tokio_postgres::{Client, NoTls};

use crate::postgres::server;

const TEMPLATE: &str = "devmetrics_template";

/// A migrated database that goes away with this value.
pub struct Database {
    name: String,
}

impl Database {
    /// A copy of the migrated template, empty of rows.
    pub async fn migrated() -> Self {
        Self::copy_of(TEMPLATE).await
    }

    /// A database without any table.
    pub async fn empty() -> Self {
        Self::copy_of("template0").await
    }

    async fn copy_of(template: &'static str) -> Self {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", LAST.fetch_add(1, Ordering::Relaxed) + 1);
        let (reply, created) = oneshot::channel();
        ask_keeper(Order::Create {
            name: name.clone(),
            template,
            reply,
        });
        created.await.expect("the keeper of databases replies");
        Self { name }
    }

    /// Its URL.
    pub fn url(&self) -> String {
        server().url(&self.name)
    }

    /// A connection beside the application's own, to look at what it left.
    pub async fn client(&self) -> Client {
        connect(&self.url()).await
    }

    /// A connection to the server outside this database, to take it away and give it back.
    pub async fn administrator(&self) -> Client {
        connect(&server().url("postgres")).await
    }

    /// Asks for a count from a place that cannot wait for a future, such as `Drop`.
    pub fn count_blocking(&self, query: impl Into<String>) -> Option<i64> {
        let (reply, counted) = mpsc::channel();
        ask_keeper(Order::Count {
            url: self.url(),
            query: query.into(),
            reply,
        });
        counted.recv().ok()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (reply, dropped) = mpsc::channel();
        ask_keeper(Order::Drop {
            name: self.name.clone(),
            reply,
        });
        // Tests run in parallel on one server: a slow one must not pile up databases behind the others.
        let _ = dropped.recv();
    }
}

enum Order {
    Create {
        name: String,
        template: &'static str,
        reply: oneshot::Sender<()>,
    },
    Drop {
        name: String,
        reply: mpsc::Sender<()>,
    },
    Count {
        url: String,
        query: String,
        reply: mpsc::Sender<i64>,
    },
}

/// One thread makes and drops all databases: PostgreSQL copies a template only while nobody is connected to it.
fn ask_keeper(order: Order) {
    static KEEPER: OnceLock<tokio::sync::mpsc::UnboundedSender<Order>> = OnceLock::new();
    let keeper = KEEPER.get_or_init(|| {
        let (orders, received) = tokio::sync::mpsc::unbounded_channel();
        std::thread::Builder::new()
            .name("databases".to_owned())
            .spawn(move || {
                tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime can be built")
                    .block_on(keep(received));
            })
            .expect("a thread can be started");
        orders
    });
    keeper
        .send(order)
        .unwrap_or_else(|_| panic!("the keeper of databases has ended; see its panic above"));
}

async fn keep(mut orders: tokio::sync::mpsc::UnboundedReceiver<Order>) {
    let client = connect(&server().url("postgres")).await;
    run(
        &client,
        &format!("CREATE DATABASE {TEMPLATE} TEMPLATE template0"),
    )
    .await;
    run_pending(&server().url(TEMPLATE))
        .await
        .expect("the migrations run");
    while let Some(order) = orders.recv().await {
        match order {
            Order::Create {
                name,
                template,
                reply,
            } => {
                run(
                    &client,
                    &format!("CREATE DATABASE {name} TEMPLATE {template}"),
                )
                .await;
                // A test that gave up waiting needs no reply.
                let _ = reply.send(());
            }
            Order::Drop { name, reply } => {
                run(&client, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
                let _ = reply.send(());
            }
            Order::Count { url, query, reply } => {
                let client = connect(&url).await;
                let row = client.query_one(&query, &[]).await.expect("a count");
                let _ = reply.send(row.get(0));
            }
        }
    }
}

async fn run(client: &Client, statement: &str) {
    client
        .batch_execute(statement)
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error:?}"));
}

/// Connects to a database by its URL.
#[expect(
    clippy::disallowed_methods,
    reason = "a connection's own task ends with the connection; no server shutdown waits for it"
)]
pub async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .expect("the tests' own PostgreSQL answers");
    drop(tokio::spawn(async move {
        // Ends with an error when its database is dropped under it.
        let _ = connection.await;
    }));
    client
}
