//! What people ask of what is known about them.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use shared::people::DataExportStatus;

use super::{model, service};
use crate::access::WhichOrganization;
use crate::error::Result;
use crate::graphql::{NodeKind, RequestExt as _, global_id};
use crate::workflows;

/// The consent to be erased.
#[derive(InputObject)]
struct DeleteMyAccountInput {
    /// The caller's own email address, typed once more: there is no way back.
    confirmation: String,
}

/// A person who was erased.
#[derive(SimpleObject)]
struct DeleteMyAccountPayload {
    /// Always true: what could not be done is an error.
    is_deleted: bool,
}

/// Everything that is known about the caller, or of an organization, gathered into one document.
pub struct DataExport(model::DataExport);

/// Everything that is known about the caller, or of an organization, gathered into one document.
#[Object]
impl DataExport {
    /// The export's id.
    async fn id(&self) -> ID {
        global_id::encode(NodeKind::DataExport, self.0.id)
    }

    /// Of what organization; null where it is about the caller.
    async fn organization_id(&self) -> Option<ID> {
        let id = self.0.organization_id?;
        Some(global_id::encode(NodeKind::Organization, id))
    }

    /// What that organization is called.
    async fn organization_name(&self) -> Option<&str> {
        self.0.organization_name.as_deref()
    }

    /// How far it came.
    async fn status(&self) -> DataExportStatus {
        if self.0.ready_at.is_some() {
            DataExportStatus::Ready
        } else {
            DataExportStatus::Preparing
        }
    }

    /// How long the document is so far.
    async fn size_bytes(&self) -> i64 {
        self.0.size_bytes
    }

    /// Where it is downloaded, by whoever asked for it and is signed in; null until it is ready.
    async fn path(&self) -> Option<String> {
        self.0.ready_at?;
        Some(format!("/exports/data/{}.json", self.0.id))
    }

    /// When it was asked for.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// Until when it can be downloaded; null until it is ready.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.0.expires_at
    }
}

/// The exports that the caller asked for and can still have, the newest first.
///
/// # Errors
/// Forbidden for keys.
pub async fn data_exports(ctx: &Context<'_>) -> Result<Vec<DataExport>> {
    let exports = service::list_exports(ctx.platform(), ctx.actor()?).await?;
    Ok(exports.into_iter().map(DataExport).collect())
}

/// Of what to make an export.
#[derive(InputObject)]
struct RequestDataExportInput {
    /// The global id of an organization that the caller manages; what is known about the caller where it is left out.
    organization_id: Option<ID>,
}

/// An export that is on its way.
#[derive(SimpleObject)]
struct RequestDataExportPayload {
    /// Every export that the caller can have or waits for, the newest first.
    data_exports: Vec<DataExport>,
}

/// What people ask of what is known about them.
#[derive(Default)]
pub struct PrivacyMutation;

/// What people ask of what is known about them.
#[Object]
impl PrivacyMutation {
    /// Asks for everything that is known about the caller, or for everything of an organization that they manage: one JSON
    /// document, made in the background and there for a week. A mail says when it is ready. It takes a session that began
    /// within the last 10 minutes.
    async fn request_data_export(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of what.")] input: RequestDataExportInput,
    ) -> Result<RequestDataExportPayload> {
        let scope = match &input.organization_id {
            Some(id) => {
                let id = global_id::decode_argument("organizationId", id, NodeKind::Organization)?;
                Some(ctx.scope_of(&WhichOrganization::Id(id.into())).await?)
            }
            None => None,
        };
        service::request_export(ctx.platform(), ctx.actor()?, scope.as_ref()).await?;
        Ok(RequestDataExportPayload {
            data_exports: data_exports(ctx).await?,
        })
    }

    /// Erases the caller: they can no longer sign in, their name, addresses and logins are taken out of everything that is
    /// kept, and what they did stays without a name. It takes a session that began within the last 10 minutes, and somebody
    /// else who administers each organization that has other members.
    async fn delete_my_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The consent.")] input: DeleteMyAccountInput,
    ) -> Result<DeleteMyAccountPayload> {
        workflows::erase_person(ctx.platform(), ctx.actor()?, &input.confirmation).await?;
        Ok(DeleteMyAccountPayload { is_deleted: true })
    }
}
