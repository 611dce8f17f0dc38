//! Inviting, and answering to it.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use shared::ids::InvitationId;
use shared::people::InviteOutcome;
use shared::role::Role;
use shared::validation::invitation::{Invitee, read_table};

use super::super::model;
use super::super::post::Invitations;
use super::super::service::{self, Way};
use super::{Invitation, node};
use crate::access::WhichOrganization;
use crate::contexts::orgs;
use crate::contexts::orgs::graphql::Membership;
use crate::error::{AppError, Result};
use crate::graphql::{NodeKind, RequestExt as _, global_id};
use crate::workflows;

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
