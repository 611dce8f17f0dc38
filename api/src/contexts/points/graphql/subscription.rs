//! What can be watched: boards, and a person's credits.

use std::sync::Arc;

use async_graphql::{Context, ID, Subscription};
use futures_util::Stream;
use futures_util::stream;
use shared::ids::UserId;
use shared::vocabulary::{LeaderboardPeriod, LeaderboardScope};
use tokio::sync::broadcast::error::RecvError;

use super::super::{self as points, BoardFeed, BoardId, BoardSnapshot, Boards, PointsMoved};
use super::leaderboard::{self, Asked};
use super::page;
use super::{Leaderboard, PointsEntry};
use crate::access::{OrgScope, WhichOrganization, org_scope};
use crate::contexts::orgs::StandingChanged;
use crate::error::Result;
use crate::graphql::{NodeKind, RequestExt as _, cost, global_id};
use crate::platform::Platform;
use crate::platform::bus::Receiver;

/// What a stream yields: an error in it can be copied, which [`AppError`](crate::error::AppError) cannot.
type Message<T> = async_graphql::Result<T>;

/// The part of `Subscription` that is about points.
#[derive(Default)]
pub struct PointsSubscription;

/// Points and boards as they move.
#[Subscription]
impl PointsSubscription {
    /// A leaderboard: as it is now, then whenever it changes, at once after rest and at most twice a second. A message is
    /// always the whole page, so a message that is missed does no harm.
    #[graphql(complexity = "cost(first, None, child_complexity)")]
    async fn leaderboard_updated(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to rank.")] scope: LeaderboardScope,
        #[graphql(
            desc = "The stretch of time that counts; it moves on at the organization's midnight."
        )]
        period: LeaderboardPeriod,
        #[graphql(desc = "With `INDIVIDUAL`: only the members of this team.")] team_id: Option<ID>,
        #[graphql(
            desc = "With `DEPARTMENT`: the members of this department instead of the list of departments."
        )]
        department_id: Option<ID>,
        #[graphql(desc = "How many rows from the beginning; at most 100.")] first: Option<i32>,
    ) -> Result<impl Stream<Item = Message<Leaderboard>> + use<>> {
        let org = ctx.scope().await?;
        let asked = Asked {
            scope,
            period,
            team_id,
            department_id,
            search: None,
            page: page::page(first, None, None, None)?,
        };
        let watch =
            LeaderboardWatch::start(ctx.data_unchecked(), ctx.platform(), org, asked).await?;
        Ok(stream::unfold(watch, async |mut watch| {
            let message = watch.next().await?;
            Some((message.map_err(Into::into), watch))
        }))
    }

    /// Each change of a person's points, as its entry: the caller's own, or another's, which administrators and the lead
    /// of the person's team may see.
    async fn points_credited(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose; the caller's own where nobody is named.")] user_id: Option<ID>,
    ) -> Result<impl Stream<Item = Message<PointsEntry>> + use<>> {
        let user = match user_id {
            Some(id) => UserId(global_id::decode_argument("userId", &id, NodeKind::User)?),
            None => ctx.actor()?.require_user()?,
        };
        // Before the permission is asked, so that nothing falls between.
        let moved = ctx.platform().bus.subscribe();
        let org = ctx.scope().await?;
        points::require_points_of(ctx.platform(), &org, user).await?;
        let watch = CreditWatch {
            standing: StandingWatch::start(ctx.platform(), org),
            user,
            moved,
            has_ended: false,
        };
        Ok(stream::unfold(watch, async |mut watch| {
            let message = watch.next().await?;
            Some((message.map_err(Into::into), watch))
        }))
    }
}

/// Somebody's rights for as long as they watch.
struct StandingWatch {
    platform: Platform,
    scope: OrgScope,
    changes: Receiver<StandingChanged>,
}

impl StandingWatch {
    fn start(platform: &Platform, scope: OrgScope) -> Self {
        Self {
            changes: platform.bus.subscribe(),
            platform: platform.clone(),
            scope,
        }
    }

    /// Waits until the watcher's rights may have changed, and reads them again.
    async fn changed(&mut self) -> Result<()> {
        let organization = self.scope.organization_id();
        loop {
            match self.changes.recv().await {
                Ok(hint) if hint.concerns(organization, self.scope.user_id()) => {}
                Ok(_) => continue,
                Err(RecvError::Lagged(_)) => {}
                // The bus lives as long as the server.
                Err(RecvError::Closed) => std::future::pending().await,
            }
            let Some(actor) = self.scope.actor().cloned() else {
                continue;
            };
            let mut conn = self.platform.db.primary().await?;
            let which = WhichOrganization::Id(organization);
            self.scope = org_scope(&mut conn, &actor, &which).await?;
            return Ok(());
        }
    }
}

