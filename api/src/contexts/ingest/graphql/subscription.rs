//! The live feed of events.

use async_graphql::{Context, ID, Subscription};
use futures_util::stream::{self, BoxStream, StreamExt as _};
use shared::ids::TeamId;
use shared::permission::Permission;
use shared::vocabulary::EventStatus;
use tokio::sync::broadcast::error::RecvError;

use super::event::EventNode;
use super::service;
use crate::access::{OrgScope, WhichOrganization, org_scope};
use crate::contexts::ingest::EventSettled;
use crate::contexts::orgs::StandingChanged;
use crate::error::{AppError, Result};
use crate::graphql::RequestExt as _;
use crate::graphql::global_id::{self, NodeKind};
use crate::platform::Platform;
use crate::platform::bus::Receiver as Hints;

/// Events as they come to their end.
#[derive(Default)]
pub struct IngestSubscription;

/// Events as they come to their end.
#[Subscription]
impl IngestSubscription {
    /// Events of the viewer as they are processed, or those of a team that the viewer may see. Nothing is sent for what
    /// happened before.
    async fn activity<'ctx>(
        &self,
        ctx: &Context<'ctx>,
        #[graphql(desc = "A team that the caller leads, or any team to an administrator.")]
        team_id: Option<ID>,
    ) -> Result<BoxStream<'ctx, async_graphql::Result<EventNode>>> {
        let scope = ctx.scope().await?;
        let team = team_id
            .map(|id| global_id::decode_argument("teamId", &id, NodeKind::Team).map(TeamId))
            .transpose()?;
        let bus = &ctx.platform().bus;
        let feed = Feed {
            platform: ctx.platform().clone(),
            events: bus.subscribe(),
            standings: bus.subscribe(),
            scope,
            team,
        };
        feed.check()?;
        Ok(feed.into_stream())
    }
}

struct Feed {
    platform: Platform,
    events: Hints<EventSettled>,
    standings: Hints<StandingChanged>,
    scope: OrgScope,
    team: Option<TeamId>,
}

impl Feed {
    /// Whether the caller may follow this feed.
    fn check(&self) -> Result<()> {
        let is_allowed = match self.team {
            Some(team) => self.scope.allows(Permission::ViewEvents) || self.scope.leads_team(team),
            None => {
                let viewer = self.scope.user_id();
                viewer.is_some_and(|viewer| self.scope.allows_for(Permission::ViewEvents, viewer))
            }
        };
        if is_allowed {
            Ok(())
        } else {
            Err(AppError::forbidden(
                "your role in this organization does not allow this",
            ))
        }
    }

    /// Ends with an error when the caller may not follow it any more.
    fn into_stream(self) -> BoxStream<'static, async_graphql::Result<EventNode>> {
        stream::unfold(Some(self), async |feed| {
            let mut feed = feed?;
            match feed.next().await {
                Ok(Some(event)) => Some((Ok(event), Some(feed))),
                Ok(None) => None,
                Err(error) => Some((Err(error.into()), None)),
            }
        })
        .boxed()
    }

    async fn next(&mut self) -> Result<Option<EventNode>> {
        let organization = self.scope.organization_id();
        loop {
            tokio::select! {
                standing = self.standings.recv() => match standing {
                    Ok(change) if !change.concerns(organization, self.scope.user_id()) => {}
                    Ok(_) | Err(RecvError::Lagged(_)) => self.read_standing().await?,
                    Err(RecvError::Closed) => return Ok(None),
                },
                event = self.events.recv() => match event {
                    Ok(hint) => {
                        if let Some(event) = self.event_of(hint).await? {
                            return Ok(Some(event));
                        }
                    }
                    // Some were missed; the feed goes on, and the list of events has them.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return Ok(None),
                },
            }
        }
    }

    /// Asks again what the caller may see.
    async fn read_standing(&mut self) -> Result<()> {
        let actor = self.scope.actor().ok_or_else(AppError::unauthenticated)?;
        let which = WhichOrganization::Id(self.scope.organization_id());
        let mut conn = self.platform.db.primary().await?;
        self.scope = org_scope(&mut conn, actor, &which).await?;
        self.check()
    }

    async fn event_of(&self, hint: EventSettled) -> Result<Option<EventNode>> {
        let is_processed_here = hint.organization_id == self.scope.organization_id()
            && hint.status == EventStatus::Processed;
        let Some(person) = hint.user_id.filter(|_| is_processed_here) else {
            return Ok(None);
        };
        let belongs = match self.team {
            None => Some(person) == self.scope.user_id(),
            Some(team) => service::is_in_team(&self.platform, &self.scope, person, team).await?,
        };
        if !belongs {
            return Ok(None);
        }
        let mut found = service::find_events(&self.platform, &self.scope, &[hint.event_id]).await?;
        let event = found.remove(&hint.event_id);
        Ok(event.map(|event| EventNode::new(&self.scope, event)))
    }
}
