//! Changes of organizations.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use shared::calendar::Weekday;
use shared::vocabulary::LeaderboardVisibility;

use super::super::model::OrganizationChanges;
use super::super::service;
use super::member_mutation::outcome;
use crate::access::WhichOrganization;
use crate::contexts::identity::Sessions;
use crate::error::Result;
use crate::graphql::{NodeKind, Organization, RequestExt as _, global_id};

/// An organization to create.
#[derive(InputObject)]
struct CreateOrganizationInput {
    /// Its name; at most 100 characters.
    name: String,
    /// Its part of the client's addresses: at most 50 letters a to z, digits and hyphens. Made from the name where it is
    /// left out.
    slug: Option<String>,
}

/// A new organization.
#[derive(SimpleObject)]
struct CreateOrganizationPayload {
    /// The organization; the caller is its administrator.
    organization: Organization,
}

/// Changes of an organization; what is left out stays.
#[derive(InputObject)]
struct UpdateOrganizationInput {
    /// Its name; at most 100 characters.
    name: Option<String>,
    /// Its part of the client's addresses; old addresses stop working.
    slug: Option<String>,
    /// The zone in which its days, weeks, months and quarters are cut from now on, as an IANA name such as Europe/Berlin.
    time_zone: Option<String>,
    /// Who sees whom on boards of individuals.
    leaderboard_visibility: Option<LeaderboardVisibility>,
    /// The days of a week on which its people work; at least one.
    working_days: Option<Vec<Weekday>>,
    /// After how many days entries of the audit log go, 30 to 3,650; null and 0 keep them for ever.
    audit_retention_days: MaybeUndefined<i32>,
}

/// A changed organization.
#[derive(SimpleObject)]
struct UpdateOrganizationPayload {
    /// The organization as it is now.
    organization: Organization,
}

/// Which organization to leave.
#[derive(InputObject)]
struct LeaveOrganizationInput {
    /// The global id of the organization.
    organization_id: ID,
}

/// An organization that was left.
#[derive(SimpleObject)]
struct LeaveOrganizationPayload {
    /// The global id of the membership that ended.
    membership_id: ID,
}

/// Changes of organizations.
#[derive(Default)]
pub struct OrganizationMutation;

/// Changes of organizations.
#[Object]
impl OrganizationMutation {
    /// Creates an organization with the caller as its administrator.
    async fn create_organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization.")] input: CreateOrganizationInput,
    ) -> Result<CreateOrganizationPayload> {
        let actor = ctx.actor()?;
        let plan = ctx.data_unchecked::<Sessions>().settings().default_plan;
        let id = ctx
            .platform()
            .db
            .transaction(async |tx| {
                let slug = input.slug.as_deref();
                service::found_organization(tx, actor, &input.name, slug, plan).await
            })
            .await?;
        let scope = ctx.scope_of(&WhichOrganization::Id(id)).await?;
        Ok(CreateOrganizationPayload {
            organization: Organization::new(scope),
        })
    }

    /// Changes the request's current organization: name, slug, time zone, who sees whom.
    async fn update_organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes.")] input: UpdateOrganizationInput,
    ) -> Result<UpdateOrganizationPayload> {
        let scope = ctx.scope().await?;
        let changes = OrganizationChanges {
            name: input.name,
            slug: input.slug,
            time_zone: input.time_zone,
            leaderboard_visibility: input.leaderboard_visibility,
            working_days: input.working_days,
            audit_retention_days: outcome(input.audit_retention_days),
        };
        ctx.platform()
            .db
            .transaction(async |tx| service::update_organization(tx, &scope, &changes).await)
            .await?;
        // The standing read before the change still carries the old slug.
        ctx.forget_scopes();
        let which = WhichOrganization::Id(scope.organization_id());
        Ok(UpdateOrganizationPayload {
            organization: Organization::new(ctx.scope_of(&which).await?),
        })
    }

    /// Ends the caller's own membership. The last administrator cannot leave.
    async fn leave_organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which organization.")] input: LeaveOrganizationInput,
    ) -> Result<LeaveOrganizationPayload> {
        let id = global_id::decode(&input.organization_id, NodeKind::Organization)?;
        let actor = ctx.actor()?;
        let scope = ctx.scope_of(&WhichOrganization::Id(id.into())).await?;
        let ended = ctx
            .platform()
            .db
            .transaction(async |tx| service::leave_organization(tx, actor, &scope).await)
            .await?;
        Ok(LeaveOrganizationPayload {
            membership_id: global_id::encode(NodeKind::Membership, ended.id),
        })
    }
}
