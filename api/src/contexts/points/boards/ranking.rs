//! Sorting people and groups into ranks.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use shared::vocabulary::LeaderboardVisibility;
use uuid::Uuid;

use super::super::model::rounded_mean;
use super::directory::Person;
use super::tally::Sum;
use crate::contexts::orgs::{Department, Team};

/// Whom a row is about.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A member.
    Person(Arc<Person>),
    /// A team.
    Team(Arc<Team>),
    /// A department.
    Department(Arc<Department>),
}

impl Subject {
    /// The id of the person, team or department.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Person(person) => person.user_id.into(),
            Self::Team(team) => team.id.into(),
            Self::Department(department) => department.id.into(),
        }
    }

    /// The name in lower case.
    pub fn sort_name(&self) -> Arc<str> {
        match self {
            Self::Person(person) => person.sort_name.clone(),
            Self::Team(team) => team.name.to_lowercase().into(),
            Self::Department(department) => department.name.to_lowercase().into(),
        }
    }
}

/// One row of a board.
#[derive(Clone, Debug)]
pub struct Row {
    /// Whom it is about.
    pub subject: Subject,
    /// Names the row without telling whom it is about.
    pub key: Arc<str>,
    /// 1 for the best; equals share a rank and leave a gap behind them.
    pub rank: u32,
    /// The rank in the period before, where there was anything to rank.
    pub previous_rank: Option<u32>,
    /// Points of a person, the rounded mean of a group.
    pub points: i64,
    /// Points of all members of a group.
    pub points_sum: i64,
    /// Members of a group who stand on boards; 1 for a person.
    pub member_count: u32,
    /// What orders equals: the name, or the key where the name is not to be guessed.
    tie: Tie,
}

/// What orders equals. People whose names others may not see come last, in an order that tells nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tie {
    Named(Arc<str>, Uuid),
    Hidden(Arc<str>),
}

impl Row {
    /// Whether a reader would see the same.
    fn reads_like(&self, other: &Self) -> bool {
        let is_same_subject = match (&self.subject, &other.subject) {
            (Subject::Person(one), Subject::Person(other)) => one == other,
            (Subject::Team(one), Subject::Team(other)) => {
                one.id == other.id && one.name == other.name
            }
            (Subject::Department(one), Subject::Department(other)) => {
                one.id == other.id && one.name == other.name
            }
            _ => false,
        };
        is_same_subject
            && (self.rank, self.previous_rank, self.points)
                == (other.rank, other.previous_rank, other.points)
            && (self.points_sum, self.member_count) == (other.points_sum, other.member_count)
    }

    /// How this row stands to a place: before it, on it, behind it. Without a tie the place is behind all equals.
    fn stands_to(&self, points: i64, tie: Option<&Tie>) -> Ordering {
        points
            .cmp(&self.points)
            .then_with(|| tie.map_or(Ordering::Less, |tie| self.tie.cmp(tie)))
    }
}

/// The rows of one board, best first.
#[derive(Debug, Default)]
pub struct Ranking {
    rows: Vec<Row>,
    by_subject: HashMap<Uuid, usize>,
}

/// One contender before ranks are given.
pub(super) struct Contender {
    pub(super) subject: Subject,
    pub(super) key: Arc<str>,
    pub(super) is_hidden: bool,
    pub(super) now: Group,
    pub(super) before: Group,
}

/// Sum of a person or of a group of people.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Group {
    points: i64,
    entries: i64,
    members: u32,
}

impl Group {
    /// One person.
    pub(super) fn of(sum: Sum) -> Self {
        Self {
            points: sum.points,
            entries: sum.entries,
            members: 1,
        }
    }

    /// Adds a person.
    pub(super) fn add(&mut self, sum: Sum) {
        self.points += sum.points;
        self.entries += sum.entries;
        self.members += 1;
    }

    /// What it is ranked by.
    fn score(self) -> i64 {
        rounded_mean(self.points, self.members)
    }
}

impl Ranking {
    /// Ranks contenders as SQL's `RANK() OVER (ORDER BY points DESC)` does.
    pub(super) fn new(contenders: Vec<Contender>) -> Self {
        let mut scores_before: Vec<i64> = contenders
            .iter()
            .map(|contender| contender.before.score())
            .collect();
        scores_before.sort_unstable_by(|one, other| other.cmp(one));
        let rank_before = |score: i64| {
            let better = scores_before.partition_point(|known| *known > score);
            u32::try_from(better + 1).unwrap_or(u32::MAX)
        };
        let mut rows: Vec<Row> = contenders
            .into_iter()
            .map(|contender| Row {
                tie: if contender.is_hidden {
                    Tie::Hidden(contender.key.clone())
                } else {
                    Tie::Named(contender.subject.sort_name(), contender.subject.id())
                },
                subject: contender.subject,
                key: contender.key,
                rank: 0,
                previous_rank: (contender.before.entries > 0)
                    .then(|| rank_before(contender.before.score())),
                points: contender.now.score(),
                points_sum: contender.now.points,
                member_count: contender.now.members,
            })
            .collect();
        rows.sort_unstable_by(|one, other| {
            (other.points.cmp(&one.points)).then_with(|| one.tie.cmp(&other.tie))
        });
        let mut rank = 0;
        let mut last = None;
        for (index, row) in rows.iter_mut().enumerate() {
            if last != Some(row.points) {
                rank = u32::try_from(index + 1).unwrap_or(u32::MAX);
                last = Some(row.points);
            }
            row.rank = rank;
        }
        let by_subject = (rows.iter().enumerate())
            .map(|(index, row)| (row.subject.id(), index))
            .collect();
        Self { rows, by_subject }
    }

    /// The rows, best first.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Where the row about a person, team or department stands.
    pub fn index_of(&self, subject: Uuid) -> Option<usize> {
        self.by_subject.get(&subject).copied()
    }

    /// The row about a person, team or department.
    pub fn row_of(&self, subject: Uuid) -> Option<&Row> {
        self.index_of(subject).map(|index| &self.rows[index])
    }

    /// How many rows stand before a place that a cursor names, the cursor's own row not counted.
    ///
    /// The place is one of points, not of a row: rows that have moved since are met neither twice nor never on its account.
    pub fn rows_before(&self, place: &Place) -> usize {
        let tie = self.tie_of(place);
        self.rows
            .partition_point(|row| row.stands_to(place.points, tie) == Ordering::Less)
    }

    /// How many rows stand up to and including a place.
    pub fn rows_through(&self, place: &Place) -> usize {
        let tie = self.tie_of(place);
        self.rows
            .partition_point(|row| row.stands_to(place.points, tie) != Ordering::Greater)
    }

    fn tie_of(&self, place: &Place) -> Option<&Tie> {
        (self.rows.iter().find(|row| *row.key == *place.key)).map(|row| &row.tie)
    }

    /// Whether readers would see the same.
    pub fn reads_like(&self, other: &Self) -> bool {
        self.rows.len() == other.rows.len()
            && (self.rows.iter().zip(&other.rows)).all(|(one, other)| one.reads_like(other))
    }
}

/// A place on a board, as a cursor keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The points of the row when the cursor was made.
    pub points: i64,
    /// The row.
    pub key: String,
}

/// Whether others may not see the name of a person.
pub(super) fn is_hidden(person: &Person, visibility: LeaderboardVisibility) -> bool {
    person.is_private || visibility == LeaderboardVisibility::Anonymous
}
