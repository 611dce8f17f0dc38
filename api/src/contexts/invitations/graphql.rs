//! Invitations in the API.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use shared::ids::InvitationId;
use shared::people::{InvitationStatus, InviteOutcome};
use shared::role::Role;
use shared::validation::invitation::{Invitee, read_table};
use uuid::Uuid;

use super::model::{self, Preview};
use super::post::Invitations;
use super::service::{self, InvitationSlice, Way};
use crate::access::{OrgScope, WhichOrganization};
use crate::contexts::identity::graphql::{User, find_user};
use crate::contexts::orgs;
use crate::contexts::orgs::graphql::{Membership, Team, find_team};
use crate::error::{AppError, Result};
use crate::graphql::{Connection, NodeKind, Page, RequestExt as _, Total, cost, global_id};
use crate::workflows;

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

/// One person to invite.
#[derive(InputObject)]
struct PersonToInviteInput {
    /// The address.
    email: String,
    /// As what.
    #[graphql(default_with = "Role::Member")]
    role: Role,
    /// The person's name.
    name: Option<String>,
    /// The number that the organization knows the person by; at most 64 characters, unique in the organization.
    employee_id: Option<String>,
    /// The name of the team that the person will be in.
    team: Option<String>,
}

/// Whom to invite: named one by one, pasted as a table, or both.
#[derive(InputObject)]
struct InviteMemberInput {
    /// People, one by one; together with the table at most 500.
    #[graphql(default)]
    people: Vec<PersonToInviteInput>,
    /// A table as spreadsheets copy it: email, role, name, employee number and team, in this order or under such headings.
    csv: Option<String>,
}

/// What became of one line of those to invite.
#[derive(SimpleObject)]
struct InviteResult {
    /// Where it stands: in the list of people, then in the table, each from 1.
    line: i32,
    /// The address as entered.
    email: String,
    /// What became of it.
    outcome: InviteOutcome,
    /// The field that is wrong.
    field: Option<&'static str>,
    /// What is wrong or to be known, in words.
    message: Option<String>,
    /// The invitation, new or there before.
    invitation: Option<Invitation>,
}

/// What became of each line.
#[derive(SimpleObject)]
struct InviteMemberPayload {
    /// One result a line, in their order.
    results: Vec<InviteResult>,
    /// How many were invited now.
    invited_count: i32,
}

/// Which invitation to send again.
#[derive(InputObject)]
struct ResendInvitationInput {
    /// The invitation.
    id: ID,
}

/// The invitation that was sent again.
#[derive(SimpleObject)]
struct ResendInvitationPayload {
    /// The invitation, with a new link; the old one stopped working.
    invitation: Invitation,
}

/// Which invitation to withdraw.
#[derive(InputObject)]
struct RevokeInvitationInput {
    /// The invitation.
    id: ID,
}

/// The invitation that was withdrawn.
#[derive(SimpleObject)]
struct RevokeInvitationPayload {
    /// The invitation as it is now.
    invitation: Invitation,
}

/// Which invitation to accept: by the token of its link, or by its id where it was sent to one's own proven address.
#[derive(InputObject)]
struct AcceptInvitationInput {
    /// The token of the link.
    token: Option<String>,
    /// The invitation.
    id: Option<ID>,
}

/// The membership that came of it.
#[derive(SimpleObject)]
struct AcceptInvitationPayload {
    /// The caller's membership.
    membership: Membership,
}

/// Changes of invitations.
#[derive(Default)]
pub struct InvitationMutation;

/// Changes of invitations, in the request's current organization where they are not one's own to accept.
#[Object]
impl InvitationMutation {
    /// Invites people by email. Good lines are invited whatever is wrong with others; each line is answered. Who is invited
    /// already gets no second mail.
    async fn invite_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to invite.")] input: InviteMemberInput,
    ) -> Result<InviteMemberPayload> {
        let scope = ctx.scope().await?;
        let mut people: Vec<Invitee> = (1..)
            .zip(input.people)
            .map(|(line, person)| Invitee {
                line,
                email: person.email,
                role: Some(person.role.as_str().to_owned()),
                name: person.name,
                employee_id: person.employee_id,
                team: person.team,
            })
            .collect();
        people.extend(input.csv.as_deref().map(read_table).unwrap_or_default());
        let invitations = ctx.data_unchecked::<Invitations>();
        let invited = service::invite(invitations, &scope, &people).await?;
        let is_new = |one: &&model::Invited| one.outcome == InviteOutcome::Invited;
        let count = invited.iter().filter(is_new).count();
        let results = invited.into_iter().map(|one| InviteResult {
            line: i32::try_from(one.line).unwrap_or(i32::MAX),
            email: one.email,
            outcome: one.outcome,
            field: one.field,
            message: one.message,
            invitation: one.invitation.map(|invitation| node(&scope, invitation)),
        });
        Ok(InviteMemberPayload {
            results: results.collect(),
            invited_count: i32::try_from(count).unwrap_or(i32::MAX),
        })
    }

    /// Sends an invitation again, with a new link that is good for seven days.
    async fn resend_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: ResendInvitationInput,
    ) -> Result<ResendInvitationPayload> {
        let scope = ctx.scope().await?;
        let id = global_id::decode(&input.id, NodeKind::Invitation)?;
        let invitations = ctx.data_unchecked::<Invitations>();
        let sent = service::resend(invitations, &scope, InvitationId(id)).await?;
        Ok(ResendInvitationPayload {
            invitation: node(&scope, sent),
        })
    }

    /// Withdraws an invitation: its link stops working.
    async fn revoke_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: RevokeInvitationInput,
    ) -> Result<RevokeInvitationPayload> {
        let scope = ctx.scope().await?;
        let id = global_id::decode(&input.id, NodeKind::Invitation)?;
        let invitations = ctx.data_unchecked::<Invitations>();
        let revoked = service::revoke(invitations, &scope, InvitationId(id)).await?;
        Ok(RevokeInvitationPayload {
            invitation: node(&scope, revoked),
        })
    }

    /// Accepts an invitation: the caller becomes a member. Accepting it again answers the same.
    async fn accept_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: AcceptInvitationInput,
    ) -> Result<AcceptInvitationPayload> {
        let actor = ctx.actor()?;
        let (user, _) = actor.signed_in()?;
        let way = match (input.token, input.id) {
            (Some(token), None) => Way::Token(token),
            (None, Some(id)) => Way::Address(global_id::decode(&id, NodeKind::Invitation)?.into()),
            _ => return Err(AppError::invalid("token", "or the id: one of them")),
        };
        let organization_id = workflows::accept_invitation(ctx.platform(), actor, &way).await?;
        let scope = ctx
            .scope_of(&WhichOrganization::Id(organization_id))
            .await?;
        let found = orgs::find_memberships(ctx.platform(), &scope, &[user]).await?;
        let membership = found
            .into_iter()
            .next()
            .ok_or_else(|| AppError::not_found("membership"))?;
        Ok(AcceptInvitationPayload {
            membership: Membership::new(scope, membership),
        })
    }
}
