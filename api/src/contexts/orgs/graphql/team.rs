//! `Team`.

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use shared::ids::TeamId;
use uuid::Uuid;

use super::super::model;
use super::batches::{MemberCounts, TeamsById};
use super::department::{self, Department};
use crate::access::OrgScope;
use crate::contexts::identity;
use crate::contexts::identity::graphql::User;
use crate::error::Result;
use crate::graphql::{NodeKind, RequestExt as _, global_id};

/// A team of an organization.
pub struct Team {
    scope: OrgScope,
    team: model::Team,
}

impl Team {
    /// A team as the holder of a standing sees it.
    pub fn new(scope: OrgScope, team: model::Team) -> Self {
        Self { scope, team }
    }
}

/// A team of an organization. Its lead sees the points and events of its members.
#[Object]
impl Team {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode(NodeKind::Team, self.team.id)
    }

    /// The plain id, for use outside this API.
    async fn database_id(&self) -> Uuid {
        self.team.id.into()
    }

    /// Its name, unique within the organization.
    async fn name(&self) -> &str {
        &self.team.name
    }

    /// Who leads it; null where nobody does, or the caller may not see who the members are.
    async fn lead(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        match self.team.lead_id {
            Some(lead) => identity::graphql::find_user(ctx, &self.scope, lead).await,
            None => Ok(None),
        }
    }

    /// The department it belongs to.
    async fn department(&self, ctx: &Context<'_>) -> Result<Option<Department>> {
        match self.team.department_id {
            Some(id) => department::find_department(ctx, &self.scope, id).await,
            None => Ok(None),
        }
    }

    /// How many active members it has, whether it is their primary team or not.
    async fn member_count(&self, ctx: &Context<'_>) -> Result<i64> {
        let count = ctx
            .loader::<MemberCounts>(&self.scope)
            .load(self.team.id)
            .await?;
        Ok(count.unwrap_or(0))
    }

    /// Since when it exists.
    async fn created_at(&self) -> DateTime<Utc> {
        self.team.created_at
    }
}

/// A team by id; none where it is not in the organization.
///
/// # Errors
/// When the database does not answer.
pub async fn find_team(ctx: &Context<'_>, scope: &OrgScope, id: TeamId) -> Result<Option<Team>> {
    let found = ctx.loader::<TeamsById>(scope).load(id).await?;
    Ok(found.map(|team| Team::new(scope.clone(), team)))
}
