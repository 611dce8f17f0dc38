//! Changes of teams and departments.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use shared::ids::{DepartmentId, TeamId, UserId};

use super::super::model::{Assignment, NewTeam, TeamChanges};
use super::super::service;
use super::batches::{MembershipsByUser, TeamsOfMembers};
use super::department::Department;
use super::member_mutation::{department, outcome};
use super::membership::Membership;
use super::team::Team;
use crate::access::OrgScope;
use crate::error::{AppError, Result};
use crate::graphql::{NodeKind, RequestExt as _, global_id};

/// A team to create.
#[derive(InputObject)]
struct CreateTeamInput {
    /// Its name; 1 to 100 characters, unique in the organization.
    name: String,
    /// The global id of the person who leads it, a member of the organization.
    lead_id: Option<ID>,
    /// Its department.
    department_id: Option<ID>,
}

/// A new team.
#[derive(SimpleObject)]
struct CreateTeamPayload {
    /// The team.
    team: Team,
}

/// Changes of a team; what is left out stays.
#[derive(InputObject)]
struct UpdateTeamInput {
    /// The team.
    id: ID,
    /// Another name.
    name: Option<String>,
    /// The global id of the person who leads it; null leaves it without a lead.
    lead_id: MaybeUndefined<ID>,
    /// Its department; null takes it out of any.
    department_id: MaybeUndefined<ID>,
}

/// A changed team.
#[derive(SimpleObject)]
struct UpdateTeamPayload {
    /// The team as it is now.
    team: Team,
}

/// The team to delete.
#[derive(InputObject)]
struct DeleteTeamInput {
    /// The team.
    id: ID,
}

/// A deleted team.
#[derive(SimpleObject)]
struct DeleteTeamPayload {
    /// The global id that it had.
    id: ID,
}

/// A department to create.
#[derive(InputObject)]
struct CreateDepartmentInput {
    /// Its name; 1 to 100 characters, unique in the organization.
    name: String,
}

/// A new department.
#[derive(SimpleObject)]
struct CreateDepartmentPayload {
    /// The department.
    department: Department,
}

/// Another name of a department.
#[derive(InputObject)]
struct UpdateDepartmentInput {
    /// The department.
    id: ID,
    /// The name.
    name: String,
}

/// A changed department.
#[derive(SimpleObject)]
struct UpdateDepartmentPayload {
    /// The department as it is now.
    department: Department,
}

/// The department to delete.
#[derive(InputObject)]
struct DeleteDepartmentInput {
    /// The department.
    id: ID,
}

/// A deleted department.
#[derive(SimpleObject)]
struct DeleteDepartmentPayload {
    /// The global id that it had.
    id: ID,
}

/// Whom to put into which team.
#[derive(InputObject)]
struct AssignMemberInput {
    /// The global id of the person.
    user_id: ID,
    /// The team.
    team_id: ID,
    /// Whether it becomes the team that the person's points count for; the first one is, whatever this says.
    #[graphql(default = false)]
    is_primary: bool,
}

/// A member in another team.
#[derive(SimpleObject)]
struct AssignMemberPayload {
    /// The membership as it is now.
    membership: Membership,
}

/// Whom to take out of which team.
#[derive(InputObject)]
struct UnassignMemberInput {
    /// The global id of the person.
    user_id: ID,
    /// The team.
    team_id: ID,
}

/// A member who is not in a team any more.
#[derive(SimpleObject)]
struct UnassignMemberPayload {
    /// The membership as it is now.
    membership: Membership,
}

/// Changes of teams and departments, in the request's current organization.
#[derive(Default)]
pub struct TeamMutation;

