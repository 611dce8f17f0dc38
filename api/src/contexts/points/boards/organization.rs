//! The boards of one organization: what is kept of them, and what makes it out of date.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use diesel_async::AsyncPgConnection;
use shared::ids::OrganizationId;
use shared::period::{Period, PeriodKind, day_in_zone, start_of_day};
use shared::vocabulary::LeaderboardPeriod;
use tokio::sync::watch;

use super::super::model::PointsMoved;
use super::super::store::boards as store;
use super::directory::Directory;
use super::key::RowKeys;
use super::tally::{Sum, Tally};
use super::view::{BoardView, Standing};
use crate::error::{AppError, Result};
use crate::platform::db::Db;

/// How old a reading may get before it is read again. Hints keep it right within one process; this bounds what another
/// process may have changed unheard.
const READING_AGE_MAX: TimeDelta = TimeDelta::seconds(60);

/// Gives every change of any board a number of its own.
#[derive(Debug, Default)]
pub(super) struct Versions(AtomicU64);

impl Versions {
    pub(super) fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// The boards of one organization.
pub(super) struct OrganizationBoards {
    id: OrganizationId,
    keys: Arc<RowKeys>,
    versions: Arc<Versions>,
    state: Mutex<State>,
    /// Held by the one who reads from the database; others wait and find it read.
    reading: tokio::sync::Mutex<()>,
    /// Tells feeds that something changed.
    changed: watch::Sender<()>,
    last_used_micros: AtomicI64,
}

#[derive(Default)]
struct State {
    directory: Option<Arc<Directory>>,
    directory_read_at: Option<DateTime<Utc>>,
    directory_version: u64,
    /// Counts hints about the directory; a reading is of the count it began with.
    directory_hints: u64,
    directory_hints_read: u64,
    tallies: HashMap<Option<Period>, Tally>,
    views: HashMap<LeaderboardPeriod, Arc<BoardView>>,
    today: Option<Today>,
}

/// The organization's calendar day, and how long it lasts.
#[derive(Clone, Copy, PartialEq)]
struct Today {
    day: NaiveDate,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl OrganizationBoards {
    pub(super) fn new(id: OrganizationId, secret: [u8; 32], versions: Arc<Versions>) -> Self {
        Self {
            id,
            keys: Arc::new(RowKeys::new(secret, id)),
            versions,
            state: Mutex::default(),
            reading: tokio::sync::Mutex::default(),
            changed: watch::Sender::new(()),
            last_used_micros: AtomicI64::new(0),
        }
    }

    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    pub(super) fn last_used_micros(&self) -> i64 {
        self.last_used_micros.load(Ordering::Relaxed)
    }

    pub(super) fn mark_used(&self, now: DateTime<Utc>) {
        self.last_used_micros
            .store(now.timestamp_micros(), Ordering::Relaxed);
    }

    /// Moves the sums that are kept.
    pub(super) fn apply(&self, hint: &PointsMoved) {
        let mut state = self.lock();
        let all_time = Sum {
            points: hint.balance,
            entries: hint.entries,
        };
        let sums = hint.totals.iter().map(|total| {
            let sum = Sum {
                points: total.points,
                entries: total.entries,
            };
            (Some(total.period), sum)
        });
        for (span, sum) in sums.chain([(None, all_time)]) {
            if let Some(tally) = state.tallies.get_mut(&span)
                && tally.take(hint.user_id, sum)
            {
                tally.touch(self.versions.next(), hint.at);
            }
        }
        drop(state);
        self.changed.send_replace(());
    }

    /// Has the directory read again before anybody sees a board.
    pub(super) fn doubt_directory(&self) {
        self.lock().directory_hints += 1;
        self.changed.send_replace(());
    }

    /// Has everything read again before anybody sees a board: hints were missed. What is kept stays, as sums only grow
    /// newer.
    pub(super) fn doubt_everything(&self) {
        let mut state = self.lock();
        state.directory_hints += 1;
        state.tallies.values_mut().for_each(Tally::doubt);
        drop(state);
        self.changed.send_replace(());
    }

    /// The version of the boards of a period, where what is kept is in order.
    pub(super) fn version(&self, period: LeaderboardPeriod, now: DateTime<Utc>) -> Option<u64> {
        self.lock().version(period, now)
    }

    /// Who everyone is, where what is kept is in order.
    pub(super) fn directory(&self, now: DateTime<Utc>) -> Option<Arc<Directory>> {
        let state = self.lock();
        match state.directory_to_read(now) {
            Some(_) => None,
            None => state.directory.clone(),
        }
    }

    /// The boards of a period, where what is kept is in order.
    pub(super) fn view(
        &self,
        period: LeaderboardPeriod,
        now: DateTime<Utc>,
    ) -> Option<Arc<BoardView>> {
        let mut state = self.lock();
        let version = state.version(period, now)?;
        if let Some(view) = state.views.get(&period)
            && view.version == version
        {
            return Some(view.clone());
        }
        let view = Arc::new(state.build_view(period, version, &self.keys)?);
        state.views.insert(period, view.clone());
        Some(view)
    }

    /// Reads who everyone is, where that is missing or in doubt.
    pub(super) async fn read_directory(&self, db: &Db, now: DateTime<Utc>) -> Result<()> {
        let _one_at_a_time = self.reading.lock().await;
        let mut conn = db.primary().await?;
        self.read_directory_by(&mut conn, now).await
    }

    async fn read_directory_by(
        &self,
        conn: &mut AsyncPgConnection,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let due = self.lock().directory_to_read(now);
        if let Some(hints) = due {
            let directory = Directory::load(conn, self.id)
                .await?
                .ok_or_else(|| AppError::not_found("organization"))?;
            let version = self.versions.next();
            self.lock().set_directory(directory, hints, now, version);
        }
        Ok(())
    }

    /// Reads from the database what the boards of a period need and what is missing or in doubt.
    pub(super) async fn read(
        &self,
        db: &Db,
        period: LeaderboardPeriod,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let _one_at_a_time = self.reading.lock().await;
        let mut conn = db.primary().await?;
        self.read_directory_by(&mut conn, now).await?;
        let spans = self.lock().spans_to_read(period, now);
        for span in spans {
            let rows = store::list_sums(&mut conn, self.id, span).await?;
            let sums = rows.into_iter().map(|row| {
                let sum = Sum {
                    points: row.points,
                    entries: row.entries,
                };
                (row.user_id, sum)
            });
            let version = self.versions.next();
            if let Some(tally) = self.lock().tallies.get_mut(&span) {
                tally.take_reading(sums, now, version);
            }
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The hints that a reading of the directory would cover, where one is due.
    fn directory_to_read(&self, now: DateTime<Utc>) -> Option<u64> {
        let is_due = self.directory.is_none()
            || self.directory_hints != self.directory_hints_read
            || !is_recent(self.directory_read_at, now);
        is_due.then_some(self.directory_hints)
    }

    fn set_directory(&mut self, read: Directory, hints: u64, now: DateTime<Utc>, version: u64) {
        let is_same = (self.directory.as_ref()).is_some_and(|known| known.reads_like(&read));
        if !is_same {
            self.directory = Some(Arc::new(read));
            self.directory_version = version;
            self.today = None;
        }
        self.directory_read_at = Some(now);
        self.directory_hints_read = hints;
    }

    /// The sums that the boards of a period need and that are to be read. Each gets its place before it is read, so
    /// that hints meanwhile find it.
    fn spans_to_read(
        &mut self,
        period: LeaderboardPeriod,
        now: DateTime<Utc>,
    ) -> Vec<Option<Period>> {
        let Some(today) = self.today(now) else {
            return Vec::new();
        };
        self.tallies
            .retain(|span, _| span.is_none_or(|span| is_kept(span, today)));
        spans(period, today)
            .into_iter()
            .filter(|span| !is_recent(self.tallies.entry(*span).or_default().read_at(), now))
            .collect()
    }

    fn version(&mut self, period: LeaderboardPeriod, now: DateTime<Utc>) -> Option<u64> {
        if self.directory_to_read(now).is_some() {
            return None;
        }
        let today = self.today(now)?;
        let mut version = self.directory_version;
        for span in spans(period, today) {
            let tally = self.tallies.get(&span)?;
            if !is_recent(tally.read_at(), now) {
                return None;
            }
            version = version.max(tally.version());
        }
        Some(version)
    }

    fn build_view(
        &mut self,
        period: LeaderboardPeriod,
        version: u64,
        keys: &Arc<RowKeys>,
    ) -> Option<BoardView> {
        let directory = self.directory.clone()?;
        let [current, reference] = spans(period, self.today?.day);
        let now = self.tallies.get(&current)?;
        let other = self.tallies.get(&reference)?;
        let standings = directory
            .earners()
            .map(|person| {
                let sum = now.sum(person.user_id);
                let other = other.sum(person.user_id);
                let before = match period {
                    // What everyone had when today began.
                    LeaderboardPeriod::AllTime => Sum {
                        points: sum.points - other.points,
                        entries: sum.entries - other.entries,
                    },
                    _ => other,
                };
                Standing {
                    person: person.clone(),
                    key: keys.key(period, person.user_id.into()),
                    now: sum,
                    before,
                }
            })
            .collect();
        let updated_at = [now.changed_at(), other.changed_at(), self.directory_read_at];
        Some(BoardView {
            period,
            span: current,
            version,
            updated_at: updated_at[..2]
                .iter()
                .flatten()
                .max()
                .copied()
                .or(updated_at[2])?,
            directory,
            keys: keys.clone(),
            standings,
            rankings: Mutex::default(),
        })
    }

    fn today(&mut self, now: DateTime<Utc>) -> Option<NaiveDate> {
        if let Some(today) = self.today
            && (today.from..today.until).contains(&now)
        {
            return Some(today.day);
        }
        let zone = self.directory.as_ref()?.time_zone;
        let day = day_in_zone(now, zone);
        self.today = Some(Today {
            day,
            from: start_of_day(day, zone),
            until: start_of_day(day + Days::new(1), zone),
        });
        Some(day)
    }
}

/// The sums that the boards of a period are made of: its own, and those that ranks before are made of.
fn spans(period: LeaderboardPeriod, today: NaiveDate) -> [Option<Period>; 2] {
    match period.kind() {
        Some(kind) => {
            let current = Period::containing(kind, today);
            [Some(current), Some(current.previous())]
        }
        None => [None, Some(Period::containing(PeriodKind::Day, today))],
    }
}

/// Whether a period is the current one or the one before; others are of no board any more.
fn is_kept(period: Period, today: NaiveDate) -> bool {
    let current = Period::containing(period.kind, today);
    period == current || period == current.previous()
}

fn is_recent(read_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    read_at.is_some_and(|at| (now - at).abs() < READING_AGE_MAX)
}