/// One subscriber of a board.
struct LeaderboardWatch {
    boards: Boards,
    standing: StandingWatch,
    asked: Asked,
    /// None where it is the own team's board of somebody without a team.
    followed: Option<(BoardId, BoardFeed)>,
    /// The empty board of somebody without a team is still to be sent.
    owes_empty: bool,
    has_ended: bool,
}

impl LeaderboardWatch {
    async fn start(
        boards: &Boards,
        platform: &Platform,
        scope: OrgScope,
        asked: Asked,
    ) -> Result<Self> {
        let mut watch = Self {
            boards: boards.clone(),
            standing: StandingWatch::start(platform, scope),
            asked,
            followed: None,
            owes_empty: false,
            has_ended: false,
        };
        watch.follow().await?;
        Ok(watch)
    }

    /// Follows the board that the watcher's present standing leads to.
    async fn follow(&mut self) -> Result<()> {
        let board = leaderboard::board_of(&self.boards, &self.standing.scope, &self.asked).await?;
        match (board, &mut self.followed) {
            (Some(board), Some((followed, feed))) if *followed == board => feed.repeat(),
            (Some(board), _) => {
                self.followed = Some((board, self.boards.follow(board).await?));
            }
            (None, _) => {
                self.followed = None;
                self.owes_empty = true;
            }
        }
        Ok(())
    }

    async fn next(&mut self) -> Option<Result<Leaderboard>> {
        while !self.has_ended {
            if std::mem::take(&mut self.owes_empty) {
                return Some(self.empty().await);
            }
            tokio::select! {
                snapshot = next_state(&mut self.followed) => {
                    let snapshot = snapshot?.as_ref().clone();
                    let scope = self.standing.scope.clone();
                    return Some(Ok(Leaderboard::new(scope, &self.asked, snapshot)));
                }
                standing = self.standing.changed() => {
                    let outcome = match standing {
                        Ok(()) => self.follow().await,
                        Err(error) => Err(error),
                    };
                    if let Err(error) = outcome {
                        self.has_ended = true;
                        return Some(Err(error));
                    }
                }
            }
        }
        None
    }

    async fn empty(&self) -> Result<Leaderboard> {
        let scope = &self.standing.scope;
        let snapshot = leaderboard::nobodys_board(&self.boards, scope, self.asked.period).await?;
        Ok(Leaderboard::new(scope.clone(), &self.asked, snapshot))
    }
}

async fn next_state(followed: &mut Option<(BoardId, BoardFeed)>) -> Option<Arc<BoardSnapshot>> {
    match followed {
        Some((_, feed)) => feed.next().await,
        None => std::future::pending().await,
    }
}

/// One subscriber of a person's credits.
struct CreditWatch {
    standing: StandingWatch,
    user: UserId,
    moved: Receiver<PointsMoved>,
    has_ended: bool,
}

impl CreditWatch {
    async fn next(&mut self) -> Option<Result<PointsEntry>> {
        while !self.has_ended {
            tokio::select! {
                moved = self.moved.recv() => match moved {
                    Ok(moved) => {
                        if let Some(message) = self.message(&moved).await {
                            return Some(message);
                        }
                    }
                    // Those that were missed are in the ledger; a hint costs freshness only.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return None,
                },
                standing = self.standing.changed() => {
                    let outcome = match standing {
                        Ok(()) => {
                            let StandingWatch { platform, scope, .. } = &self.standing;
                            points::require_points_of(platform, scope, self.user).await
                        }
                        Err(error) => Err(error),
                    };
                    if let Err(error) = outcome {
                        self.has_ended = true;
                        return Some(Err(error));
                    }
                }
            }
        }
        None
    }

    async fn message(&self, moved: &PointsMoved) -> Option<Result<PointsEntry>> {
        let StandingWatch {
            platform, scope, ..
        } = &self.standing;
        let is_ours =
            moved.user_id == self.user && moved.organization_id == scope.organization_id();
        if !is_ours {
            return None;
        }
        points::entry(platform, scope, moved.entry_id)
            .await
            .map(|entry| entry.map(|entry| PointsEntry::new(scope.clone(), entry)))
            .transpose()
    }
}
