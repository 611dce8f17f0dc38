//! Batching of look-ups: what the rows of a page ask for one by one is read by one statement.
//!
//! Not async-graphql's `DataLoader`: that one closes its batches by a timer, so a busy machine splits them and the number of
//! statements depends on luck. A batch here closes when a turn of the scheduler brought no further key.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use shared::ids::OrganizationId;

use crate::access::OrgScope;
use crate::error::{AppError, Result};
use crate::platform::Platform;

/// How many turns without a further key close a batch.
const QUIET_TURNS: u32 = 2;

/// A look-up of many keys by one statement, within one organization.
pub trait Batch: Send + Sync + 'static {
    /// What is looked up.
    type Key: Clone + Eq + Hash + Send + Sync + 'static;
    /// What is found.
    type Value: Clone + Send + Sync + 'static;

    /// Reads the values of all keys, in one statement; a key that is absent from the answer does not exist for the caller.
    fn load(
        platform: &Platform,
        scope: &OrgScope,
        keys: Vec<Self::Key>,
    ) -> impl Future<Output = Result<HashMap<Self::Key, Self::Value>>> + Send;
}

/// Collects keys into batches and, in queries and mutations, remembers what they found.
pub struct Loader<B: Batch> {
    inner: Arc<Inner<B>>,
}

impl<B: Batch> Clone for Loader<B> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
        }
    }
}

type Found<B> = Arc<Result<HashMap<<B as Batch>::Key, <B as Batch>::Value>>>;
type Running<B> = Shared<BoxFuture<'static, Found<B>>>;

struct Inner<B: Batch> {
    platform: Platform,
    scope: OrgScope,
    remembers: bool,
    state: Mutex<State<B>>,
}

struct State<B: Batch> {
    known: HashMap<B::Key, Option<B::Value>>,
    /// Keys of the batch that still takes more.
    open: Vec<B::Key>,
    /// The batch that each key waits for, open or running.
    waiting: HashMap<B::Key, Running<B>>,
    collecting: Option<Running<B>>,
}

impl<B: Batch> Loader<B> {
    fn new(platform: Platform, scope: OrgScope, remembers: bool) -> Self {
        let state = State {
            known: HashMap::new(),
            open: Vec::new(),
            waiting: HashMap::new(),
            collecting: None,
        };
        Self {
            inner: Arc::new(Inner {
                platform,
                scope,
                remembers,
                state: Mutex::new(state),
            }),
        }
    }

    /// The value of a key; none where there is none for the caller.
    ///
    /// # Errors
    /// The batch's error.
    pub async fn load(&self, key: B::Key) -> Result<Option<B::Value>> {
        let batch = match self.enqueue(&key) {
            Lookup::Known(value) => return Ok(value),
            Lookup::Batch(batch) => batch,
        };
        match &*batch.await {
            Ok(found) => Ok(found.get(&key).cloned()),
            Err(error) => Err(again(error)),
        }
    }

    /// The values of many keys, in their order.
    ///
    /// # Errors
    /// The batch's error.
    pub async fn load_many(
        &self,
        keys: impl IntoIterator<Item = B::Key>,
    ) -> Result<Vec<Option<B::Value>>> {
        let lookups: Vec<_> = keys
            .into_iter()
            .map(|key| {
                let lookup = self.enqueue(&key);
                (key, lookup)
            })
            .collect();
        let mut values = Vec::with_capacity(lookups.len());
        for (key, lookup) in lookups {
            values.push(match lookup {
                Lookup::Known(value) => value,
                Lookup::Batch(batch) => match &*batch.await {
                    Ok(found) => found.get(&key).cloned(),
                    Err(error) => return Err(again(error)),
                },
            });
        }
        Ok(values)
    }

    /// Remembers values that were read along with something else, so that nothing asks for them again.
    pub fn prime(&self, values: impl IntoIterator<Item = (B::Key, B::Value)>) {
        if self.inner.remembers {
            let mut state = self.inner.lock();
            state
                .known
                .extend(values.into_iter().map(|(key, value)| (key, Some(value))));
        }
    }

    /// Forgets everything, after a mutation changed what was read.
    pub fn forget(&self) {
        self.inner.lock().known.clear();
    }

    fn enqueue(&self, key: &B::Key) -> Lookup<B> {
        let mut state = self.inner.lock();
        if let Some(value) = state.known.get(key) {
            return Lookup::Known(value.clone());
        }
        if let Some(batch) = state.waiting.get(key) {
            return Lookup::Batch(batch.clone());
        }
        let batch = state
            .collecting
            .get_or_insert_with(|| run(Arc::clone(&self.inner)).boxed().shared())
            .clone();
        state.open.push(key.clone());
        state.waiting.insert(key.clone(), batch.clone());
        Lookup::Batch(batch)
    }
}

enum Lookup<B: Batch> {
    Known(Option<B::Value>),
    Batch(Running<B>),
}

impl<B: Batch> Inner<B> {
    fn lock(&self) -> MutexGuard<'_, State<B>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until no key comes any more, then reads them all. Whoever waits for the batch drives it, so it survives any of them.
async fn run<B: Batch>(inner: Arc<Inner<B>>) -> Found<B> {
    let mut size = 0;
    let mut quiet = 0;
    while quiet < QUIET_TURNS {
        tokio::task::yield_now().await;
        let now = inner.lock().open.len();
        quiet = if now == size { quiet + 1 } else { 0 };
        size = now;
    }
    let keys = {
        let mut state = inner.lock();
        state.collecting = None;
        std::mem::take(&mut state.open)
    };
    let found = B::load(&inner.platform, &inner.scope, keys.clone()).await;
    let mut state = inner.lock();
    for key in keys {
        state.waiting.remove(&key);
        if let (true, Ok(found)) = (inner.remembers, &found) {
            let value = found.get(&key).cloned();
            state.known.insert(key, value);
        }
    }
    drop(state);
    Arc::new(found)
}

/// The same error for each of those who waited.
fn again(error: &AppError) -> AppError {
    match error {
        AppError::Invalid(fields) => AppError::Invalid(fields.clone()),
        AppError::Refused {
            code,
            message,
            retry_after,
        } => AppError::Refused {
            code: *code,
            message: message.clone(),
            retry_after: *retry_after,
        },
        AppError::Internal(error) => AppError::Internal(anyhow::anyhow!("{error:#}")),
    }
}

/// The loaders of one request, one for each kind of look-up and organization.
pub(super) struct Loaders {
    remember: bool,
    all: Mutex<HashMap<(OrganizationId, TypeId), Box<dyn Any + Send + Sync>>>,
}

impl Loaders {
    /// Loaders that remember what they found for as long as the request lasts, or, for a subscription, do not.
    pub(super) fn new(remember: bool) -> Self {
        Self {
            remember,
            all: Mutex::default(),
        }
    }

    /// The loader of this kind for this organization.
    pub(super) fn get<B: Batch>(&self, platform: &Platform, scope: &OrgScope) -> Loader<B> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry((scope.organization_id(), TypeId::of::<B>()))
            .or_insert_with(|| {
                Box::new(Loader::<B>::new(
                    platform.clone(),
                    scope.clone(),
                    self.remember,
                ))
            })
            .downcast_ref::<Loader<B>>()
            .expect("a loader is stored under its own type")
            .clone()
    }
}
