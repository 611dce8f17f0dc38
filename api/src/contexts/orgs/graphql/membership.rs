//! `Membership`.

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use shared::ids::MembershipId;
use shared::permission::Permission;
use shared::role::{MembershipStatus, Role};
use uuid::Uuid;

use super::super::model::{self, TeamOfMember};
use super::super::service;
use super::batches::TeamsOfMembers;
use super::department::{self, Department};
use super::team::Team;
use crate::access::OrgScope;
use crate::contexts::identity;
use crate::contexts::identity::graphql::User;
use crate::error::{AppError, Result};
use crate::graphql::{NodeKind, Organization, RequestExt as _, global_id};

/// A person in an organization.
pub struct Membership {
    scope: OrgScope,
    membership: model::Membership,
}

impl Membership {
    /// A membership as the holder of a standing sees it.
    pub fn new(scope: OrgScope, membership: model::Membership) -> Self {
        Self { scope, membership }
    }

    async fn teams_of_member(&self, ctx: &Context<'_>) -> Result<Vec<TeamOfMember>> {
        let teams = ctx
            .loader::<TeamsOfMembers>(&self.scope)
            .load(self.membership.user_id)
            .await?;
        Ok(teams.unwrap_or_default())
    }
}

/// A person in an organization: what they may do there, and where they stand.
#[Object]
impl Membership {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode(NodeKind::Membership, self.membership.id)
    }

    /// The plain id, for use outside this API.
    async fn database_id(&self) -> Uuid {
        self.membership.id.into()
    }

    /// The organization.
    async fn organization(&self) -> Organization {
        Organization::new(self.scope.clone())
    }

    /// The person.
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        identity::graphql::find_user(ctx, &self.scope, self.membership.user_id)
            .await?
            .ok_or_else(|| AppError::not_found("user"))
    }

    /// What the person may do in the organization.
    async fn role(&self) -> Role {
        self.membership.role
    }

    /// Whether the membership is in force.
    async fn status(&self) -> MembershipStatus {
        self.membership.status
    }

    /// The number that the organization knows the person by, for those who may read the person's address; null for others.
    async fn employee_id(&self) -> Option<&str> {
        let may_see = self
            .scope
            .allows_for(Permission::ViewEmailAddress, self.membership.user_id);
        self.membership.employee_id.as_deref().filter(|_| may_see)
    }

    /// The person's teams, the primary one first.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn teams(&self, ctx: &Context<'_>) -> Result<Vec<Team>> {
        let teams = self.teams_of_member(ctx).await?;
        Ok(teams
            .into_iter()
            .map(|team| Team::new(self.scope.clone(), team.team))
            .collect())
    }

    /// The team that the person's points count for.
    async fn primary_team(&self, ctx: &Context<'_>) -> Result<Option<Team>> {
        let teams = self.teams_of_member(ctx).await?;
        let primary = teams.into_iter().find(|team| team.is_primary);
        Ok(primary.map(|team| Team::new(self.scope.clone(), team.team)))
    }

    /// The person's own department; null where only their team has one.
    async fn department(&self, ctx: &Context<'_>) -> Result<Option<Department>> {
        match self.membership.department_id {
            Some(id) => department::find_department(ctx, &self.scope, id).await,
            None => Ok(None),
        }
    }

    /// Since when the person is a member.
    async fn created_at(&self) -> DateTime<Utc> {
        self.membership.created_at
    }
}

/// A membership by its own id; none where the caller may not know of it.
///
/// # Errors
/// When the database does not answer.
pub async fn find_membership(
    ctx: &Context<'_>,
    scope: &OrgScope,
    id: MembershipId,
) -> Result<Option<Membership>> {
    let found = service::find_membership(ctx.platform(), scope, id).await?;
    Ok(found.map(|membership| Membership::new(scope.clone(), membership)))
}
