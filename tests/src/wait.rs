//! Waiting for a condition, with a deadline and without guessing how long it takes.

use std::time::{Duration, Instant};

/// How long anything may take before its test fails. Generous: a slow machine is no bug.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// Asks again and again until there is an answer, and fails after [`DEADLINE`].
#[track_caller]
pub fn eventually<T, F>(what: &str, mut ask: impl FnMut() -> F) -> impl Future<Output = T>
where
    F: Future<Output = Option<T>>,
{
    let asked_at = std::panic::Location::caller();
    async move {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            assert!(
                Instant::now() < deadline,
                "still not after {DEADLINE:?}: {what} ({asked_at})"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Waits for a future at most [`DEADLINE`].
#[track_caller]
pub fn in_time<T>(what: &str, future: impl Future<Output = T>) -> impl Future<Output = T> {
    let asked_at = std::panic::Location::caller();
    async move {
        tokio::time::timeout(DEADLINE, future)
            .await
            .unwrap_or_else(|_| panic!("still not after {DEADLINE:?}: {what} ({asked_at})"))
    }
}
