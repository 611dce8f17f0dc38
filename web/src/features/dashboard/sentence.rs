//! The person's standing in one sentence.

use super::data::Ladder;
use crate::format::{count, first_name, ordinal};

/// "You are 3rd this week, 12 points behind Ana."
pub fn of(ladder: &Ladder) -> String {
    let Some(own) = &ladder.own else {
        return "You have no place on this week's board yet: your first points put you there."
            .to_owned();
    };
    let rank = ordinal(own.rank);
    if own.points <= 0 {
        return "No points yet this week. The next merge, review or closed issue changes that."
            .to_owned();
    }
    if let Some(above) = &ladder.above {
        return [
            "You are ",
            &rank,
            " this week, ",
            &count(above.points - own.points, "point"),
            " behind ",
            first_name(above.name()),
            ".",
        ]
        .concat();
    }
    if own.rank > 1 {
        return [
            "You are ",
            &rank,
            " of ",
            &ladder.size.to_string(),
            " this week, with ",
            &count(own.points, "point"),
            ".",
        ]
        .concat();
    }
    match &ladder.below {
        Some(below) if below.points == own.points => [
            "You share the lead this week with ",
            first_name(below.name()),
            ".",
        ]
        .concat(),
        Some(below) => [
            "You lead this week, ",
            &count(own.points - below.points, "point"),
            " ahead of ",
            first_name(below.name()),
            ".",
        ]
        .concat(),
        None => "You lead this week. Nobody else has points yet.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        api::{
            decode::Read,
            graphql::{DashboardStandingData, StandingEntry},
            json::Json,
        },
        features::dashboard::data::ladder,
    };

    fn entry(rank: i32, points: i32, name: &str, is_viewer: bool) -> String {
        format!(
            r#"{{"key":"{name}","rank":{rank},"previousRank":null,"points":{points},"isViewer":{is_viewer},
               "isAnonymous":false,"user":{{"name":"{name}","avatarUrl":null}}}}"#
        )
    }

    /// The sentence for a board of (rank, points, name), where `me` is the person.
    fn sentence(rows: &[(i32, i32, &str)]) -> String {
        let nodes = rows
            .iter()
            .map(|(r, p, n)| entry(*r, *p, n, *n == "me"))
            .collect::<Vec<_>>();
        let own = rows
            .iter()
            .position(|row| row.2 == "me")
            .map_or("null".to_owned(), |index| nodes[index].clone());
        let text = format!(
            r#"{{"organization":{{"leaderboard":{{"entries":{{"nodes":[{}],"totalCount":{}}},"viewerEntry":{own}}}}}}}"#,
            nodes.join(","),
            rows.len()
        );
        let data = DashboardStandingData::read(&Json::parse(&text).unwrap()).unwrap();
        of(&ladder(&data.organization))
    }

    #[test]
    fn the_one_ahead_is_named() {
        assert_eq!(
            sentence(&[(1, 30, "Ana Ruiz"), (2, 18, "me")]),
            "You are 2nd this week, 12 points behind Ana."
        );
        assert_eq!(
            sentence(&[(1, 19, "Ana"), (2, 18, "me")]),
            "You are 2nd this week, 1 point behind Ana."
        );
    }

    #[test]
    fn a_tie_is_not_ahead() {
        let rows = [(1, 30, "Ana"), (2, 20, "Ben"), (2, 20, "me"), (4, 1, "Cy")];
        assert_eq!(
            sentence(&rows),
            "You are 2nd this week, 10 points behind Ana."
        );
    }

    #[test]
    fn the_leader_sees_who_follows() {
        assert_eq!(
            sentence(&[(1, 30, "me"), (2, 18, "Ben Xu")]),
            "You lead this week, 12 points ahead of Ben."
        );
        assert_eq!(
            sentence(&[(1, 30, "me"), (1, 30, "Ben")]),
            "You share the lead this week with Ben."
        );
        assert_eq!(
            sentence(&[(1, 30, "me")]),
            "You lead this week. Nobody else has points yet."
        );
    }

    #[test]
    fn without_points_the_way_to_them_is_told() {
        assert!(sentence(&[(1, 30, "Ana"), (2, 0, "me")]).starts_with("No points yet this week."));
        assert!(sentence(&[(1, 30, "Ana")]).starts_with("You have no place"));
    }

    #[test]
    fn an_anonymous_row_is_not_named() {
        let text =
            entry(1, 5, "Ana", false).replace(r#""isAnonymous":false"#, r#""isAnonymous":true"#);
        assert_eq!(
            StandingEntry::read(&Json::parse(&text).unwrap())
                .unwrap()
                .name(),
            "Somebody"
        );
    }
}
