//! Following boards: one computation for each board, shared by everyone who follows it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use shared::codes::ErrorCode;
use tokio::sync::watch;
use tokio::time::Instant;

use super::{BoardId, BoardSnapshot, Boards};
use crate::error::Result;

/// Shortest time between two messages about a board.
const PACE: Duration = Duration::from_millis(500);
/// How often a board is looked at though nothing was heard of it: midnight comes without a hint.
const LOOK: Duration = Duration::from_secs(1);

/// The boards that are followed now.
#[derive(Default)]
pub(super) struct Feeds(Mutex<HashMap<BoardId, Arc<watch::Sender<Arc<BoardSnapshot>>>>>);

/// The states of one board, from now on. A slow reader skips states and never the last one.
#[derive(Clone, Debug)]
pub struct BoardFeed {
    states: watch::Receiver<Arc<BoardSnapshot>>,
    has_read_first: bool,
}

impl BoardFeed {
    fn new(states: watch::Receiver<Arc<BoardSnapshot>>) -> Self {
        Self {
            states,
            has_read_first: false,
        }
    }

    /// Has the present state read once more, for a reader whose rights changed.
    pub fn repeat(&mut self) {
        self.has_read_first = false;
    }

    /// The next state: the present one at first, then each that differs. None when the server stops or the organization
    /// is gone.
    pub async fn next(&mut self) -> Option<Arc<BoardSnapshot>> {
        if self.has_read_first {
            self.states.changed().await.ok()?;
        }
        self.has_read_first = true;
        Some(self.states.borrow_and_update().clone())
    }
}

pub(super) async fn follow(boards: &Boards, board: BoardId) -> Result<BoardFeed> {
    if let Some(states) = boards.inner.feeds.join(&board) {
        return Ok(BoardFeed::new(states));
    }
    let snapshot = Arc::new(boards.snapshot(board).await?);
    let mut feeds = boards.inner.feeds.lock();
    if let Some(sender) = feeds.get(&board) {
        return Ok(BoardFeed::new(sender.subscribe()));
    }
    let (sender, states) = watch::channel(snapshot);
    let sender = Arc::new(sender);
    feeds.insert(board, sender.clone());
    drop(feeds);
    let task = run(boards.clone(), board, sender);
    boards.inner.platform.tasks.start("board feed", task);
    Ok(BoardFeed::new(states))
}

/// Sends each state of a board that differs from the last one, until nobody follows.
async fn run(boards: Boards, board: BoardId, sender: Arc<watch::Sender<Arc<BoardSnapshot>>>) {
    let stopping = boards.inner.platform.tasks.stopping();
    // Held as long as the board is followed: what somebody holds is not evicted.
    let organization = boards.organization(board.organization_id);
    let mut changes = organization.changes();
    let mut seen = sender.borrow().view.version;
    let mut last_sent: Option<Instant> = None;
    loop {
        if boards.version(&board) != Some(seen) {
            if let Some(last) = last_sent {
                // At rest this is in the past, and the message goes out at once.
                tokio::time::sleep_until(last + PACE).await;
            }
            match boards.snapshot(board).await {
                Ok(snapshot) => {
                    seen = snapshot.view.version;
                    let is_news = !sender.borrow().reads_like(&snapshot);
                    if is_news {
                        sender.send_replace(Arc::new(snapshot));
                        last_sent = Some(Instant::now());
                    }
                }
                Err(error) if error.code() == ErrorCode::NotFound => break,
                // Logged where it happened; the next look tries again.
                Err(_) => tokio::time::sleep(PACE).await,
            }
        }
        tokio::select! {
            () = stopping.cancelled() => break,
            _ = changes.changed() => {}
            () = tokio::time::sleep(LOOK) => {}
            () = sender.closed() => {
                if boards.inner.feeds.leave(&board) {
                    return;
                }
            }
        }
    }
    boards.inner.feeds.lock().remove(&board);
}

impl Feeds {
    fn lock(
        &self,
    ) -> std::sync::MutexGuard<'_, HashMap<BoardId, Arc<watch::Sender<Arc<BoardSnapshot>>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn join(&self, board: &BoardId) -> Option<watch::Receiver<Arc<BoardSnapshot>>> {
        self.lock().get(board).map(|sender| sender.subscribe())
    }

    /// Ends a feed that nobody follows; false where somebody has come meanwhile.
    fn leave(&self, board: &BoardId) -> bool {
        let mut feeds = self.lock();
        let is_alone = (feeds.get(board)).is_none_or(|sender| sender.receiver_count() == 0);
        if is_alone {
            feeds.remove(board);
        }
        is_alone
    }
}
