//! Leaderboards, live in memory.
//!
//! What is kept is a copy of the incremental totals in the database: read when first asked for, moved by the hint of each
//! transaction that moved a total, read again whenever there is doubt. Hints carry absolute sums and a count of entries,
//! so neither their order nor a hint too many matters. A question first takes every hint that was published before it, so
//! whoever changed points sees the change on the boards.

mod directory;
mod feed;
mod key;
mod organization;
mod ranking;
mod sight;
mod tally;
mod view;

pub use directory::{Directory, Person};
pub use feed::BoardFeed;
pub use ranking::{Place, Ranking, Row, Subject};
pub use sight::{Shown, Sight};
pub use view::{BoardId, BoardKind, BoardSnapshot, BoardView};

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use shared::ids::OrganizationId;
use shared::vocabulary::LeaderboardPeriod;
use tokio::sync::broadcast::error::TryRecvError;

use super::model::PointsMoved;
use crate::access::OrgScope;
use crate::contexts::orgs::{DirectoryChanged, StandingChanged};
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::platform::bus::Receiver;
use feed::Feeds;
use organization::{OrganizationBoards, Versions};

/// How many organizations' boards are kept; the ones not used for longest go.
const ORGANIZATIONS_MAX: usize = 512;
/// How often a reading that was in doubt again before it was used is repeated.
const READINGS_MAX: usize = 8;

/// The boards of all organizations. Cheap to clone.
#[derive(Clone)]
pub struct Boards {
    inner: Arc<Inner>,
}

struct Inner {
    platform: Platform,
    secret: [u8; 32],
    versions: Arc<Versions>,
    hints: Mutex<Hints>,
    organizations: Mutex<HashMap<OrganizationId, Arc<OrganizationBoards>>>,
    feeds: Feeds,
}

/// Hints that were published and not yet taken.
struct Hints {
    moved: Receiver<PointsMoved>,
    directory: Receiver<DirectoryChanged>,
    standing: Receiver<StandingChanged>,
}

impl Hints {
    fn subscribe(platform: &Platform) -> Self {
        Self {
            moved: platform.bus.subscribe(),
            directory: platform.bus.subscribe(),
            standing: platform.bus.subscribe(),
        }
    }
}

impl Boards {
    /// Starts keeping boards, and the task that takes hints while nobody asks.
    pub fn start(platform: &Platform) -> Self {
        let boards = Self {
            inner: Arc::new(Inner {
                platform: platform.clone(),
                secret: platform.crypto.derive("leaderboard row keys"),
                versions: Arc::default(),
                hints: Mutex::new(Hints::subscribe(platform)),
                organizations: Mutex::default(),
                feeds: Feeds::default(),
            }),
        };
        let wake_up_calls = Hints::subscribe(platform);
        let task = boards.clone().take_hints_while_running(wake_up_calls);
        platform.tasks.start("boards", task);
        boards
    }

    /// The boards of a period as they are now.
    ///
    /// # Errors
    /// When the database does not answer, or the organization is gone.
    pub async fn view(
        &self,
        organization: OrganizationId,
        period: LeaderboardPeriod,
    ) -> Result<Arc<BoardView>> {
        let boards = self.organization(organization);
        for _ in 0..READINGS_MAX {
            self.take_hints();
            let now = self.inner.platform.clock.now();
            if let Some(view) = boards.view(period, now) {
                return Ok(view);
            }
            boards.read(&self.inner.platform.db, period, now).await?;
        }
        Err(changes_too_fast(organization))
    }

    /// One board as it is now.
    ///
    /// # Errors
    /// When the database does not answer, or the organization is gone.
    pub async fn snapshot(&self, board: BoardId) -> Result<BoardSnapshot> {
        let view = self.view(board.organization_id, board.period).await?;
        let ranking = view.ranking(board.kind);
        Ok(BoardSnapshot {
            board,
            view,
            ranking,
        })
    }

    /// The version of a board as it is now: as long as it is the same, so is everything that the board shows. None where
    /// the board has to be read first; [`Boards::snapshot`] does.
    pub fn version(&self, board: &BoardId) -> Option<u64> {
        self.take_hints();
        let boards = {
            let organizations = self.lock_organizations();
            organizations.get(&board.organization_id)?.clone()
        };
        let now = self.inner.platform.clock.now();
        boards.mark_used(now);
        boards.version(board.period, now)
    }

