//! The database: a pool of connections, and transactions that run their hints after the commit.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use deadpool::Runtime;
use deadpool::managed::QueueMode;
use diesel::QueryResult;
use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{
    AnsiTransactionManager, AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _,
    TransactionManager,
};
use futures_util::FutureExt as _;
use uuid::Uuid;

use super::bus::{Bus, Heard, Hint};
use super::ids::Ids;
use crate::error::{AppError, ErrorCode, Result};

/// A connection taken from the pool.
pub type Connection = Object<AsyncPgConnection>;

/// The database as services see it.
#[derive(Clone)]
pub struct Db {
    pool: Pool<AsyncPgConnection>,
    bus: Bus,
    ids: Ids,
    statements: Arc<AtomicU64>,
}

/// Counts the statements that connections send.
struct Counter(Arc<AtomicU64>);

impl Instrumentation for Counter {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// A transaction: a connection, and what to tell others once it is committed.
pub struct Transaction {
    /// Taken when the transaction ends; until then it is there.
    connection: Option<Connection>,
    ids: Ids,
    after_commit: Vec<Publish>,
}

/// A hint that waits for the commit.
type Publish = Box<dyn FnOnce(&Bus) -> Option<Heard> + Send>;

impl std::ops::Deref for Transaction {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        self.connection.as_ref().expect(STILL_OPEN)
    }
}

impl std::ops::DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        self.connection.as_mut().expect(STILL_OPEN)
    }
}

const STILL_OPEN: &str = "a transaction has its connection until it ends";

impl Drop for Transaction {
    fn drop(&mut self) {
        // Whoever waited for it has gone, as a client that hung up. Back in the pool the connection would keep its locks
        // until its next use; closed, the database undoes the transaction at once.
        if let Some(abandoned) = self.connection.take() {
            drop(Object::take(abandoned));
        }
    }
}

impl Transaction {
    /// Now, by the server's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.ids.now()
    }

    /// A new id of now, for a row that this transaction inserts.
    pub fn new_id(&self) -> Uuid {
        self.ids.new_id()
    }

    /// Lets this transaction change append-only tables until [`Transaction::end_maintenance`], as retention, erasure and the
    /// removal of an organization do; their triggers ask for it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin_maintenance(&mut self) -> QueryResult<()> {
        self.batch_execute("SET LOCAL devmetrics.maintenance = 'on'")
            .await
    }

    /// Append-only tables are so again for this transaction.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_maintenance(&mut self) -> QueryResult<()> {
        self.batch_execute("SET LOCAL devmetrics.maintenance = ''")
            .await
    }

    /// Publishes a hint once, and only if, this transaction commits.
    pub fn after_commit<T: Hint>(&mut self, hint: T) {
        self.after_commit
            .push(Box::new(move |bus| bus.publish(hint)));
    }

    /// How many hints wait for the commit, to return to with [`Transaction::forget_hints_after`].
    pub fn hints(&self) -> usize {
        self.after_commit.len()
    }

    /// Drops the hints of work that a savepoint has undone.
    pub fn forget_hints_after(&mut self, mark: usize) {
        self.after_commit.truncate(mark);
    }
}

impl Db {
    /// A pool over a PostgreSQL URL, at most `size` connections. Transactions take time and ids from `ids`.
    ///
    /// # Errors
    /// When the pool cannot be built; connecting itself happens on first use.
    pub fn connect(url: &str, size: usize, bus: Bus, ids: Ids) -> anyhow::Result<Self> {
        let mut config = ManagerConfig::default();
        // A broken connection is noticed without a question before each use; work that meets one is retried by its caller.
        config.recycling_method = RecyclingMethod::Fast;
        let statements = Arc::<AtomicU64>::default();
        let counted = Arc::clone(&statements);
        config.custom_setup =
            Box::new(move |url| establish(url.to_owned(), Counter(Arc::clone(&counted))).boxed());
        let manager =
            AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(url, config);
        let pool = Pool::builder(manager)
            .max_size(size)
            // The connection used last: its process has the statements and the pages warm.
            .queue_mode(QueueMode::Lifo)
            .wait_timeout(Some(Duration::from_secs(10)))
            .create_timeout(Some(Duration::from_secs(10)))
            .runtime(Runtime::Tokio1)
            .build()
            .context("build the pool of database connections")?;
        Ok(Self {
            pool,
            bus,
            ids,
            statements,
        })
    }

    /// A connection for reading; may be a replica, which may be a moment behind.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read(&self) -> Result<Connection> {
        self.primary().await
    }

    /// A connection to the primary, outside a transaction.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn primary(&self) -> Result<Connection> {
        self.pool.get().await.map_err(|error| {
            tracing::warn!(%error, "no database connection");
            AppError::refused(
                ErrorCode::UpstreamUnavailable,
                "the database does not answer; try again",
            )
        })
    }

    /// Runs a transaction: commits when the work succeeds, then publishes its hints; undoes everything when it fails.
    ///
    /// # Errors
    /// The work's own error, or that of the database.
    pub async fn transaction<T, W>(&self, work: W) -> Result<T>
    where
        W: for<'t> AsyncFnOnce(&'t mut Transaction) -> Result<T>
            + for<'t> Work<&'t mut Transaction, Result<T>, Future: Send>,
    {
        let mut tx = Transaction {
            connection: Some(self.primary().await?),
            ids: self.ids.clone(),
            after_commit: Vec::new(),
        };
        AnsiTransactionManager::begin_transaction(&mut *tx).await?;
        match work(&mut tx).await {
            Ok(value) => {
                AnsiTransactionManager::commit_transaction(&mut *tx).await?;
                tx.connection.take();
                let told = tx.after_commit.drain(..);
                let heard = told.filter_map(|publish| publish(&self.bus)).collect();
                self.bus.until_heard(heard).await;
                Ok(value)
            }
            Err(error) => {
                // One that cannot roll back is closed with the transaction; the database undoes it then.
                if AnsiTransactionManager::rollback_transaction(&mut *tx)
                    .await
                    .is_ok()
                {
                    tx.connection.take();
                }
                Err(error)
            }
        }
    }

    /// How many statements were sent so far, those that begin and end transactions included.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Connections open and idle, for the measurements.
    pub fn pool_status(&self) -> PoolStatus {
        let status = self.pool.status();
        PoolStatus {
            size: status.size,
            available: status.available,
            waiting: status.waiting,
        }
    }
}

async fn establish(url: String, counter: Counter) -> diesel::ConnectionResult<AsyncPgConnection> {
    let mut connection = AsyncPgConnection::establish(&url).await?;
    // Statements here are the same for every tenant and value: planning each anew costs more than it finds.
    connection
        .batch_execute("SET plan_cache_mode = force_generic_plan; SET TIME ZONE 'UTC'")
        .await
        .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    connection.set_instrumentation(counter);
    Ok(connection)
}

/// An async closure whose future is `Send`, which `AsyncFnOnce` alone cannot say yet.
pub trait Work<Argument, Output>: FnOnce(Argument) -> Self::Future {
    /// What the closure returns.
    type Future: Future<Output = Output>;
}

impl<F, Argument, Output, Running> Work<Argument, Output> for F
where
    F: FnOnce(Argument) -> Running,
    Running: Future<Output = Output>,
{
    type Future = Running;
}

/// How busy the pool is.
#[derive(Clone, Copy, Debug)]
pub struct PoolStatus {
    /// Connections open.
    pub size: usize,
    /// Connections idle.
    pub available: usize,
    /// Requests waiting for one.
    pub waiting: usize,
}