/// Changes of teams and departments, in the request's current organization.
#[Object]
impl TeamMutation {
    /// Creates a team.
    async fn create_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The team.")] input: CreateTeamInput,
    ) -> Result<CreateTeamPayload> {
        let scope = ctx.scope().await?;
        let lead = input.lead_id.map(|id| user("leadId", &id)).transpose()?;
        let department = input.department_id.map(|id| {
            global_id::decode_argument("departmentId", &id, NodeKind::Department).map(DepartmentId)
        });
        let new = NewTeam {
            name: input.name,
            lead_id: lead,
            department_id: department.transpose()?,
        };
        let created = ctx
            .platform()
            .db
            .transaction(async |tx| service::create_team(tx, &scope, new).await)
            .await?;
        Ok(CreateTeamPayload {
            team: Team::new(scope, created),
        })
    }

    /// Changes a team's name, lead or department.
    async fn update_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes.")] input: UpdateTeamInput,
    ) -> Result<UpdateTeamPayload> {
        let scope = ctx.scope().await?;
        let id = TeamId(global_id::decode(&input.id, NodeKind::Team)?);
        let lead = outcome(input.lead_id)
            .map(|id| id.map(|id| user("leadId", &id)).transpose())
            .transpose()?;
        let changes = TeamChanges {
            name: input.name,
            lead_id: lead,
            department_id: department("departmentId", input.department_id)?,
        };
        let changed = ctx
            .platform()
            .db
            .transaction(async |tx| service::update_team(tx, &scope, id, changes).await)
            .await?;
        Ok(UpdateTeamPayload {
            team: Team::new(scope, changed),
        })
    }

    /// Deletes a team. Its members stay members; points that it earned stay where they were credited.
    async fn delete_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: DeleteTeamInput,
    ) -> Result<DeleteTeamPayload> {
        let scope = ctx.scope().await?;
        let id = TeamId(global_id::decode(&input.id, NodeKind::Team)?);
        ctx.platform()
            .db
            .transaction(async |tx| service::delete_team(tx, &scope, id).await)
            .await?;
        Ok(DeleteTeamPayload { id: input.id })
    }

    /// Creates a department.
    async fn create_department(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The department.")] input: CreateDepartmentInput,
    ) -> Result<CreateDepartmentPayload> {
        let scope = ctx.scope().await?;
        let created = ctx
            .platform()
            .db
            .transaction(async |tx| service::create_department(tx, &scope, &input.name).await)
            .await?;
        Ok(CreateDepartmentPayload {
            department: Department::new(scope, created),
        })
    }

    /// Renames a department.
    async fn update_department(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes.")] input: UpdateDepartmentInput,
    ) -> Result<UpdateDepartmentPayload> {
        let scope = ctx.scope().await?;
        let id = DepartmentId(global_id::decode(&input.id, NodeKind::Department)?);
        let changed = ctx
            .platform()
            .db
            .transaction(async |tx| service::update_department(tx, &scope, id, &input.name).await)
            .await?;
        Ok(UpdateDepartmentPayload {
            department: Department::new(scope, changed),
        })
    }

    /// Deletes a department. Its teams and people are in none then.
    async fn delete_department(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: DeleteDepartmentInput,
    ) -> Result<DeleteDepartmentPayload> {
        let scope = ctx.scope().await?;
        let id = DepartmentId(global_id::decode(&input.id, NodeKind::Department)?);
        ctx.platform()
            .db
            .transaction(async |tx| service::delete_department(tx, &scope, id).await)
            .await?;
        Ok(DeleteDepartmentPayload { id: input.id })
    }

    /// Puts a member into a team, beside the teams they are in.
    async fn assign_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and into which team.")] input: AssignMemberInput,
    ) -> Result<AssignMemberPayload> {
        let (scope, user_id, team_id) = pair(ctx, &input.user_id, &input.team_id).await?;
        let assignment = Assignment {
            team_id,
            user_id,
            is_primary: input.is_primary,
        };
        ctx.platform()
            .db
            .transaction(async |tx| service::assign_member(tx, &scope, assignment).await)
            .await?;
        Ok(AssignMemberPayload {
            membership: membership(ctx, scope, user_id).await?,
        })
    }

    /// Takes a member out of a team; where it was the primary one, the one they joined first of the others becomes it.
    async fn unassign_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and out of which team.")] input: UnassignMemberInput,
    ) -> Result<UnassignMemberPayload> {
        let (scope, user_id, team_id) = pair(ctx, &input.user_id, &input.team_id).await?;
        ctx.platform()
            .db
            .transaction(async |tx| service::unassign_member(tx, &scope, team_id, user_id).await)
            .await?;
        Ok(UnassignMemberPayload {
            membership: membership(ctx, scope, user_id).await?,
        })
    }
}

fn user(field: &'static str, id: &ID) -> Result<UserId> {
    global_id::decode_argument(field, id, NodeKind::User).map(UserId)
}

async fn pair(ctx: &Context<'_>, user_id: &ID, team_id: &ID) -> Result<(OrgScope, UserId, TeamId)> {
    let scope = ctx.scope().await?;
    let team = global_id::decode_argument("teamId", team_id, NodeKind::Team)?;
    Ok((scope, user("userId", user_id)?, TeamId(team)))
}

/// The membership, read after the change.
async fn membership(ctx: &Context<'_>, scope: OrgScope, user: UserId) -> Result<Membership> {
    ctx.loader::<MembershipsByUser>(&scope).forget();
    ctx.loader::<TeamsOfMembers>(&scope).forget();
    let found = ctx.loader::<MembershipsByUser>(&scope).load(user).await?;
    found
        .map(|found| Membership::new(scope, found))
        .ok_or_else(|| AppError::not_found("membership"))
}
