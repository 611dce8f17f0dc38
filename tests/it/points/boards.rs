//! Boards in memory say what SQL would say.

use std::collections::HashMap;

use api::contexts::orgs::DirectoryChanged;
use api::contexts::points::{BoardId, BoardKind, BoardSnapshot, Boards, Subject};
use futures_util::future::join_all;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use shared::ids::UserId;
use shared::period::Period;
use shared::vocabulary::LeaderboardPeriod;
use tests::wait::in_time;
use uuid::Uuid;

use super::arrange::{Ground, days, noon, push};

fn board(ground: &Ground, kind: BoardKind, period: LeaderboardPeriod) -> BoardId {
    BoardId {
        organization_id: ground.scope.organization_id(),
        kind,
        period,
    }
}

/// A row as both sides tell it: points, rank, rank before.
type Told = HashMap<Uuid, (i64, i64, Option<i64>)>;

fn told(snapshot: &BoardSnapshot) -> Told {
    let rows = snapshot.ranking.rows();
    let is_sorted = rows.windows(2).all(|pair| pair[0].points >= pair[1].points);
    assert!(is_sorted, "the best first");
    rows.iter()
        .map(|row| {
            let rank = i64::from(row.rank);
            (
                row.subject.id(),
                (row.points, rank, row.previous_rank.map(i64::from)),
            )
        })
        .collect()
}

/// The same by SQL alone, from the ledger itself rather than from the totals.
async fn told_by_sql(ground: &Ground, period: LeaderboardPeriod) -> Told {
    let today = ground.platform.clock.now().date_naive();
    let current = period.kind().map(|kind| Period::containing(kind, today));
    let (from, to, before_from, before_to) = match current {
        Some(span) => {
            let before = span.previous();
            (
                Some(span.starts_on),
                Some(span.ends_on()),
                Some(before.starts_on),
                Some(before.ends_on()),
            )
        }
        // All time: before is everything that does not count for today.
        None => (None, None, None, None),
    };
    let rows = ground
        .client
        .query(
            "WITH people AS (SELECT user_id FROM memberships
                             WHERE organization_id = $1 AND status = 'ACTIVE' AND role IN ('ADMIN', 'MEMBER')),
                  sums AS (SELECT user_id,
                               COALESCE(sum(points_change) FILTER (WHERE $2::date IS NULL OR occurred_on BETWEEN $2 AND $3), 0)::bigint AS now,
                               COALESCE(sum(points_change) FILTER (WHERE is_before), 0)::bigint AS before,
                               count(*) FILTER (WHERE is_before) AS entries_before
                           FROM people LEFT JOIN (
                               SELECT user_id, points_change, occurred_on,
                                      CASE WHEN $2::date IS NULL THEN occurred_on <> $6 ELSE occurred_on BETWEEN $4 AND $5 END AS is_before
                               FROM points_ledger WHERE organization_id = $1) l USING (user_id)
                           GROUP BY user_id)
             SELECT user_id, now, rank() OVER (ORDER BY now DESC),
                    CASE WHEN entries_before > 0 THEN rank() OVER (ORDER BY before DESC) END
             FROM sums",
            &[&ground.scope.organization_id().0, &from, &to, &before_from, &before_to, &today],
        )
        .await
        .unwrap();
    rows.iter()
        .map(|row| (row.get(0), (row.get(1), row.get(2), row.get(3))))
        .collect()
}

async fn assert_boards_are_right(ground: &Ground, boards: &Boards) {
    for period in LeaderboardPeriod::ALL {
        let snapshot = boards
            .snapshot(board(ground, BoardKind::People, *period))
            .await;
        let snapshot = snapshot.unwrap();
        assert_eq!(
            told(&snapshot),
            told_by_sql(ground, *period).await,
            "{period}"
        );
    }
}

/// Something that happens while boards are kept.
#[derive(Clone, Debug)]
enum Step {
    Credit {
        person: usize,
        commits: u32,
        days_ago: i64,
    },
    /// Several people at once, while somebody looks.
    Burst {
        count: usize,
    },
    Look {
        period: usize,
    },
    /// A member becomes a viewer and stands on no board, or comes back.
    ChangeRole {
        person: usize,
        role: usize,
    },
    PassDays {
        count: i64,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0usize..5, 0u32..9, 0i64..40).prop_map(|(person, commits, days_ago)| Step::Credit { person, commits, days_ago }),
        2 => (1usize..8).prop_map(|count| Step::Burst { count }),
        3 => (0usize..5).prop_map(|period| Step::Look { period }),
        1 => (0usize..5, 0usize..2).prop_map(|(person, role)| Step::ChangeRole { person, role }),
        1 => (1i64..10).prop_map(|count| Step::PassDays { count }),
    ];
    prop::collection::vec(step, 1..25)
}