    /// Who everyone is in an organization.
    ///
    /// # Errors
    /// When the database does not answer, or the organization is gone.
    pub async fn directory(&self, scope: &OrgScope) -> Result<Arc<Directory>> {
        let boards = self.organization(scope.organization_id());
        for _ in 0..READINGS_MAX {
            self.take_hints();
            let now = self.inner.platform.clock.now();
            if let Some(directory) = boards.directory(now) {
                return Ok(directory);
            }
            boards.read_directory(&self.inner.platform.db, now).await?;
        }
        Err(changes_too_fast(scope.organization_id()))
    }

    /// Follows a board: its state now, then each state that differs, at once after rest and at most twice a second.
    /// All followers of a board share one computation.
    ///
    /// # Errors
    /// When the database does not answer, or the organization is gone.
    pub async fn follow(&self, board: BoardId) -> Result<BoardFeed> {
        feed::follow(self, board).await
    }

    /// Takes every hint that was published until now.
    fn take_hints(&self) {
        let mut hints = (self.inner.hints.lock()).unwrap_or_else(PoisonError::into_inner);
        let mut has_missed = false;
        for hint in drain(&mut hints.moved, &mut has_missed) {
            if let Some(boards) = self.known(hint.organization_id) {
                boards.apply(&hint);
            }
        }
        let directory = drain(&mut hints.directory, &mut has_missed)
            .into_iter()
            .map(|hint| hint.organization_id);
        let standing = drain(&mut hints.standing, &mut has_missed)
            .into_iter()
            .map(|hint| hint.organization_id);
        for organization in directory.chain(standing) {
            if let Some(boards) = self.known(organization) {
                boards.doubt_directory();
            }
        }
        if has_missed {
            tracing::warn!("hints were missed; all boards are read again");
            for boards in self.lock_organizations().values() {
                boards.doubt_everything();
            }
        }
    }

    async fn take_hints_while_running(self, mut calls: Hints) {
        let stopping = self.inner.platform.tasks.stopping();
        loop {
            // Whatever a call says, even that some were missed: there is something to take.
            tokio::select! {
                () = stopping.cancelled() => return,
                _ = calls.moved.recv() => {}
                _ = calls.directory.recv() => {}
                _ = calls.standing.recv() => {}
            }
            self.take_hints();
        }
    }

    fn known(&self, id: OrganizationId) -> Option<Arc<OrganizationBoards>> {
        self.lock_organizations().get(&id).cloned()
    }

    fn organization(&self, id: OrganizationId) -> Arc<OrganizationBoards> {
        let mut organizations = self.lock_organizations();
        if !organizations.contains_key(&id) && organizations.len() >= ORGANIZATIONS_MAX {
            evict_one(&mut organizations);
        }
        let inner = &self.inner;
        let boards = organizations
            .entry(id)
            .or_insert_with(|| {
                let boards = OrganizationBoards::new(id, inner.secret, inner.versions.clone());
                Arc::new(boards)
            })
            .clone();
        boards.mark_used(inner.platform.clock.now());
        boards
    }

    fn lock_organizations(
        &self,
    ) -> std::sync::MutexGuard<'_, HashMap<OrganizationId, Arc<OrganizationBoards>>> {
        (self.inner.organizations.lock()).unwrap_or_else(PoisonError::into_inner)
    }
}

fn changes_too_fast(organization: OrganizationId) -> AppError {
    anyhow::anyhow!("the boards of {organization} change faster than they are read").into()
}

/// Drops the boards that were not used for longest and that nobody holds at this moment.
fn evict_one(organizations: &mut HashMap<OrganizationId, Arc<OrganizationBoards>>) {
    let oldest = organizations
        .iter()
        .filter(|(_, boards)| Arc::strong_count(boards) == 1)
        .min_by_key(|(_, boards)| boards.last_used_micros())
        .map(|(id, _)| *id);
    if let Some(id) = oldest {
        organizations.remove(&id);
    }
}

fn drain<T: Clone>(receiver: &mut Receiver<T>, has_missed: &mut bool) -> Vec<T> {
    let mut hints = Vec::new();
    loop {
        match receiver.try_recv() {
            Ok(hint) => hints.push(hint),
            Err(TryRecvError::Lagged(_)) => *has_missed = true,
            Err(TryRecvError::Empty | TryRecvError::Closed) => return hints,
        }
    }
}
