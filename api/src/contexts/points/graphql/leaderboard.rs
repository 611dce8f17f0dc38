//! Leaderboards as the API shows them.

use std::sync::Arc;

use async_graphql::{ID, Object};
use chrono::{DateTime, Utc};
use shared::ids::{DepartmentId, TeamId};
use shared::vocabulary::{LeaderboardPeriod, LeaderboardScope};

use super::super::{BoardId, BoardKind, BoardSnapshot, Boards, Row, Shown, Sight, Subject};
use super::page::{self, PlaceKey};
use super::person;
use crate::access::OrgScope;
use crate::contexts::identity::graphql::User;
use crate::contexts::orgs::graphql::{Department, Team};
use crate::error::{AppError, Result};
use crate::graphql::{Connection, Date, NodeKind, Page, Total, global_id};

/// What a caller asks of a leaderboard.
pub(super) struct Asked {
    pub(super) scope: LeaderboardScope,
    pub(super) period: LeaderboardPeriod,
    pub(super) team_id: Option<ID>,
    pub(super) department_id: Option<ID>,
    pub(super) search: Option<String>,
    pub(super) page: Page<PlaceKey>,
}

/// The board that is asked for, where the caller may see it. None where it is that of the caller's own team and the
/// caller has none.
pub(super) async fn board_of(
    boards: &Boards,
    scope: &OrgScope,
    asked: &Asked,
) -> Result<Option<BoardId>> {
    if asked.team_id.is_some() && asked.scope != LeaderboardScope::Individual {
        return Err(AppError::invalid("teamId", "is for use with INDIVIDUAL"));
    }
    if asked.department_id.is_some() && asked.scope != LeaderboardScope::Department {
        return Err(AppError::invalid(
            "departmentId",
            "is for use with DEPARTMENT",
        ));
    }
    let kind = match asked.scope {
        LeaderboardScope::Individual => match &asked.team_id {
            Some(id) => {
                let id = TeamId(global_id::decode_argument("teamId", id, NodeKind::Team)?);
                let directory = boards.directory(scope).await?;
                if !directory.teams.contains_key(&id) {
                    return Err(AppError::not_found("team"));
                }
                Some(BoardKind::PeopleOfTeam(id))
            }
            None => Some(BoardKind::People),
        },
        LeaderboardScope::Team => Some(BoardKind::Teams),
        LeaderboardScope::MyTeam => scope.primary_team().map(BoardKind::PeopleOfTeam),
        LeaderboardScope::Department => match &asked.department_id {
            Some(id) => {
                let id = global_id::decode_argument("departmentId", id, NodeKind::Department)?;
                let directory = boards.directory(scope).await?;
                if !directory.departments.contains_key(&DepartmentId(id)) {
                    return Err(AppError::not_found("department"));
                }
                Some(BoardKind::PeopleOfDepartment(DepartmentId(id)))
            }
            None => Some(BoardKind::Departments),
        },
    };
    Sight::require(scope, kind.unwrap_or(BoardKind::People))?;
    Ok(kind.map(|kind| BoardId {
        organization_id: scope.organization_id(),
        kind,
        period: asked.period,
    }))
}

/// The leaderboard that is asked for, as it is now.
pub(super) async fn leaderboard(
    boards: &Boards,
    scope: &OrgScope,
    asked: Asked,
) -> Result<Leaderboard> {
    let snapshot = match board_of(boards, scope, &asked).await? {
        Some(board) => boards.snapshot(board).await?,
        None => nobodys_board(boards, scope, asked.period).await?,
    };
    Ok(Leaderboard::new(scope.clone(), &asked, snapshot))
}

/// The board of the own team of somebody without one: a board without rows.
pub(super) async fn nobodys_board(
    boards: &Boards,
    scope: &OrgScope,
    period: LeaderboardPeriod,
) -> Result<BoardSnapshot> {
    let view = boards.view(scope.organization_id(), period).await?;
    Ok(BoardSnapshot {
        board: BoardId {
            organization_id: scope.organization_id(),
            kind: BoardKind::People,
            period,
        },
        view,
        ranking: Arc::default(),
    })
}

/// A leaderboard at one moment.
pub struct Leaderboard {
    shown: Arc<ShownBoard>,
    scope: LeaderboardScope,
    search: Option<String>,
    page: Page<PlaceKey>,
}

/// What every row of an answer shares.
struct ShownBoard {
    scope: OrgScope,
    sight: Sight,
    snapshot: BoardSnapshot,
}

impl Leaderboard {
    pub(super) fn new(scope: OrgScope, asked: &Asked, snapshot: BoardSnapshot) -> Self {
        let sight = Sight::new(&scope, &snapshot.view.directory);
        Self {
            shown: Arc::new(ShownBoard {
                scope,
                sight,
                snapshot,
            }),
            scope: asked.scope,
            search: asked.search.clone(),
            page: asked.page.clone(),
        }
    }

