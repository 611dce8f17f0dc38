//! What a subscription's result depends on: proven by what it selects, not assumed.

use super::super::schema::Ask;

/// Root fields whose every message is a whole state.
const SNAPSHOTS: &[&str] = &["leaderboardUpdated"];

/// Fields that read the same for everyone of the same role who may see the board. A field that is not here puts the viewer
/// into the key; so does every field of a type that is not here.
const ALIKE: &[(&str, &[&str])] = &[
    ("Query", &["organization"]),
    ("Organization", &["id", "databaseId", "leaderboard"]),
    ("Subscription", &["leaderboardUpdated"]),
    (
        "Leaderboard",
        &[
            "scope",
            "period",
            "startsOn",
            "endsOn",
            "updatedAt",
            "entries",
        ],
    ),
    (
        "LeaderboardEntryConnection",
        &["edges", "nodes", "pageInfo", "totalCount"],
    ),
    ("LeaderboardEntryEdge", &["cursor", "node"]),
    (
        "PageInfo",
        &["hasNextPage", "hasPreviousPage", "startCursor", "endCursor"],
    ),
    (
        "LeaderboardEntry",
        &[
            "key",
            "rank",
            "previousRank",
            "points",
            "pointsSum",
            "memberCount",
            "user",
            "team",
            "department",
        ],
    ),
    ("User", &["id", "databaseId", "name", "avatarUrl"]),
    ("Team", &["id", "databaseId", "name"]),
    ("Department", &["id", "databaseId", "name"]),
];

/// Fields that differ from viewer to viewer and still show nothing but the board.
const OF_BOARDS_TOO: &[(&str, &[&str])] = &[
    ("Leaderboard", &["viewerEntry"]),
    ("LeaderboardEntry", &["isViewer", "isAnonymous"]),
];

/// Whether every message of this field of the root is a whole state.
pub(in crate::graphql) fn is_snapshot(root_field: &str) -> bool {
    SNAPSHOTS.contains(&root_field)
}

/// Whether a field of a type reads the same for everyone of the same role.
pub(in crate::graphql) fn is_alike(parent: &str, field: &str) -> bool {
    field == "__typename" || holds(ALIKE, parent, field)
}

/// Whether a field of a type shows nothing that can change without the board's version.
pub(in crate::graphql) fn is_of_boards(parent: &str, field: &str) -> bool {
    is_alike(parent, field) || holds(OF_BOARDS_TOO, parent, field)
}

fn holds(list: &[(&str, &[&str])], parent: &str, field: &str) -> bool {
    list.iter()
        .any(|(name, fields)| *name == parent && fields.contains(&field))
}

/// Whether a request may be about the viewer's own team: the word stands in it.
pub(in crate::graphql) fn names_own_team(ask: &Ask) -> bool {
    const WORD: &str = "MY_TEAM";
    ask.query.contains(WORD)
        || serde_json::to_string(&ask.variables).is_ok_and(|text| text.contains(WORD))
}
