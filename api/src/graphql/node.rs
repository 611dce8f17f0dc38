//! Everything that can be fetched again by its global id.

use async_graphql::{Context, ID, Interface};
use shared::ids::OrganizationId;

use super::global_id::{self, NodeKind};
use super::request::RequestExt as _;
use super::roots::Organization;
use crate::access::WhichOrganization;
use crate::error::{AppError, ErrorCode, Result};

/// An object with a global id, which `node(id:)` fetches again.
#[derive(Interface)]
#[graphql(field(
    name = "id",
    ty = "ID",
    desc = "The global id: opaque, and the same for ever."
))]
pub enum Node {
    /// An organization.
    Organization(Organization),
}

/// The object that a global id names; none where there is none for the caller.
///
/// Organizations are found wherever the caller is a member, everything else in the request's current organization.
///
/// # Errors
/// `BAD_USER_INPUT` where it is no id of this API.
pub(super) async fn find_node(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let (kind, uuid) = global_id::decode_any(id)?;
    let found = match kind {
        NodeKind::Organization => {
            let which = WhichOrganization::Id(OrganizationId(uuid));
            ctx.scope_of(&which)
                .await
                .map(|scope| Some(Node::Organization(Organization::new(scope))))
        }
        NodeKind::User
        | NodeKind::Membership
        | NodeKind::Team
        | NodeKind::Department
        | NodeKind::PointsEntry
        | NodeKind::Event
        | NodeKind::WebhookSource
        | NodeKind::Session => Ok(None),
    };
    match found {
        Err(AppError::Refused {
            code: ErrorCode::NotFound,
            ..
        }) => Ok(None),
        found => found,
    }
}
