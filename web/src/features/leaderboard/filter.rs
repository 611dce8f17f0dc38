//! What the board shows, as it stands in the address.

use shared::vocabulary::{LeaderboardPeriod, LeaderboardScope};

use crate::routes::{Page, escape};

/// Whom, over which time, and who of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Whom the board ranks.
    pub scope: LeaderboardScope,
    /// The time it counts.
    pub period: LeaderboardPeriod,
    /// A part of a name; empty for everyone.
    pub search: String,
}

impl Filter {
    /// Reads the address' parameters; what is missing or unknown is the default.
    pub fn read(default_scope: LeaderboardScope, get: impl Fn(&str) -> Option<String>) -> Self {
        let word = |name| get(name).map(|word| word.to_ascii_uppercase());
        Self {
            scope: word("scope")
                .and_then(|word| word.parse().ok())
                .unwrap_or(default_scope),
            period: word("period")
                .and_then(|word| word.parse().ok())
                .unwrap_or(LeaderboardPeriod::Week),
            search: get("q").unwrap_or_default(),
        }
    }

    /// The address of this board.
    pub fn path(&self, slug: &str) -> String {
        let mut path = Page::Leaderboard.path(slug);
        path.push_str("?scope=");
        path.push_str(&self.scope.as_str().to_ascii_lowercase());
        path.push_str("&period=");
        path.push_str(&self.period.as_str().to_ascii_lowercase());
        if !self.search.is_empty() {
            path.push_str("&q=");
            escape(&self.search, &mut path);
        }
        path
    }
}

/// The word for a scope.
pub fn scope_word(scope: LeaderboardScope) -> &'static str {
    match scope {
        LeaderboardScope::Individual => "People",
        LeaderboardScope::Team => "Teams",
        LeaderboardScope::MyTeam => "My team",
        LeaderboardScope::Department => "Departments",
    }
}

/// The word for a period.
pub fn period_word(period: LeaderboardPeriod) -> &'static str {
    match period {
        LeaderboardPeriod::Day => "Today",
        LeaderboardPeriod::Week => "Week",
        LeaderboardPeriod::Month => "Month",
        LeaderboardPeriod::Quarter => "Quarter",
        LeaderboardPeriod::AllTime => "All time",
    }
}

/// What a movement is measured against.
pub fn before_words(period: LeaderboardPeriod) -> &'static str {
    match period {
        LeaderboardPeriod::Day => "yesterday",
        LeaderboardPeriod::Week => "last week",
        LeaderboardPeriod::Month => "last month",
        LeaderboardPeriod::Quarter => "last quarter",
        LeaderboardPeriod::AllTime => "before",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_reads_back_from_its_address() {
        let filter = Filter {
            scope: LeaderboardScope::MyTeam,
            period: LeaderboardPeriod::AllTime,
            search: "añ b&c".to_owned(),
        };

        let path = filter.path("acme");

        assert_eq!(
            path,
            "/acme/leaderboard?scope=my_team&period=all_time&q=a%C3%B1%20b%26c"
        );
        let read = Filter::read(LeaderboardScope::Individual, |name| {
            Some(match name {
                "scope" => "my_team".to_owned(),
                "period" => "all_time".to_owned(),
                _ => "añ b&c".to_owned(),
            })
        });
        assert_eq!(read, filter);
    }

    #[test]
    fn what_is_unknown_is_the_default() {
        let filter = Filter::read(LeaderboardScope::Team, |name| {
            (name == "scope").then(|| "planets".to_owned())
        });

        assert_eq!(filter.scope, LeaderboardScope::Team);
        assert_eq!(filter.period, LeaderboardPeriod::Week);
        assert_eq!(filter.search, "");
    }
}