#[test]
fn boards_equal_sql_after_any_history() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner = TestRunner::new(Config {
        cases: 12,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&steps(), |steps| {
        runtime.block_on(async {
            let ground = Ground::new().await;
            let boards = Boards::start(&ground.platform);
            let people = ground.members(5).await;
            for (n, step) in steps.iter().enumerate() {
                take(&ground, &boards, &people, n, step).await;
            }
            assert_boards_are_right(&ground, &boards).await;
        });
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

async fn take(ground: &Ground, boards: &Boards, people: &[UserId], n: usize, step: &Step) {
    let now = ground.platform.clock.now();
    match *step {
        Step::Credit {
            person,
            commits,
            days_ago,
        } => {
            let mut credit = push(people[person], &format!("step {n}"), commits);
            credit.occurred_at = now - days(days_ago);
            ground.credit(credit).await.unwrap();
        }
        Step::Burst { count } => {
            let credits = (0..count).map(|index| {
                let mut credit = push(
                    people[index % people.len()],
                    &format!("burst {n} {index}"),
                    1,
                );
                credit.occurred_at = now;
                ground.credit(credit)
            });
            let week = board(ground, BoardKind::People, LeaderboardPeriod::Week);
            let (paid, looked) = tokio::join!(join_all(credits), boards.snapshot(week));
            assert!(looked.is_ok());
            // Who is a viewer just then is paid nothing; nobody's credit fails.
            assert!(paid.into_iter().all(|entry| entry.is_ok()));
        }
        Step::Look { period } => {
            let period = LeaderboardPeriod::ALL[period];
            boards
                .snapshot(board(ground, BoardKind::People, period))
                .await
                .unwrap();
        }
        Step::ChangeRole { person, role } => {
            let role = ["VIEWER", "MEMBER"][role];
            ground
                .client
                .execute(
                    "UPDATE memberships SET role = $2 WHERE user_id = $1",
                    &[&people[person].0, &role],
                )
                .await
                .unwrap();
            ground.platform.bus.publish(DirectoryChanged {
                organization_id: ground.scope.organization_id(),
            });
        }
        Step::PassDays { count } => ground.platform.clock.advance(days(count)),
    }
}

#[tokio::test]
async fn boards_read_amid_a_storm_of_credits_miss_none() {
    let ground = Ground::new().await;
    let people = ground.members(4).await;
    for round in 0..5 {
        // New boards each round: their first reading runs into the middle of the credits.
        let boards = Boards::start(&ground.platform);
        let credits =
            (0..40).map(|n| ground.credit(push(people[n % 4], &format!("{round} {n}"), 1)));
        let looks = (0..10).map(|n| {
            let period = LeaderboardPeriod::ALL[n % 5];
            boards.snapshot(board(&ground, BoardKind::People, period))
        });
        let (paid, looked) = tokio::join!(join_all(credits), join_all(looks));
        assert!(paid.into_iter().all(|entry| entry.is_ok()));
        assert!(looked.into_iter().all(|look| look.is_ok()));
        assert_boards_are_right(&ground, &boards).await;
    }
}

#[tokio::test]
async fn boards_that_missed_hints_read_again() {
    let ground = Ground::new().await;
    let people = ground.members(2).await;
    let boards = Boards::start(&ground.platform);
    assert_boards_are_right(&ground, &boards).await;
    // Hints of an organization that does not concern it, more than the bus keeps; with the one that does lost among them.
    let mut hints = ground.hints();
    ground.credit(push(people[0], "lost", 1)).await.unwrap();
    let other = api::contexts::points::PointsMoved {
        organization_id: shared::ids::OrganizationId(Uuid::nil()),
        ..hints.recv().await.unwrap()
    };
    for _ in 0..5000 {
        ground.platform.bus.publish(other.clone());
    }

    assert_boards_are_right(&ground, &boards).await;
}

#[tokio::test]
async fn a_change_is_on_the_board_as_soon_as_it_is_committed_and_moves_the_version() {
    let ground = Ground::new().await;
    let people = ground.members(2).await;
    let boards = Boards::start(&ground.platform);
    let week = board(&ground, BoardKind::People, LeaderboardPeriod::Week);
    assert_eq!(boards.version(&week), None, "nothing was read yet");
    let before = boards.snapshot(week).await.unwrap();
    assert_eq!(boards.version(&week), Some(before.view.version));

    ground.credit(push(people[1], "a", 1)).await.unwrap();

    let version = boards.version(&week).unwrap();
    assert!(version > before.view.version);
    let after = boards.snapshot(week).await.unwrap();
    assert_eq!(after.view.version, version);
    assert_eq!(after.ranking.row_of(people[1].into()).unwrap().points, 3);
    // What is worth nothing for the period moves nothing that is shown.
    assert!(!after.reads_like(&before));
}

#[tokio::test]
async fn a_team_is_ranked_by_the_rounded_mean_of_its_primary_members() {
    let ground = Ground::new().await;
    let people = ground.members(5).await;
    let [alpha, beta] = [
        ground.team(&people[..2]).await,
        ground.team(&people[2..4]).await,
    ];
    let empty = ground.team(&[]).await;
    for (person, commits) in [(0, 8), (1, 1), (2, 5), (4, 8)] {
        ground
            .credit(push(people[person], "a", commits))
            .await
            .unwrap();
    }
    let boards = Boards::start(&ground.platform);

    let teams = boards
        .snapshot(board(&ground, BoardKind::Teams, LeaderboardPeriod::Week))
        .await
        .unwrap();

    let rows: Vec<_> = (teams.ranking.rows().iter())
        .map(|row| {
            (
                row.subject.id(),
                row.rank,
                row.points,
                row.points_sum,
                row.member_count,
            )
        })
        .collect();
    // 10 and 3 make a mean of 6.5; 7 and 0 one of 3.5.
    assert_eq!(
        rows,
        [
            (alpha.0, 1, 7, 13, 2),
            (beta.0, 2, 4, 7, 2),
            (empty.0, 3, 0, 0, 0)
        ]
    );
}

#[tokio::test]
async fn a_board_of_a_team_ranks_its_members_among_themselves() {
    let ground = Ground::new().await;
    let people = ground.members(4).await;
    let team = ground.team(&people[1..3]).await;
    for (person, commits) in [(0, 8), (1, 2), (2, 4)] {
        ground
            .credit(push(people[person], "a", commits))
            .await
            .unwrap();
    }
    let boards = Boards::start(&ground.platform);

    let kind = BoardKind::PeopleOfTeam(team);
    let members = boards
        .snapshot(board(&ground, kind, LeaderboardPeriod::Month))
        .await
        .unwrap();

    let rows: Vec<_> = (members.ranking.rows().iter())
        .map(|row| (row.subject.id(), row.rank))
        .collect();
    assert_eq!(rows, [(people[2].0, 1), (people[1].0, 2)]);
}

#[tokio::test]
async fn followers_of_a_board_share_states_and_see_the_last_one() {
    let ground = Ground::new().await;
    let people = ground.members(3).await;
    let boards = Boards::start(&ground.platform);
    let day = board(&ground, BoardKind::People, LeaderboardPeriod::Day);
    let mut one = boards.follow(day).await.unwrap();
    let mut other = boards.follow(day).await.unwrap();
    let first = one.next().await.unwrap();
    assert!(std::sync::Arc::ptr_eq(&first, &other.next().await.unwrap()));

    for n in 0..20 {
        ground
            .credit(push(people[0], &format!("{n}"), 1))
            .await
            .unwrap();
    }

    in_time("the last state", async {
        loop {
            let state = one.next().await.unwrap();
            let Subject::Person(leader) = &state.ranking.rows()[0].subject else {
                panic!("a board of people");
            };
            if (leader.user_id, state.ranking.rows()[0].points) == (people[0], 60) {
                break;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_followed_board_moves_on_at_midnight() {
    let ground = Ground::new().await;
    let people = ground.members(2).await;
    ground.credit(push(people[0], "a", 1)).await.unwrap();
    let boards = Boards::start(&ground.platform);
    let day = board(&ground, BoardKind::People, LeaderboardPeriod::Day);
    let mut feed = boards.follow(day).await.unwrap();
    assert_eq!(feed.next().await.unwrap().ranking.rows()[0].points, 3);

    ground.platform.clock.set(noon() + days(1));

    let tomorrow = in_time("the next day's board", feed.next()).await.unwrap();
    let row = tomorrow.ranking.row_of(people[0].into()).unwrap();
    assert_eq!((row.points, row.previous_rank), (0, Some(1)));
}
