//! Cutting a page out of a board in memory.

use super::super::{BoardSnapshot, Place, Row, Shown, Sight};
use crate::error::Result;
use crate::graphql::Page;
use crate::graphql::connection::encode_cursor;

/// A place on a board as its cursor has it: the row's points, and its key.
pub(super) type PlaceKey = (i64, String);

/// The arguments of a connection over a board.
pub(super) fn page(
    first: Option<i32>,
    after: Option<&str>,
    last: Option<i32>,
    before: Option<&str>,
) -> Result<Page<PlaceKey>> {
    Page::new(first, after, last, before)
}

/// The cursor of a row.
pub(super) fn cursor(row: &Row) -> String {
    encode_cursor(&(row.points, &*row.key))
}

/// Which rows of a board make a page, by their index.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) rows: Vec<usize>,
    pub(super) has_previous: bool,
    pub(super) has_next: bool,
    pub(super) total: usize,
}

/// Cuts a page out of the rows that the viewer sees and that a search finds.
pub(super) fn cut(
    snapshot: &BoardSnapshot,
    sight: Sight,
    search: Option<&str>,
    page: &Page<PlaceKey>,
) -> Cut {
    let ranking = &snapshot.ranking;
    let place = |key: &PlaceKey| Place {
        points: key.0,
        key: key.1.clone(),
    };
    let from = (page.after.as_ref()).map_or(0, |key| ranking.rows_through(&place(key)));
    let to =
        (page.before.as_ref()).map_or(ranking.rows().len(), |key| ranking.rows_before(&place(key)));
    let found = Found::new(snapshot, sight, search);
    // Positions among what is found: they are the board's own where nothing is left out.
    let (start, end) = (found.position(from), found.position(to));
    let end = end.max(start);
    let (start, end) = if page.is_backward {
        (start.max(end.saturating_sub(page.limit)), end)
    } else {
        (start, end.min(start + page.limit))
    };
    Cut {
        rows: (start..end).map(|position| found.row(position)).collect(),
        has_previous: start > 0,
        has_next: end < found.len(),
        total: found.len(),
    }
}

/// The rows of a board that are found: all of it, or some by their index.
enum Found {
    All(usize),
    Some(Vec<usize>),
}

impl Found {
    fn new(snapshot: &BoardSnapshot, sight: Sight, search: Option<&str>) -> Self {
        let rows = snapshot.ranking.rows();
        let needle = search
            .map(|text| text.trim().to_lowercase())
            .filter(|needle| !needle.is_empty());
        if needle.is_none() && sight.sees_every_row() {
            return Self::All(rows.len());
        }
        let is_found = |row: &Row| match sight.of(row) {
            Shown::Hidden => false,
            // A search that found anonymous rows would tell who they are.
            Shown::Anonymous => needle.is_none(),
            Shown::Named => (needle.as_ref())
                .is_none_or(|needle| row.subject.sort_name().contains(needle.as_str())),
        };
        Self::Some(
            (rows.iter().enumerate())
                .filter(|(_, row)| is_found(row))
                .map(|(index, _)| index)
                .collect(),
        )
    }

    fn len(&self) -> usize {
        match self {
            Self::All(count) => *count,
            Self::Some(rows) => rows.len(),
        }
    }

    /// How many of the found rows stand before an index of the board.
    fn position(&self, index: usize) -> usize {
        match self {
            Self::All(_) => index,
            Self::Some(rows) => rows.partition_point(|row| *row < index),
        }
    }

    fn row(&self, position: usize) -> usize {
        match self {
            Self::All(_) => position,
            Self::Some(rows) => rows[position],
        }
    }
}
