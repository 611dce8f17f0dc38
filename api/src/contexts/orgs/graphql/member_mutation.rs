//! Changes of members.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use shared::ids::{DepartmentId, UserId};
use shared::role::{MembershipStatus, Role};

use super::super::model::{self, MemberChanges};
use super::super::service;
use super::membership::Membership;
use crate::access::OrgScope;
use crate::error::Result;
use crate::graphql::{NodeKind, RequestExt as _, global_id};

/// Which role a member gets.
#[derive(InputObject)]
struct ChangeMemberRoleInput {
    /// The global id of the person.
    user_id: ID,
    /// The role.
    role: Role,
}

/// A member with another role.
#[derive(SimpleObject)]
struct ChangeMemberRolePayload {
    /// The membership as it is now.
    membership: Membership,
}

/// Whether a member is suspended or let in.
#[derive(InputObject)]
struct ChangeMemberStatusInput {
    /// The global id of the person.
    user_id: ID,
    /// `INACTIVE` suspends, `ACTIVE` lets in again.
    status: MembershipStatus,
}

/// A member who was suspended or let in.
#[derive(SimpleObject)]
struct ChangeMemberStatusPayload {
    /// The membership as it is now.
    membership: Membership,
}

/// Changes of a member; what is left out stays.
#[derive(InputObject)]
struct UpdateMemberInput {
    /// The global id of the person.
    user_id: ID,
    /// The number that the organization knows the person by; at most 64 characters, unique in the organization. Null takes it away.
    employee_id: MaybeUndefined<String>,
    /// The person's own department; null takes it away.
    department_id: MaybeUndefined<ID>,
}

/// A changed member.
#[derive(SimpleObject)]
struct UpdateMemberPayload {
    /// The membership as it is now.
    membership: Membership,
}

/// Whom to remove.
#[derive(InputObject)]
struct RemoveMemberInput {
    /// The global id of the person.
    user_id: ID,
}

/// A member who was removed.
#[derive(SimpleObject)]
struct RemoveMemberPayload {
    /// The global id of the membership that ended.
    membership_id: ID,
}

/// Changes of members, in the request's current organization.
#[derive(Default)]
pub struct MemberMutation;

/// Changes of members, in the request's current organization.
#[Object]
impl MemberMutation {
    /// Gives a member another role. The last administrator stays one.
    async fn change_member_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who gets which role.")] input: ChangeMemberRoleInput,
    ) -> Result<ChangeMemberRolePayload> {
        let (scope, user) = subject(ctx, &input.user_id).await?;
        let changed = ctx
            .platform()
            .db
            .transaction(async |tx| service::change_role(tx, &scope, user, input.role).await)
            .await?;
        Ok(ChangeMemberRolePayload {
            membership: Membership::new(scope, changed),
        })
    }

    /// Suspends a member, whose access ends at once, or lets them in again.
    async fn change_member_status(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and what becomes of them.")] input: ChangeMemberStatusInput,
    ) -> Result<ChangeMemberStatusPayload> {
        let (scope, user) = subject(ctx, &input.user_id).await?;
        let changed = ctx
            .platform()
            .db
            .transaction(async |tx| service::change_status(tx, &scope, user, input.status).await)
            .await?;
        Ok(ChangeMemberStatusPayload {
            membership: Membership::new(scope, changed),
        })
    }

    /// Changes a member's number or department.
    async fn update_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes.")] input: UpdateMemberInput,
    ) -> Result<UpdateMemberPayload> {
        let (scope, user) = subject(ctx, &input.user_id).await?;
        let changes = MemberChanges {
            employee_id: outcome(input.employee_id),
            department_id: department("departmentId", input.department_id)?,
        };
        let changed: model::Membership = ctx
            .platform()
            .db
            .transaction(async |tx| service::update_member(tx, &scope, user, changes).await)
            .await?;
        Ok(UpdateMemberPayload {
            membership: Membership::new(scope, changed),
        })
    }

    /// Removes a member: their access ends at once, what they did stays, and an invitation brings them back.
    async fn remove_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to remove.")] input: RemoveMemberInput,
    ) -> Result<RemoveMemberPayload> {
        let (scope, user) = subject(ctx, &input.user_id).await?;
        let removed = ctx
            .platform()
            .db
            .transaction(async |tx| service::remove_member(tx, &scope, user).await)
            .await?;
        Ok(RemoveMemberPayload {
            membership_id: global_id::encode(NodeKind::Membership, removed.id),
        })
    }
}

async fn subject(ctx: &Context<'_>, id: &ID) -> Result<(OrgScope, UserId)> {
    let scope = ctx.scope().await?;
    let user = global_id::decode_argument("userId", id, NodeKind::User)?;
    Ok((scope, UserId(user)))
}

/// Nothing said stays, null takes away.
pub(super) fn outcome<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

pub(super) fn department(
    field: &'static str,
    id: MaybeUndefined<ID>,
) -> Result<Option<Option<DepartmentId>>> {
    let decode = |id: ID| global_id::decode_argument(field, &id, NodeKind::Department);
    outcome(id)
        .map(|id| id.map(decode).transpose())
        .transpose()
        .map(|id| id.map(|id| id.map(DepartmentId)))
}
