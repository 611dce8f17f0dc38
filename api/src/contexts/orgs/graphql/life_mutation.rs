//! Deleting an organization and taking that back, and the days on which nobody of it works.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::model;
use super::super::service;
use super::organization::Holiday;
use crate::access::WhichOrganization;
use crate::error::Result;
use crate::graphql::{Date, NodeKind, Organization, RequestExt as _, global_id};
use crate::workflows;

/// An organization that was deleted and can be restored.
pub struct DeletedOrganization(model::DeletedOrganization);

/// An organization that was deleted and can be restored by its administrators.
#[Object]
impl DeletedOrganization {
    /// The global id, for `restoreOrganization`.
    async fn id(&self) -> ID {
        global_id::encode(NodeKind::Organization, self.0.id)
    }

    /// The plain id, for use outside this API.
    async fn database_id(&self) -> Uuid {
        self.0.id.into()
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its part of the client's addresses; nobody else gets it meanwhile.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Since when nobody sees it.
    async fn deleted_at(&self) -> DateTime<Utc> {
        self.0.deleted_at
    }

    /// Until when it can be restored; then it is removed for good.
    async fn restorable_until(&self) -> DateTime<Utc> {
        self.0.restorable_until()
    }
}

/// The deleted organizations that the caller may restore.
///
/// # Errors
/// Where no person is signed in.
pub async fn deleted_organizations(ctx: &Context<'_>) -> Result<Vec<DeletedOrganization>> {
    let deleted = service::list_deleted(ctx.platform(), ctx.actor()?).await?;
    Ok(deleted.into_iter().map(DeletedOrganization).collect())
}

/// Which organization to delete.
#[derive(InputObject)]
struct DeleteOrganizationInput {
    /// The global id of the organization.
    organization_id: ID,
    /// Its slug, typed by whoever means it.
    confirmation: String,
}

/// An organization that was deleted.
#[derive(SimpleObject)]
struct DeleteOrganizationPayload {
    /// What is left of it for 30 days.
    deleted_organization: DeletedOrganization,
}

/// Which organization to restore.
#[derive(InputObject)]
struct RestoreOrganizationInput {
    /// The global id of the organization.
    organization_id: ID,
}

/// An organization that came back.
#[derive(SimpleObject)]
struct RestoreOrganizationPayload {
    /// The organization, as it was.
    organization: Organization,
}

/// A day on which nobody of the organization works.
#[derive(InputObject)]
struct HolidayInput {
    /// The day.
    day: Date,
    /// What it is called; at most 100 characters.
    name: String,
}

/// Holidays to enter.
#[derive(InputObject)]
struct SetHolidaysInput {
    /// At most 100; a day that is a holiday already gets the name given here.
    holidays: Vec<HolidayInput>,
}

/// The holidays that were entered.
#[derive(SimpleObject)]
struct SetHolidaysPayload {
    /// Those that were named, in their order.
    holidays: Vec<Holiday>,
}

/// Which holiday to remove.
#[derive(InputObject)]
struct DeleteHolidayInput {
    /// The day.
    day: Date,
}

/// The holiday that was removed.
#[derive(SimpleObject)]
struct DeleteHolidayPayload {
    /// The day, which is as any other of its weekday now.
    day: Date,
}

/// Ends and beginnings of organizations, and their holidays.
#[derive(Default)]
pub struct OrganizationLifeMutation;

/// Ends and beginnings of organizations, and their holidays.
#[Object]
impl OrganizationLifeMutation {
    /// Deletes an organization: nobody sees it from now on, its keys stop, and its webhook sources take nothing. Its members
    /// are told by mail. Its administrators can restore it for 30 days; then it is removed for good.
    async fn delete_organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which organization, and its slug.")] input: DeleteOrganizationInput,
    ) -> Result<DeleteOrganizationPayload> {
        let id = global_id::decode_argument(
            "organizationId",
            &input.organization_id,
            NodeKind::Organization,
        )?;
        let actor = ctx.actor()?;
        let scope = ctx.scope_of(&WhichOrganization::Id(id.into())).await?;
        let platform = ctx.platform();
        let deleted =
            workflows::delete_organization(platform, actor, &scope, &input.confirmation).await?;
        Ok(DeleteOrganizationPayload {
            deleted_organization: DeletedOrganization(deleted),
        })
    }

    /// Brings a deleted organization back as it was, within 30 days.
    async fn restore_organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which organization.")] input: RestoreOrganizationInput,
    ) -> Result<RestoreOrganizationPayload> {
        let id = global_id::decode_argument(
            "organizationId",
            &input.organization_id,
            NodeKind::Organization,
        )?;
        workflows::restore_organization(ctx.platform(), ctx.actor()?, id.into()).await?;
        ctx.forget_scopes();
        let scope = ctx.scope_of(&WhichOrganization::Id(id.into())).await?;
        Ok(RestoreOrganizationPayload {
            organization: Organization::new(scope),
        })
    }

    /// Enters holidays of the request's current organization: days on which nobody is reminded of, or penalized for, anything.
    async fn set_holidays(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The holidays.")] input: SetHolidaysInput,
    ) -> Result<SetHolidaysPayload> {
        let scope = ctx.scope().await?;
        let holidays: Vec<model::Holiday> = input
            .holidays
            .into_iter()
            .map(|holiday| model::Holiday {
                day: holiday.day.0,
                name: holiday.name,
            })
            .collect();
        let set = ctx
            .platform()
            .db
            .transaction(async |tx| service::set_holidays(tx, &scope, &holidays).await)
            .await?;
        Ok(SetHolidaysPayload {
            holidays: set.into_iter().map(Holiday).collect(),
        })
    }

    /// Removes a holiday of the request's current organization.
    async fn delete_holiday(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which day.")] input: DeleteHolidayInput,
    ) -> Result<DeleteHolidayPayload> {
        let scope = ctx.scope().await?;
        ctx.platform()
            .db
            .transaction(async |tx| service::delete_holiday(tx, &scope, input.day.0).await)
            .await?;
        Ok(DeleteHolidayPayload { day: input.day })
    }
}