    fn entry(&self, index: usize) -> LeaderboardEntry {
        LeaderboardEntry {
            is_anonymous: self.shown.sight.of(self.shown.row(index)) == Shown::Anonymous,
            shown: self.shown.clone(),
            index,
        }
    }
}

impl ShownBoard {
    fn row(&self, index: usize) -> &Row {
        &self.snapshot.ranking.rows()[index]
    }

    fn viewer_index(&self) -> Option<usize> {
        self.snapshot.index_of_viewer(self.sight.viewer?)
    }
}

/// A leaderboard at one moment: rows by points, the best first; equals share a rank and leave a gap behind them.
#[Object]
impl Leaderboard {
    /// Whom it ranks.
    async fn scope(&self) -> LeaderboardScope {
        self.scope
    }

    /// The stretch of time that counts.
    async fn period(&self) -> LeaderboardPeriod {
        self.shown.snapshot.view.period
    }

    /// First day of the period in the organization's time zone; null for all time.
    async fn starts_on(&self) -> Option<Date> {
        self.shown
            .snapshot
            .view
            .span
            .map(|span| Date(span.starts_on))
    }

    /// Last day of the period in the organization's time zone; null for all time.
    async fn ends_on(&self) -> Option<Date> {
        self.shown
            .snapshot
            .view
            .span
            .map(|span| Date(span.ends_on()))
    }

    /// The rows that were asked for.
    async fn entries(&self) -> Connection<LeaderboardEntry> {
        let shown = &self.shown;
        let cut = page::cut(
            &shown.snapshot,
            shown.sight,
            self.search.as_deref(),
            &self.page,
        );
        let edges = (cut.rows.into_iter())
            .map(|index| (page::cursor(shown.row(index)), self.entry(index)))
            .collect::<Vec<_>>();
        Connection::from_parts(
            edges,
            cut.has_previous,
            cut.has_next,
            Total::Known(cut.total),
        )
    }

    /// The caller's own row, on whichever page it is: of themselves, of their primary team, of their department. Null
    /// where there is none.
    async fn viewer_entry(&self) -> Option<LeaderboardEntry> {
        self.shown.viewer_index().map(|index| self.entry(index))
    }

    /// When the board last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.shown.snapshot.view.updated_at
    }
}

/// One row of a leaderboard.
pub struct LeaderboardEntry {
    shown: Arc<ShownBoard>,
    index: usize,
    is_anonymous: bool,
}

impl LeaderboardEntry {
    fn row(&self) -> &Row {
        self.shown.row(self.index)
    }

    fn named(&self) -> Option<&Subject> {
        (!self.is_anonymous).then(|| &self.row().subject)
    }

    fn is_of_people(&self) -> bool {
        self.shown.snapshot.board.kind.is_of_people()
    }
}

/// One row of a leaderboard.
#[Object]
impl LeaderboardEntry {
    /// Names the row: opaque, the same as long as the row is on the board, and telling nothing about an anonymous one.
    async fn key(&self) -> ID {
        ID(self.row().key.as_ref().to_owned())
    }

    /// 1 for the best; equals share a rank and leave a gap behind them.
    async fn rank(&self) -> u32 {
        self.row().rank
    }

    /// The rank in the period before (for all time: when today began); null where there was nothing to rank.
    async fn previous_rank(&self) -> Option<u32> {
        self.row().previous_rank
    }

    /// Points of the person; for teams and departments the rounded mean of their members.
    async fn points(&self) -> i64 {
        self.row().points
    }

    /// Teams and departments: the sum of the members' points.
    async fn points_sum(&self) -> Option<i64> {
        (!self.is_of_people()).then(|| self.row().points_sum)
    }

    /// Teams and departments: how many members count.
    async fn member_count(&self) -> Option<u32> {
        (!self.is_of_people()).then(|| self.row().member_count)
    }

    /// The person; null on boards of groups and where the row is anonymous.
    async fn user(&self) -> Option<User> {
        match self.named()? {
            Subject::Person(person) => Some(person::user(&self.shown.scope, person)),
            _ => None,
        }
    }

    /// The team, or the person's primary team.
    async fn team(&self) -> Option<Team> {
        let team = match self.named()? {
            Subject::Person(person) => self
                .shown
                .snapshot
                .view
                .directory
                .teams
                .get(&person.primary_team?)?,
            Subject::Team(team) => team,
            Subject::Department(_) => return None,
        };
        Some(person::team(&self.shown.scope, team))
    }

    /// The department, or that of the person or the team.
    async fn department(&self) -> Option<Department> {
        let departments = &self.shown.snapshot.view.directory.departments;
        let department = match self.named()? {
            Subject::Person(person) => departments.get(&person.department_id?)?,
            Subject::Team(team) => departments.get(&team.department_id?)?,
            Subject::Department(department) => department,
        };
        Some(person::department(&self.shown.scope, department))
    }

    /// Whether it is the caller's own row.
    async fn is_viewer(&self) -> bool {
        self.shown.viewer_index() == Some(self.index)
    }

    /// Whether it does not say whom it is about.
    async fn is_anonymous(&self) -> bool {
        self.is_anonymous
    }
}
