//! The board's data, typed by its operations.

use leptos::prelude::*;

use super::filter::Filter;
pub use crate::api::graphql::{
    Board, BoardEntry, LeaderboardPage, LeaderboardPageData, LeaderboardUpdated,
};
use crate::{
    api::{graphql::LeaderboardPageOrganization, live::use_live},
    state::remote::{Remote, remote},
    ui::dynamic::effect,
};

/// Reads the board of the filter and keeps it as new as the server's.
pub fn board(filter: Memo<Filter>) -> Remote<LeaderboardPageData> {
    let board = remote(move || {
        let filter = filter.get();
        LeaderboardPage {
            scope: filter.scope,
            period: filter.period,
            search: Some(filter.search).filter(|search| !search.is_empty()),
        }
    });
    // A word typed into the search is no reason to follow anew.
    let followed = Memo::new(move |_| filter.with(|filter| (filter.scope, filter.period)));
    let live = use_live();
    effect(move || {
        let (scope, period) = followed.get();
        live.subscribe(&LeaderboardUpdated { scope, period }, move |message| {
            let Ok(update) = message else {
                return;
            };
            if filter.with_untracked(|filter| filter.search.is_empty()) {
                let organization = Some(LeaderboardPageOrganization {
                    leaderboard: update.leaderboard_updated,
                });
                board.replace(LeaderboardPageData { organization });
            } else if board.data.with_untracked(Option::is_some) {
                // The message holds the whole board: which of it was searched for, the server knows.
                board.refetch();
            }
        });
    });
    board
}

/// The board within the answer.
pub fn board_of(data: &LeaderboardPageData) -> Option<&Board> {
    data.organization
        .as_ref()
        .map(|organization| &organization.leaderboard)
}

/// The entries to show: the first hundred, and the person's own below them when it is further down.
pub fn entries(data: &LeaderboardPageData, is_search: bool) -> Vec<&BoardEntry> {
    let Some(board) = board_of(data) else {
        return Vec::new();
    };
    let mut entries = board.entries.nodes.iter().collect::<Vec<_>>();
    if let Some(own) = &board.viewer_entry
        && !is_search
        && !entries.iter().any(|entry| entry.key == own.key)
    {
        entries.push(own);
    }
    entries
}

impl BoardEntry {
    /// The name to show.
    pub fn name(&self) -> &str {
        if self.is_anonymous {
            return "Somebody";
        }
        match (&self.user, &self.team, &self.department) {
            (Some(user), _, _) => &user.name,
            (None, Some(team), _) => &team.name,
            (None, None, Some(department)) => &department.name,
            (None, None, None) => "Without a team",
        }
    }
}
