//! The boards of one organization and period at one moment.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use shared::ids::{DepartmentId, OrganizationId, TeamId, UserId};
use shared::period::Period;
use shared::vocabulary::LeaderboardPeriod;
use uuid::Uuid;

use super::directory::{Directory, Person};
use super::key::RowKeys;
use super::ranking::{Contender, Group, Ranking, Subject, is_hidden};
use super::tally::Sum;

/// Who contends on a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BoardKind {
    /// Every member who stands on boards.
    People,
    /// The members of a team.
    PeopleOfTeam(TeamId),
    /// The members of a department.
    PeopleOfDepartment(DepartmentId),
    /// The teams, by their primary members.
    Teams,
    /// The departments.
    Departments,
}

impl BoardKind {
    /// Whether its rows are people.
    pub fn is_of_people(self) -> bool {
        !matches!(self, Self::Teams | Self::Departments)
    }
}

/// One board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BoardId {
    /// Where.
    pub organization_id: OrganizationId,
    /// Who contends.
    pub kind: BoardKind,
    /// The stretch of time that counts.
    pub period: LeaderboardPeriod,
}

/// The boards of one organization and period at one moment. Never changed, only replaced.
#[derive(Debug)]
pub struct BoardView {
    /// The stretch of time that counts.
    pub period: LeaderboardPeriod,
    /// The days it covers; none for all time.
    pub span: Option<Period>,
    /// Grows with every change of the boards and is never given twice while the server runs.
    pub version: u64,
    /// When the boards last changed, as far as is known.
    pub updated_at: DateTime<Utc>,
    /// Who everyone is.
    pub directory: Arc<Directory>,
    pub(super) keys: Arc<RowKeys>,
    pub(super) standings: Vec<Standing>,
    pub(super) rankings: Mutex<HashMap<BoardKind, Arc<Ranking>>>,
}

/// What a person has in the period and had in the one before.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) person: Arc<Person>,
    pub(super) key: Arc<str>,
    pub(super) now: Sum,
    pub(super) before: Sum,
}

impl BoardView {
    /// The rows of one board. Sorted when first asked for.
    pub fn ranking(&self, kind: BoardKind) -> Arc<Ranking> {
        let mut rankings = self.rankings.lock().unwrap_or_else(PoisonError::into_inner);
        rankings
            .entry(kind)
            .or_insert_with(|| Arc::new(Ranking::new(self.contenders(kind))))
            .clone()
    }

    fn contenders(&self, kind: BoardKind) -> Vec<Contender> {
        match kind {
            BoardKind::People => self.people(|_| true),
            BoardKind::PeopleOfTeam(team) => {
                self.people(|person| self.directory.is_in_team(team, person.user_id))
            }
            BoardKind::PeopleOfDepartment(department) => {
                self.people(|person| person.department_id == Some(department))
            }
            BoardKind::Teams => self.groups(
                self.directory.teams.values().cloned().map(Subject::Team),
                |person| person.primary_team.map(Uuid::from),
            ),
            BoardKind::Departments => self.groups(
                (self.directory.departments.values().cloned()).map(Subject::Department),
                |person| person.department_id.map(Uuid::from),
            ),
        }
    }

    fn people(&self, is_in: impl Fn(&Person) -> bool) -> Vec<Contender> {
        let visibility = self.directory.visibility;
        self.standings
            .iter()
            .filter(|standing| is_in(&standing.person))
            .map(|standing| Contender {
                subject: Subject::Person(standing.person.clone()),
                key: standing.key.clone(),
                is_hidden: is_hidden(&standing.person, visibility),
                now: Group::of(standing.now),
                before: Group::of(standing.before),
            })
            .collect()
    }

    fn groups(
        &self,
        subjects: impl Iterator<Item = Subject>,
        group_of: impl Fn(&Person) -> Option<Uuid>,
    ) -> Vec<Contender> {
        let mut sums: HashMap<Uuid, (Group, Group)> = HashMap::new();
        for standing in &self.standings {
            if let Some(group) = group_of(&standing.person) {
                let (now, before) = sums.entry(group).or_default();
                now.add(standing.now);
                before.add(standing.before);
            }
        }
        subjects
            .map(|subject| {
                let (now, before) = sums.get(&subject.id()).copied().unwrap_or_default();
                Contender {
                    key: self.keys.key(self.period, subject.id()),
                    subject,
                    is_hidden: false,
                    now,
                    before,
                }
            })
            .collect()
    }
}

/// One board at one moment.
#[derive(Clone, Debug)]
pub struct BoardSnapshot {
    /// Which.
    pub board: BoardId,
    /// Where it was taken from.
    pub view: Arc<BoardView>,
    /// Its rows.
    pub ranking: Arc<Ranking>,
}

impl BoardSnapshot {
    /// Where the row stands that a viewer thinks of as their own: of themselves, their primary team, their department.
    pub fn index_of_viewer(&self, viewer: UserId) -> Option<usize> {
        let person = self.view.directory.people.get(&viewer);
        let subject = match self.board.kind {
            BoardKind::Teams => person?.primary_team?.into(),
            BoardKind::Departments => person?.department_id?.into(),
            _ => viewer.into(),
        };
        self.ranking.index_of(subject)
    }

    /// Whether readers would see the same.
    pub fn reads_like(&self, other: &Self) -> bool {
        self.view.span == other.view.span
            && self.view.directory.visibility == other.view.directory.visibility
            && self.ranking.reads_like(&other.ranking)
    }
}
