//! Invitations in the API.

mod mutation;

pub use mutation::InvitationMutation;

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use shared::ids::InvitationId;
use shared::people::InvitationStatus;
use shared::role::Role;
use uuid::Uuid;

use super::model::{self, Preview};
use super::post::Invitations;
use super::service::{self, InvitationSlice};
use crate::access::OrgScope;
use crate::contexts::identity::graphql::{User, find_user};
use crate::contexts::orgs::graphql::{Team, find_team};
use crate::error::Result;
use crate::graphql::{Connection, NodeKind, Page, RequestExt as _, Total, cost, global_id};

/// An invitation as an administrator of the organization sees it.
pub struct Invitation {
    scope: OrgScope,
    invitation: model::Invitation,
}

/// An invitation into an organization.
#[Object]
impl Invitation {
    /// The global id.
    async fn id(&self) -> ID {
        global_id::encode(NodeKind::Invitation, self.invitation.id)
    }

    /// The plain id, for use outside this API.
    async fn database_id(&self) -> Uuid {
        self.invitation.id.into()
    }

    /// Whom it asks in.
    async fn email(&self) -> &str {
        &self.invitation.email
    }

    /// As what.
    async fn role(&self) -> Role {
        self.invitation.role
    }

    /// The person's name, as the inviter knows it.
    async fn name(&self) -> Option<&str> {
        self.invitation.name.as_deref()
    }

    /// The number that the organization will know the person by.
    async fn employee_id(&self) -> Option<&str> {
        self.invitation.employee_id.as_deref()
    }

    /// The team that the person will be in.
    async fn team(&self, ctx: &Context<'_>) -> Result<Option<Team>> {
        match self.invitation.team_id {
            Some(id) => find_team(ctx, &self.scope, id).await,
            None => Ok(None),
        }
    }

    /// Who invited.
    async fn invited_by(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        match self.invitation.invited_by {
            Some(id) => find_user(ctx, &self.scope, id).await,
            None => Ok(None),
        }
    }

    /// What became of it.
    async fn status(&self, ctx: &Context<'_>) -> InvitationStatus {
        self.invitation.status(ctx.platform().clock.now())
    }

    /// The link that accepts it, to pass on by hand. Null once it is settled or expired.
    async fn url(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        if self.invitation.status(ctx.platform().clock.now()) != InvitationStatus::Pending {
            return Ok(None);
        }
        let invitations = ctx.data_unchecked::<Invitations>();
        invitations.link(&self.invitation).map(Some)
    }

    /// How often it was mailed.
    async fn sendings(&self) -> i32 {
        self.invitation.sendings
    }

    /// Until when the link is good.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.invitation.expires_at
    }

    /// Since when it exists.
    async fn created_at(&self) -> DateTime<Utc> {
        self.invitation.created_at
    }
}

/// An invitation as the invited person sees it.
pub struct InvitationPreview(pub Preview);

/// An invitation as the invited person sees it.
#[Object]
impl InvitationPreview {
    /// The global id, to accept it by where it was sent to one's own proven address.
    async fn id(&self) -> ID {
        global_id::encode(NodeKind::Invitation, self.0.invitation.id)
    }

    /// The organization's name.
    async fn organization_name(&self) -> &str {
        &self.0.organization_name
    }

    /// The name of the person who invited.
    async fn inviter_name(&self) -> Option<&str> {
        self.0.inviter_name.as_deref()
    }

    /// The address that was invited.
    async fn email(&self) -> &str {
        &self.0.invitation.email
    }

    /// As what.
    async fn role(&self) -> Role {
        self.0.invitation.role
    }

    /// What became of it.
    async fn status(&self, ctx: &Context<'_>) -> InvitationStatus {
        self.0.invitation.status(ctx.platform().clock.now())
    }

    /// Until when the link is good.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.invitation.expires_at
    }
}

/// The part of `Query` about invitations.
#[derive(Default)]
pub struct InvitationQuery;

/// The invited person's side.
#[Object]
impl InvitationQuery {
    /// What the holder of a link is offered; null where the link opens nothing. Nobody has to be signed in.
    async fn invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token of the link.")] token: String,
    ) -> Result<Option<InvitationPreview>> {
        let found = service::preview(ctx.platform(), &token).await?;
        Ok(found
            .filter(|preview| preview.invitation.stored_status != InvitationStatus::Revoked)
            .map(InvitationPreview))
    }

    /// The invitations that wait for the caller's own proven address, newest first; at most 50.
    #[graphql(complexity = "1 + 10 * child_complexity")]
    async fn invitations_for_me(&self, ctx: &Context<'_>) -> Result<Vec<InvitationPreview>> {
        let (user, _) = ctx.actor()?.signed_in()?;
        let found = service::list_pending_of(ctx.platform(), user).await?;
        Ok(found.into_iter().map(InvitationPreview).collect())
    }
}

/// The part of `Organization` about invitations.
pub struct OrganizationInvitations(pub OrgScope);

/// Invitations into the organization.
#[Object]
impl OrganizationInvitations {
    /// Who was invited, newest first; for administrators.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of which this became.")] status: Option<InvitationStatus>,
        #[graphql(
            desc = "At most so many from the beginning; up to 100, 25 where nothing is said."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Invitation>> {
        let page = Page::<Uuid>::new(first, after.as_deref(), last, before.as_deref())?;
        let slice = InvitationSlice {
            after: page.after.map(InvitationId),
            before: page.before.map(InvitationId),
            limit: page.limit_plus_one(),
            is_backward: page.is_backward,
        };
        let platform = ctx.platform();
        let rows = service::list(platform, &self.0, status, &slice).await?;
        let (platform, scope) = (platform.clone(), self.0.clone());
        let total = Total::counted(move || {
            let (platform, scope) = (platform.clone(), scope.clone());
            async move { service::count(&platform, &scope, status).await }
        });
        let key = |one: &model::Invitation| Uuid::from(one.id);
        Ok(Connection::new(&page, rows, total, key, |invitation| {
            node(&self.0, invitation)
        }))
    }
}

fn node(scope: &OrgScope, invitation: model::Invitation) -> Invitation {
    Invitation {
        scope: scope.clone(),
        invitation,
    }
}
