//! Long-lived tasks: started here, told to stop here, waited for here.

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::error::Result;

/// Starts tasks and drains them at shutdown.
#[derive(Clone, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    closing: CancellationToken,
    stopping: CancellationToken,
}

impl Tasks {
    /// Starts a task. It is asked to end by [`Tasks::stopping`] and waited for by [`Tasks::drain`].
    #[expect(clippy::disallowed_methods, reason = "the one place that starts tasks")]
    pub fn start<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        drop(tokio::spawn(self.tracker.track_future(async move {
            task.await;
            tracing::debug!(task = name, "task {name} ended");
        })));
    }

    /// Starts a task that works at once, and again each time so much time has passed, until the server stops. What fails is
    /// logged with these words; the next time tries again.
    pub fn repeat<F, W, T>(
        &self,
        name: &'static str,
        every: Duration,
        trouble: &'static str,
        work: F,
    ) where
        F: Fn() -> W + Send + Sync + 'static,
        W: Future<Output = Result<T>> + Send,
        T: Send,
    {
        let stopping = self.stopping();
        self.start(name, async move {
            loop {
                tokio::select! {
                    () = stopping.cancelled() => return,
                    done = work() => if let Err(error) = done {
                        tracing::warn!(?error, "{trouble}");
                    }
                }
                tokio::select! {
                    () = stopping.cancelled() => return,
                    () = tokio::time::sleep(every) => {}
                }
            }
        });
    }

    /// Lets [`Tasks::drain`] wait for work that something else runs, such as an open socket.
    pub fn track<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        self.tracker.track_future(work)
    }

    /// Resolves when the server goes away: it takes nothing new, and long conversations such as sockets say goodbye.
    /// What is under way is still served, so tasks that serve it go on until [`Tasks::stopping`].
    pub fn closing(&self) -> CancellationToken {
        self.closing.clone()
    }

    /// Asks the server to go away.
    pub fn close(&self) {
        self.closing.cancel();
    }

    /// Resolves when the server is stopping; a task that loops selects on it.
    pub fn stopping(&self) -> CancellationToken {
        self.stopping.clone()
    }

    /// Asks every task to end and waits for them, at most so long. True when all ended.
    pub async fn drain(&self, at_most: Duration) -> bool {
        self.closing.cancel();
        self.stopping.cancel();
        self.tracker.close();
        tokio::time::timeout(at_most, self.tracker.wait())
            .await
            .is_ok()
    }
}
